import { useMemo } from "react";
import { pedirPronostico, pedirSerie, RUTA_PRONOSTICO, rutaSerie } from "@/lib/api/consultas";
import { useRecurso } from "@/lib/api/recursos";
import type { Pronostico } from "@/lib/api/tipos";
import { download } from "@/lib/descargar";
import { addDays, today } from "@/lib/fechas/dias";
import { formatDia, formatDiaCorto, formatInstante } from "@/lib/fechas/textos";
import { formatPercent, formatValue } from "@/lib/formato/numeros";
import { savePng } from "@/lib/grafica/imagen";
import { PALETAS } from "@/lib/grafica/paleta";
import { figuraPronostico } from "@/lib/grafica/pronostico";
import {
  csvPronostico,
  formatIntervalo,
  readPronostico,
  resumenPronostico,
  type DiaPronosticado,
} from "@/lib/pronostico/puntos";
import { mayForecast, NOMBRE_ROL, type Sesion } from "@/lib/sesion";
import { Acciones, Ficha } from "@/ui/Acciones";
import { Aviso, Esqueleto, Fallo, Vacio } from "@/ui/Estado";
import { Grafica } from "@/ui/Grafica";
import { Panel } from "@/ui/Panel";
import { Tabla } from "@/ui/Tabla";
import { useTema } from "@/ui/tema";

const TITULO = "Pronóstico de demanda, 7 días";
const ALTO = "h-60";
/** Days of history before the forecast: enough to see the week's shape. */
const DIAS_ANTES = 20;

interface Props {
  sesion: Sesion;
  enTabla: boolean;
  alternarTabla: () => void;
}

/** The next seven days, or who may ask for them. */
export function PanelPronostico({ sesion, ...vista }: Props) {
  const puede = mayForecast(sesion.rol);
  const { datos, error, reintentar } = useRecurso(puede ? RUTA_PRONOSTICO : null, pedirPronostico);
  if (!puede || error?.problema.status === 403) return <SinPermiso sesion={sesion} />;
  if (!datos) {
    return (
      <Panel titulo={TITULO}>
        {error ? <Fallo error={error} reintentar={reintentar} /> : <Esqueleto className="h-96" />}
      </Panel>
    );
  }
  return <Contenido pronostico={datos} {...vista} />;
}

function SinPermiso({ sesion }: { sesion: Sesion }) {
  return (
    <Panel titulo={TITULO}>
      <Vacio>
        Los pronósticos los piden las cuentas de <strong className="font-semibold">analista</strong> y de{" "}
        <strong className="font-semibold">administración</strong>. La suya, «{sesion.usuario}», es de{" "}
        {NOMBRE_ROL[sesion.rol]}: quien administra SIEA puede cambiarla.
      </Vacio>
    </Panel>
  );
}

function Contenido({ pronostico, enTabla, alternarTabla }: { pronostico: Pronostico } & Omit<Props, "sesion">) {
  const { unidad, dato_hasta: datoHasta, avisos, model_version: version } = pronostico;
  const paleta = PALETAS[useTema()];
  const dias = useMemo(() => readPronostico(pronostico), [pronostico]);
  const historia = useRecurso(
    rutaSerie({
      tabla: "demanda",
      variable: pronostico.variable,
      desde: addDays(datoHasta, -DIAS_ANTES),
      hasta: datoHasta,
      resolucion: "dia",
    }),
    pedirSerie,
  ).datos;
  const figura = useMemo(
    () => figuraPronostico(dias, historia, unidad, paleta, today()),
    [dias, historia, unidad, paleta],
  );
  const resumen = resumenPronostico(dias, unidad);
  const pie =
    `Modelo ${version} · dato al ${formatDia(datoHasta)} · bandas del 80 % y del 95 % · ` +
    `generado el ${formatInstante(pronostico.generado_en)}, hora Colombia (UTC−5)`;
  const archivo = `siea_pronostico_${pronostico.variable}_${dias[0]?.dia ?? ""}_${dias.at(-1)?.dia ?? ""}`;
  return (
    <Panel
      titulo={TITULO}
      acciones={
        <Acciones
          de="pronóstico"
          enTabla={enTabla}
          alternarTabla={alternarTabla}
          csv={() => download(`${archivo}.csv`, csvPronostico(pronostico, dias))}
          png={() =>
            savePng(
              figuraPronostico(dias, historia, unidad, PALETAS.claro, today()),
              `${TITULO} (${unidad})`,
              pie,
              `${archivo}.png`,
            )
          }
          origen={<OrigenPronostico pronostico={pronostico} />}
        />
      }
      pie={pie}
    >
      <div className="flex flex-col gap-2">
        {avisos.map((aviso) => (
          <Aviso key={aviso}>{aviso}</Aviso>
        ))}
        <ErrorReciente pronostico={pronostico} />
        {!enTabla && <Grafica figura={figura} resumen={resumen} alto={ALTO} />}
        <TablaPronostico dias={dias} unidad={unidad} />
      </div>
    </Panel>
  );
}

function ErrorReciente({ pronostico: { error_reciente: error } }: { pronostico: Pronostico }) {
  if (!error) return <p className="text-tenue">Este modelo aún no tiene pronósticos calificados.</p>;
  return (
    <p>
      <span className="text-tenue">Error reciente</span>{" "}
      <strong className="font-semibold">{formatPercent(error.mape_pct)}</strong>{" "}
      <span className="text-xs text-tenue" title="Error porcentual absoluto medio (MAPE)">
        medio absoluto, {error.origenes} pruebas a {error.horizonte_dias} días
      </span>
    </p>
  );
}

function TablaPronostico({ dias, unidad }: { dias: DiaPronosticado[]; unidad: string }) {
  return (
    <Tabla<DiaPronosticado>
      titulo={`${TITULO}, en ${unidad}`}
      filas={dias}
      clave={({ dia }) => dia}
      columnas={[
        { titulo: "Día", celda: ({ dia }) => formatDiaCorto(dia) },
        {
          titulo: unidad,
          numero: true,
          celda: ({ valor }) => <strong className="font-semibold">{formatValue(valor, unidad)}</strong>,
        },
        { titulo: "80 %", numero: true, celda: ({ al80 }) => formatIntervalo(al80, unidad) },
        { titulo: "95 %", numero: true, celda: ({ al95 }) => formatIntervalo(al95, unidad) },
      ]}
    />
  );
}

function OrigenPronostico({ pronostico }: { pronostico: Pronostico }) {
  return (
    <Ficha
      datos={[
        ["Variable", pronostico.variable],
        ["Modelo", pronostico.model_version],
        ["Aprendió de", `días cerrados hasta el ${formatDia(pronostico.dato_hasta)}; los provisionales no cuentan`],
        ["Consulta", <code key="ruta" className="text-xs break-all select-all">{`POST ${RUTA_PRONOSTICO}`}</code>],
        ["Generado", `${formatInstante(pronostico.generado_en)} (hora Colombia)`],
        ["Bandas", "intervalos calibrados con los errores de pronósticos anteriores"],
      ]}
    />
  );
}
