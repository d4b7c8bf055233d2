import type { Annotations, Layout, LayoutAxis, Shape } from "plotly.js";
import { addDays, daysBetween, periodEnd, periodStart, type Dia } from "@/lib/fechas/dias";
import { formatDia } from "@/lib/fechas/textos";
import type { Resolucion } from "@/lib/api/tipos";
import type { Traza } from "./figura";
import type { Paleta } from "./paleta";

/** The page's own type, whatever name the build gave it. */
const TIPO_LETRA = "inherit";

/** Thousands and decimals of every axis: Plotly's first character is the decimal one. */
export const SEPARADORES = ",.";

/** How many decimals tell the ticks of an axis apart; never «12k». */
export function tickFormat([abajo, arriba]: [number, number]): string {
  const alto = Math.abs(arriba - abajo);
  return alto >= 8 ? ",.0f" : alto >= 0.8 ? ",.1f" : ",.2f";
}

export function timeFormat(desde: Dia, hasta: Dia): string {
  const dias = daysBetween(desde, hasta) + 1;
  if (dias <= 3) return "%H:%M\n%a %-d %b";
  if (dias <= 200) return "%-d %b\n%Y";
  return dias <= 1500 ? "%b\n%Y" : "%Y";
}

/** Limits of the vertical axis: from zero for bars, else the values with some air. */
export function valueRange(valores: number[], desdeCero: boolean): [number, number] {
  if (valores.length === 0) return [0, 1];
  let [abajo, arriba] = [Infinity, -Infinity];
  for (const valor of valores) {
    if (valor < abajo) abajo = valor;
    if (valor > arriba) arriba = valor;
  }
  const aire = (arriba - abajo || Math.abs(arriba) || 1) * 0.08;
  if (desdeCero) return [Math.min(0, abajo - (abajo < 0 ? aire : 0)), Math.max(0, arriba + aire)];
  // A price is never drawn below zero only for air's sake.
  return [abajo >= 0 ? Math.max(0, abajo - aire) : abajo - aire, arriba + aire];
}

const PERIODO: Record<Resolucion, string> = {
  hora: "%a %-d %b %Y, %H:%M",
  dia: "%a %-d %b %Y",
  semana: "semana del %-d %b %Y",
  mes: "%B de %Y",
  anio: "%Y",
};

export interface Marco {
  resolucion: Resolucion;
  desde: Dia;
  hasta: Dia;
  valores: [number, number];
  unidad: string;
  paleta: Paleta;
  hoy: Dia;
}

function verticalLine(x: string, texto: string, paleta: Paleta): { shape: Partial<Shape>; nota: Partial<Annotations> } {
  return {
    shape: {
      type: "line",
      x0: x,
      x1: x,
      yref: "paper",
      y0: 0,
      y1: 1,
      line: { color: paleta.tenue, width: 1 },
    },
    nota: {
      x,
      yref: "paper",
      y: 1,
      yanchor: "bottom",
      text: texto,
      showarrow: false,
      font: { size: 12, color: paleta.tenue },
    },
  };
}

/** Where the axis begins and ends: half a step of air for days and hours, whole periods for the longer ones. */
function timeRange({ desde, hasta, resolucion }: Marco): [string, string] {
  if (resolucion === "hora") return [`${desde} 00:00`, `${addDays(hasta, 1)} 00:00`];
  if (resolucion === "dia") return [`${addDays(desde, -1)} 12:00`, `${hasta} 12:00`];
  return [periodStart(desde, resolucion), periodEnd(hasta, resolucion)];
}

/** A longer period is drawn in its middle: Plotly's width of it, and a day where one starts. */
export const PERIODOS: Partial<Record<Resolucion, Traza>> = {
  semana: { xperiod: 604_800_000, xperiod0: "2024-01-01", xperiodalignment: "middle" },
  mes: { xperiod: "M1", xperiodalignment: "middle" },
  anio: { xperiod: "M12", xperiodalignment: "middle" },
};

/** The frame all the charts share: grid, axes in es-CO, the line «hoy» where the range holds it. */
export function marco(datos: Marco): Partial<Layout> {
  const { resolucion, desde, hasta, valores, unidad, paleta, hoy } = datos;
  const eje: Partial<LayoutAxis> = {
    color: paleta.tenue,
    gridcolor: paleta.linea,
    linecolor: paleta.linea,
    zeroline: false,
    tickfont: { size: 12 },
    fixedrange: true,
  };
  const linea = hoy >= desde && hoy <= hasta ? verticalLine(hoy, `hoy ${formatDia(hoy).slice(0, -5)}`, paleta) : null;
  return {
    font: { family: TIPO_LETRA, size: 12, color: paleta.tinta },
    paper_bgcolor: paleta.papel,
    plot_bgcolor: paleta.papel,
    margin: { l: 52, r: 12, t: 22, b: 40 },
    separators: SEPARADORES,
    showlegend: false,
    hovermode: "x",
    hoverlabel: {
      bgcolor: paleta.papel,
      bordercolor: paleta.tenue,
      font: { family: TIPO_LETRA, size: 14, color: paleta.tinta },
      align: "left",
    },
    dragmode: "zoom",
    xaxis: {
      ...eje,
      type: "date",
      range: timeRange(datos),
      tickformat: timeFormat(desde, hasta),
      hoverformat: PERIODO[resolucion],
      fixedrange: false,
      showgrid: false,
      showline: true,
      ticks: "outside",
      ticklen: 4,
      nticks: 8,
      showspikes: true,
      spikemode: "across",
      spikethickness: 1,
      spikedash: "solid",
      spikecolor: paleta.tenue,
      spikesnap: "data",
    },
    yaxis: {
      ...eje,
      range: valores,
      tickformat: tickFormat(valores),
      exponentformat: "none",
      nticks: 6,
    },
    shapes: linea ? [linea.shape] : [],
    annotations: [
      {
        xref: "paper",
        x: 0,
        xanchor: "left",
        xshift: -44,
        yref: "paper",
        y: 1,
        yanchor: "bottom",
        text: unidad,
        showarrow: false,
        font: { size: 12, color: paleta.tenue },
      },
      ...(linea ? [linea.nota] : []),
    ],
  };
}
