import { useState } from "react";
import { DIMENSIONES, type Carga, type Dimension, type Variable } from "@/lib/api/tipos";
import { pedirCalidad, RUTA_CALIDAD } from "@/lib/api/consultas";
import { useRecurso } from "@/lib/api/recursos";
import { today } from "@/lib/fechas/dias";
import { formatDia, formatInstante } from "@/lib/fechas/textos";
import { formatNumber } from "@/lib/formato/numeros";
import { Esqueleto, Fallo, Insignia, Vacio } from "@/ui/Estado";
import { Panel } from "@/ui/Panel";
import { Tabla } from "@/ui/Tabla";
import { filasCalidad, tonoPuntaje, type FilaCalidad } from "./estado";

const NOMBRES: Record<Dimension, string> = {
  completitud: "Completitud",
  validez: "Validez",
  oportunidad: "Oportunidad",
  unicidad: "Unicidad",
  consistencia: "Consistencia",
};
const PRIMERAS = 10;

function Puntaje({ carga }: { carga: Carga | null }) {
  if (carga?.puntaje == null) return <>s/d</>;
  return (
    <span title={`Carga ${carga.carga_id}, recibida el ${formatInstante(carga.recibido_en)}`}>
      <Insignia tono={tonoPuntaje(carga.puntaje)}>
        <strong className="font-semibold">{formatNumber(carga.puntaje, 1)}</strong>
      </Insignia>
    </span>
  );
}

/** How good the newest load of each variable is, and how new its data are. */
export function PanelCalidad({ variables }: { variables: Variable[] }) {
  const { datos, error, reintentar } = useRecurso(RUTA_CALIDAD, pedirCalidad, { cada: 600_000 });
  const [todas, setTodas] = useState(false);
  const filas = filasCalidad(variables, datos ?? [], today());
  const ultima = datos?.reduce<Carga | null>((a, b) => (a && a.carga_id > b.carga_id ? a : b), null);
  return (
    <Panel
      titulo="Calidad de los datos"
      detalle="puntaje de la última carga, de 0 a 100"
      pie={
        ultima &&
        `Última carga: ${ultima.variable}, recibida el ${formatInstante(ultima.recibido_en)}, hora Colombia (UTC−5) · ` +
          "por debajo de 90 se abre una alerta"
      }
    >
      {error && !datos ? (
        <Fallo error={error} reintentar={reintentar} />
      ) : !datos ? (
        <Esqueleto className="h-72" />
      ) : filas.length === 0 ? (
        <Vacio>Todavía no se ha cargado ninguna variable.</Vacio>
      ) : (
        <>
          <div className="hidden md:block">
            <Tabla<FilaCalidad>
              titulo="Calidad por variable"
              filas={todas ? filas : filas.slice(0, PRIMERAS)}
              clave={({ variable }) => `${variable.codigo} ${variable.entidad}`}
              columnas={[
                {
                  titulo: "Variable",
                  celda: ({ variable }) => (
                    <>
                      {variable.nombre}
                      <span className="text-xs text-tenue"> {variable.codigo}</span>
                    </>
                  ),
                },
                {
                  titulo: "Dato al",
                  celda: ({ variable: { ultimo_dia_cerrado: dia } }) => (
                    <span className="whitespace-nowrap">{dia ? formatDia(dia) : "s/d"}</span>
                  ),
                },
                { titulo: "Puntaje", numero: true, celda: ({ carga }) => <Puntaje carga={carga} /> },
                ...DIMENSIONES.map((dimension) => ({
                  titulo: NOMBRES[dimension],
                  numero: true,
                  celda: ({ carga }: FilaCalidad) => formatNumber(carga?.dimensiones[dimension], 0),
                })),
                {
                  titulo: "Novedad",
                  celda: ({ frescura }) => <Insignia tono={frescura.tono}>{frescura.texto}</Insignia>,
                },
              ]}
            />
          </div>
          <ul className="md:hidden">
            {(todas ? filas : filas.slice(0, PRIMERAS)).map(({ variable, carga, frescura }) => (
              <li
                key={`${variable.codigo} ${variable.entidad}`}
                className="grid grid-cols-[1fr_auto] gap-x-3 border-b border-linea py-2"
              >
                <span>{variable.nombre}</span>
                <Puntaje carga={carga} />
                <span className="text-xs text-tenue">
                  {variable.ultimo_dia_cerrado ? `dato al ${formatDia(variable.ultimo_dia_cerrado)}` : "sin datos"}
                </span>
                <span className="text-right text-xs">
                  <Insignia tono={frescura.tono}>{frescura.texto}</Insignia>
                </span>
              </li>
            ))}
          </ul>
          {filas.length > PRIMERAS && (
            <button
              type="button"
              className="control control-plano mt-1 self-start"
              aria-expanded={todas}
              onClick={() => setTodas(!todas)}
            >
              {todas ? "Ver menos" : `Ver las ${formatNumber(filas.length, 0)} variables`}
            </button>
          )}
        </>
      )}
    </Panel>
  );
}
