import { useMemo } from "react";
import { pedirSerie, rutaSerie, type Tabla } from "@/lib/api/consultas";
import { useRecurso } from "@/lib/api/recursos";
import type { Variable } from "@/lib/api/tipos";
import { download } from "@/lib/descargar";
import { daysOfZoom, today } from "@/lib/fechas/dias";
import { formatDia, formatHora } from "@/lib/fechas/textos";
import { savePng } from "@/lib/grafica/imagen";
import { PALETAS } from "@/lib/grafica/paleta";
import { figuraSerie, isBars } from "@/lib/grafica/serie";
import { csvDeSeries, nombreArchivo } from "@/lib/series/csv";
import { resumenSerie } from "@/lib/series/estadisticas";
import { pieDeSerie } from "@/lib/series/pie";
import { perHour, type Serie } from "@/lib/series/puntos";
import { resolveResolucion, type Tramo, type Vista } from "@/lib/url/vista";
import type { CambiarVista } from "@/lib/url/useVista";
import { Acciones } from "@/ui/Acciones";
import { Aviso, Esqueleto, Fallo, Vacio } from "@/ui/Estado";
import { Grafica } from "@/ui/Grafica";
import { Panel } from "@/ui/Panel";
import { useTema } from "@/ui/tema";
import { Lectura } from "./Lectura";
import { Leyenda } from "./Leyenda";
import { Origen } from "./Origen";
import { TablaSerie } from "./TablaSerie";

export interface Referencia {
  variable: Variable;
  etiqueta: string;
}

interface Props {
  /** Name in the address, and of its choice of variable. */
  id: "demanda" | "precio";
  titulo: string;
  tabla: Tabla;
  variable: Variable;
  opciones: Variable[];
  referencia: Referencia | null;
  tramo: Tramo;
  vista: Vista;
  cambiar: CambiarVista;
  onZoom: (tramo: Tramo) => void;
  /** Back to the range before the zoom. */
  onReset: () => void;
}

const ALTO = "h-60 sm:h-72 xl:h-64";
/** A range that is still moving (arrows, typing) asks once it rests. */
const ESPERA = 150;

const toggle = (lista: string[], valor: string): string[] =>
  lista.includes(valor) ? lista.filter((otro) => otro !== valor) : [...lista, valor];

