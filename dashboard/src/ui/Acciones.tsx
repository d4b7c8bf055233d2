import { useState, type ReactNode } from "react";
import { anunciar } from "./Anuncios";
import { Dialogo } from "./Dialogo";
import { Icono, type NombreIcono } from "./Icono";

function Accion(props: { icono: NombreIcono; texto: string; nombre: string; pulsado?: boolean; apagado?: boolean; hacer: () => void }) {
  const { icono, texto, nombre, pulsado, apagado, hacer } = props;
  return (
    <button
      type="button"
      className="control control-plano"
      aria-label={nombre}
      title={nombre}
      aria-pressed={pulsado}
      disabled={apagado}
      onClick={hacer}
    >
      <Icono nombre={icono} />
      <span className="hidden 2xl:inline">{texto}</span>
    </button>
  );
}

interface Props {
  /** Name of the panel, so that each button says of what it is. */
  de: string;
  enTabla: boolean;
  /** True while there is nothing to take away. */
  vacio?: boolean;
  alternarTabla: () => void;
  csv: () => void;
  png: () => Promise<void>;
  /** Content of «¿De dónde sale?». */
  origen: ReactNode;
}

/** What can be done with any panel: read it as a table, take it away, link to it, ask where it comes from. */
export function Acciones({ de, enTabla, vacio = false, alternarTabla, csv, png, origen }: Props) {
  const [abierto, setAbierto] = useState(false);
  const copyLink = () =>
    navigator.clipboard.writeText(window.location.href).then(
      () => anunciar("Enlace copiado"),
      () => anunciar("No se pudo copiar el enlace: cópielo de la barra de direcciones"),
    );
  const savePng = () =>
    png().then(
      () => anunciar("Imagen descargada"),
      () => anunciar("No se pudo hacer la imagen"),
    );
  return (
    <div role="group" aria-label={`Acciones de ${de}`} className="flex">
      <Accion
        icono={enTabla ? "grafica" : "tabla"}
        texto={enTabla ? "Gráfica" : "Tabla"}
        nombre={`Ver ${de} como tabla`}
        pulsado={enTabla}
        hacer={alternarTabla}
      />
      <Accion icono="bajar" texto="CSV" nombre={`Descargar ${de} en CSV`} apagado={vacio} hacer={csv} />
      <Accion icono="imagen" texto="PNG" nombre={`Descargar ${de} en PNG`} apagado={vacio} hacer={() => void savePng()} />
      <Accion icono="enlace" texto="Enlace" nombre={`Copiar el enlace a esta vista (${de})`} hacer={() => void copyLink()} />
      <Accion icono="origen" texto="¿De dónde sale?" nombre={`¿De dónde sale ${de}?`} hacer={() => setAbierto(true)} />
      <Dialogo titulo="¿De dónde sale?" abierto={abierto} cerrar={() => setAbierto(false)}>
        {origen}
      </Dialogo>
    </div>
  );
}

/** Pairs of name and value, those without value left out. */
export function Ficha({ datos }: { datos: [string, ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1.5">
      {datos.map(
        ([nombre, valor]) =>
          valor !== null &&
          valor !== "" && (
            <div key={nombre} className="contents">
              <dt className="text-tenue">{nombre}</dt>
              <dd className="min-w-0 break-words">{valor}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
