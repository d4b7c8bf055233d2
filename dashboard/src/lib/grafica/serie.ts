import type { Layout, PlotData } from "plotly.js";
import { diaDe, wallClock, type Dia } from "@/lib/fechas/dias";
import { festivo } from "@/lib/fechas/festivos";
import { formatWithUnit } from "@/lib/formato/numeros";
import { estadoDe } from "@/lib/series/csv";
import type { Punto, Serie } from "@/lib/series/puntos";
import { marco, valueRange } from "./ejes";
import { withAlpha, type Paleta } from "./paleta";

export interface Figura {
  trazas: Partial<PlotData>[];
  layout: Partial<Layout>;
}

/** What hovering a point says, written by our own number module: Plotly's formats forget the separators. */
export function textoPunto(punto: Punto, { meta }: Serie): string {
  const dia = meta.resolucion === "dia" || meta.resolucion === "hora" ? festivo(diaDe(punto.t)) : null;
  const notas = [
    dia,
    punto.parcial ? `parcial: ${punto.parcial.presentes} de ${punto.parcial.esperados}` : null,
    !punto.parcial && punto.provisional ? "provisional" : null,
  ].filter((nota) => nota !== null);
  const valor = formatWithUnit(punto.valor, meta.unidad, meta.decimales);
  return notas.length ? `${valor} (${notas.join(", ")})` : valor;
}

/** A sum of a longer period is a bar from zero; everything else a line. */
export function isBars({ meta }: Serie): boolean {
  return meta.agregacion === "suma" && meta.resolucion !== "hora" && meta.resolucion !== "dia";
}

/** Up to here each point gets its mark; beyond, only the points that stand alone between two gaps. */
const CON_MARCAS = 45;

function marks(puntos: Punto[], valores: (number | null)[]): number[] {
  const todas = puntos.length <= CON_MARCAS;
  return valores.map((valor, i) => {
    if (valor === null) return 0;
    return todas || (valores[i - 1] == null && valores[i + 1] == null) ? 5 : 0;
  });
}

/** The line in two strokes: settled, and provisional at 60 % over a hatch. They meet at the last settled point. */
function lines(serie: Serie, color: string, paleta: Paleta): Partial<PlotData>[] {
  const { puntos } = serie;
  const x = puntos.map(({ t }) => wallClock(t));
  const firme = (punto: Punto | undefined) => punto !== undefined && !punto.provisional && !punto.parcial;
  const firmes = puntos.map((punto) => (firme(punto) ? punto.valor : null));
  const comun: Partial<PlotData> = {
    type: "scatter",
    mode: "lines+markers",
    x,
    connectgaps: false,
    hoverinfo: "skip",
  };
  const trazas: Partial<PlotData>[] = [
    {
      ...comun,
      y: firmes,
      line: { color, width: puntos.length > 500 ? 1.25 : 2 },
      marker: { color, size: marks(puntos, firmes) },
    },
  ];
  if (!puntos.some((punto) => !firme(punto))) return trazas;
  const sueltos = puntos.map((punto, i) => (firme(punto) && firme(puntos[i + 1] ?? punto) ? null : punto.valor));
  trazas.push({
    ...comun,
    y: sueltos,
    line: { color: withAlpha(color, 0.6), width: 2 },
    marker: {
      color: paleta.papel,
      line: { color: withAlpha(color, 0.8), width: 1.5 },
      size: marks(puntos, sueltos).map((tamano, i) => (firme(puntos[i]) ? 0 : tamano && 6)),
    },
    fill: "tozeroy",
    fillcolor: withAlpha(color, 0.6),
    fillpattern: { shape: "/", size: 6, solidity: 0.25, fgcolor: withAlpha(color, 0.6), bgcolor: "rgba(0,0,0,0)" },
  });
  return trazas;
}

function bars({ puntos }: Serie, color: string): Partial<PlotData>[] {
  const firme = puntos.map((punto) => estadoDe(punto) === "cerrado");
  return [
    {
      type: "bar",
      x: puntos.map(({ t }) => wallClock(t)),
      y: puntos.map(({ valor }) => valor),
      hoverinfo: "skip",
      marker: {
        color: firme.map((si) => (si ? color : withAlpha(color, 0.6))),
        pattern: {
          shape: firme.map((si) => (si ? "" : "/")),
          size: 6,
          solidity: 0.35,
          fillmode: "replace",
        },
      },
    },
  ];
}

/** An unseen line through every point that carries the words shown there; a gap has its own, at the foot. */
function words(serie: Serie, nombre: string, pie: number): Partial<PlotData> {
  const { puntos } = serie;
  return {
    type: "scatter",
    mode: "lines",
    x: puntos.map(({ t }) => wallClock(t)),
    y: puntos.map(({ valor }) => valor ?? pie),
    line: { width: 0, color: "rgba(0,0,0,0)" },
    text: puntos.map((punto) => textoPunto(punto, serie)),
    hovertemplate: `${nombre ? `${nombre} ` : ""}<b>%{text}</b><extra></extra>`,
  };
}

export interface Referencia {
  serie: Serie;
  /** Word at the end of its line. */
  etiqueta: string;
}

/** One variable over time, with at most one line of reference in grey. */
export function figuraSerie(
  serie: Serie | null,
  referencia: Referencia | null,
  rango: { desde: Dia; hasta: Dia },
  paleta: Paleta,
  hoy: Dia,
): Figura {
  const principal = serie ?? referencia?.serie;
  const valores = [serie, referencia?.serie].flatMap((s) => s?.puntos.map((p) => p.valor) ?? []);
  const barras = serie !== null && isBars(serie);
  const limites = valueRange(
    valores.filter((valor) => valor !== null),
    barras,
  );
  const layout = marco({
    ...rango,
    resolucion: principal?.meta.resolucion ?? "dia",
    valores: limites,
    unidad: principal?.meta.unidad ?? "",
    paleta,
    hoy,
  });
  const trazas: Partial<PlotData>[] = [];
  if (referencia) {
    const { puntos } = referencia.serie;
    trazas.push({
      type: "scatter",
      mode: "lines",
      x: puntos.map(({ t }) => wallClock(t)),
      y: puntos.map(({ valor }) => valor),
      connectgaps: false,
      hoverinfo: "skip",
      line: { color: paleta.tenue, width: 1.5, shape: "hv" },
    });
    const ultimo = puntos.findLast(({ valor }) => valor !== null);
    if (ultimo && layout.annotations) {
      layout.annotations.push({
        x: wallClock(ultimo.t),
        y: ultimo.valor ?? 0,
        xanchor: "right",
        yanchor: "bottom",
        text: referencia.etiqueta,
        showarrow: false,
        font: { size: 12, color: paleta.tenue },
      });
    }
  }
  if (serie) trazas.push(...(barras ? bars(serie, paleta.acento) : lines(serie, paleta.acento, paleta)));
  if (serie) trazas.push(words(serie, "", limites[0]));
  if (referencia) trazas.push(words(referencia.serie, referencia.etiqueta, limites[0]));
  return { trazas, layout };
}
