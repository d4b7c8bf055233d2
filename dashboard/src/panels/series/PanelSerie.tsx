import { useMemo } from "react";
import { download } from "@/lib/descargar";
import { savePng } from "@/lib/grafica/imagen";
import { PALETAS } from "@/lib/grafica/paleta";
import { isBars } from "@/lib/grafica/serie";
import { csvDeSeries, nombreArchivo } from "@/lib/series/csv";
import { pieDeSerie } from "@/lib/series/pie";
import { Acciones } from "@/ui/Acciones";
import { Panel } from "@/ui/Panel";
import { useTema } from "@/ui/tema";
import { CuerpoSerie } from "./CuerpoSerie";
import { Origen } from "./Origen";
import type { PropsSerie } from "./props";
import { useDatosSerie } from "./useDatosSerie";

const toggle = (lista: string[], valor: string): string[] =>
  lista.includes(valor) ? lista.filter((otro) => otro !== valor) : [...lista, valor];

/** One variable over time. */
export function PanelSerie(props: PropsSerie) {
  const { id, titulo, variable, opciones, vista, cambiar } = props;
  const tema = useTema();
  const datos = useDatosSerie(props);
  const { ruta, recurso, sinHoras, enPantalla, figura } = datos;
  const dibujo = useMemo(() => figura(PALETAS[tema]), [figura, tema]);
  const serie = sinHoras ? null : recurso.datos;
  const enTabla = vista.tablas.includes(id);
  const pie = serie && pieDeSerie(serie);
  const recortado = !enTabla && enPantalla[0] && !isBars(enPantalla[0]);
  return (
    <Panel
      titulo={titulo}
      detalle={
        <select
          className="control control-plano max-w-full font-normal"
          aria-label={`Variable de ${titulo.toLowerCase()}`}
          value={variable.codigo}
          onChange={({ target }) => cambiar({ [id]: target.value })}
        >
          {opciones.map((opcion) => (
            <option key={opcion.codigo} value={opcion.codigo}>
              {opcion.nombre}
            </option>
          ))}
        </select>
      }
      acciones={
        <Acciones
          de={titulo.toLowerCase()}
          enTabla={enTabla}
          vacio={sinHoras || recurso.anterior || enPantalla.length === 0}
          alternarTabla={() => cambiar({ tablas: toggle(vista.tablas, id) })}
          csv={() => download(nombreArchivo(enPantalla, "csv"), csvDeSeries(enPantalla))}
          png={() =>
            savePng(
              figura(PALETAS.claro),
              `${variable.nombre} (${variable.unidad})`,
              pie ?? "",
              nombreArchivo(enPantalla, "png"),
            )
          }
          origen={<Origen serie={serie} variable={variable} ruta={ruta} />}
        />
      }
      pie={pie && (recortado ? `${pie} · el eje vertical no empieza en cero` : pie)}
    >
      <CuerpoSerie {...props} datos={datos} dibujo={dibujo} enTabla={enTabla} />
    </Panel>
  );
}