/** One variable over time. */
export function PanelSerie(props: Props) {
  const { id, titulo, tabla, variable, opciones, referencia, tramo, vista, cambiar, onZoom, onReset } = props;
  const paleta = PALETAS[useTema()];
  const resolucion = resolveResolucion(vista.resolucion, tramo, variable.resolucion);
  const tooFine = resolucion === "hora" && variable.resolucion !== "hora";
  const ruta = rutaSerie({ tabla, variable: variable.codigo, ...tramo, resolucion });
  const rutaReferencia =
    referencia &&
    rutaSerie({
      tabla,
      variable: referencia.variable.codigo,
      ...tramo,
      resolucion: resolucion === "hora" ? "dia" : resolucion,
    });
  const recurso = useRecurso(tooFine ? null : ruta, pedirSerie, { espera: ESPERA });
  const recursoReferencia = useRecurso(tooFine ? null : rutaReferencia, pedirSerie, { espera: ESPERA });
  const { datos, error, anterior, obtenidoEn, reintentar } = recurso;

  const deReferencia = useMemo((): Serie | null => {
    const serie = recursoReferencia.datos;
    if (!serie || !datos) return null;
    return datos.meta.resolucion === "hora" && serie.meta.resolucion === "dia" ? perHour(serie, datos) : serie;
  }, [datos, recursoReferencia.datos]);

  const oculta = (codigo: string | undefined) => codigo !== undefined && vista.ocultas.includes(codigo);
  const principal = oculta(variable.codigo) ? null : datos;
  const segunda = oculta(referencia?.variable.codigo) ? null : deReferencia;
  const etiqueta = referencia?.etiqueta ?? "";
  // While the next answer comes, the frame stays with the data it holds.
  const marco = useMemo(
    () => ({ desde: datos?.meta.desde ?? tramo.desde, hasta: datos?.meta.hasta ?? tramo.hasta }),
    [datos, tramo],
  );
  const figura = useMemo(
    () => figuraSerie(principal, segunda && { serie: segunda, etiqueta }, marco, paleta, today()),
    [principal, segunda, etiqueta, marco, paleta],
  );

  const enTabla = vista.tablas.includes(id);
  const enPantalla = [principal, segunda].filter((serie) => serie !== null);
  const pie = datos ? pieDeSerie(datos) : "";
  const sinDatos = datos !== null && !anterior && datos.puntos.every(({ valor }) => valor === null);

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
          alternarTabla={() => cambiar({ tablas: toggle(vista.tablas, id) })}
          csv={() => download(nombreArchivo(enPantalla, "csv"), csvDeSeries(enPantalla))}
          png={() => {
            const clara = figuraSerie(principal, segunda && { serie: segunda, etiqueta }, marco, PALETAS.claro, today());
            return savePng(clara, `${variable.nombre} (${variable.unidad})`, pie, nombreArchivo(enPantalla, "png"));
          }}
          origen={<Origen serie={datos} variable={variable} ruta={ruta} />}
        />
      }
      pie={
        datos && (
          <>
            {pie}
            {!enTabla && principal && !isBars(principal) && " · el eje vertical no empieza en cero"}
          </>
        )
      }
    >
      {tooFine ? (
        <SinHoras variable={variable} opciones={opciones} elegir={(codigo) => cambiar({ [id]: codigo })} />
      ) : !datos ? (
        error ? (
          <Fallo error={error} reintentar={reintentar} />
        ) : (
          <Esqueleto className={`${ALTO} mt-6`} />
        )
      ) : (
        <div className={anterior ? "opacity-50" : ""} aria-busy={anterior}>
          {error && (
            <Aviso>
              {error.problema.title}. Se muestran los datos recibidos a las {formatHora(obtenidoEn ?? 0)}.
            </Aviso>
          )}
          <div className="mb-1 flex flex-wrap justify-between gap-x-6 gap-y-1">
            <Lectura serie={datos} />
            {referencia && deReferencia && (
              <Leyenda
                series={[
                  { codigo: variable.codigo, nombre: "Bolsa", trazo: "acento" },
                  { codigo: referencia.variable.codigo, nombre: "Escasez", trazo: "tenue" },
                ]}
                ocultas={vista.ocultas}
                cambiar={(ocultas) => cambiar({ ocultas })}
              />
            )}
          </div>
          {sinDatos ? (
            <Vacio
              accion={
                variable.hasta && (
                  <button type="button" className="control" onClick={() => cambiar({ rango: "90d" })}>
                    Ver los últimos 90 días con datos
                  </button>
                )
              }
            >
              No hay datos de «{variable.nombre}» entre el {formatDia(tramo.desde)} y el {formatDia(tramo.hasta)}.
              {variable.desde && variable.hasta && (
                <> Los hay del {formatDia(variable.desde)} al {formatDia(variable.hasta)}.</>
              )}
            </Vacio>
          ) : enTabla ? (
            <TablaSerie titulo={titulo} series={enPantalla} />
          ) : (
            <Grafica
              figura={figura}
              resumen={resumenSerie(datos)}
              alto={ALTO}
              grupo="series"
              onZoom={(izquierda, derecha) => onZoom(daysOfZoom(izquierda, derecha))}
              onReset={onReset}
            />
          )}
        </div>
      )}
    </Panel>
  );
}

/** The variable is published by day and hours were asked for: say so, and offer one that has them. */
function SinHoras(props: { variable: Variable; opciones: Variable[]; elegir: (codigo: string) => void }) {
  const { variable, opciones, elegir } = props;
  const horarias = opciones.filter(({ resolucion }) => resolucion === "hora");
  return (
    <Vacio
      accion={horarias.map((otra) => (
        <button key={otra.codigo} type="button" className="control" onClick={() => elegir(otra.codigo)}>
          Ver «{otra.nombre}» por hora
        </button>
      ))}
    >
      «{variable.nombre}» se publica por día: no tiene horas.
    </Vacio>
  );
}
