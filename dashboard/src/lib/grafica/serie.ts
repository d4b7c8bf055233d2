import { diaDe, wallClock, type Dia } from "@/lib/fechas/dias";
import { festivo } from "@/lib/fechas/festivos";
import { formatWithUnit } from "@/lib/formato/numeros";
import type { Punto, Serie } from "@/lib/series/puntos";
import { marco, PERIODOS, valueRange } from "./ejes";
import type { Figura, Traza } from "./figura";
import { withAlpha, type Paleta } from "./paleta";

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

const firme = (punto: Punto | undefined) => punto !== undefined && !punto.provisional && !punto.parcial;

/** The line in two strokes: settled, and unsettled at 60 %. They meet at the last settled point. */
function lines(serie: Serie, [abajo, arriba]: [number, number], paleta: Paleta): Traza[] {
  const color = paleta.acento;
  const { puntos } = serie;
  const comun: Traza = {
    type: "scatter",
    mode: "lines+markers",
    x: puntos.map(({ t }) => wallClock(t)),
    ...PERIODOS[serie.meta.resolucion],
    connectgaps: false,
    hoverinfo: "skip",
  };
  const firmes = puntos.map((punto) => (firme(punto) ? punto.valor : null));
  // Off the axis, a day of which little has arrived is only its hatch: a line that plunges would be read as a fall.
  const drawn = (punto: Punto | undefined) =>
    punto !== undefined && (firme(punto) || (punto.valor !== null && punto.valor >= abajo && punto.valor <= arriba));
  const sueltos = puntos.map((punto, i) => {
    const siguiente = puntos[i + 1];
    return drawn(punto) && (!firme(punto) || (!firme(siguiente) && drawn(siguiente))) ? punto.valor : null;
  });
  const trazas: Traza[] = [
    {
      ...comun,
      y: firmes,
      line: { color, width: puntos.length > 500 ? 1.25 : 2 },
      marker: { color, size: marks(puntos, firmes) },
    },
  ];
  if (sueltos.some((valor) => valor !== null)) {
    trazas.push({
      ...comun,
      y: sueltos,
      line: { color: withAlpha(color, 0.6), width: 2 },
      marker: {
        color: paleta.papel,
        line: { color: withAlpha(color, 0.8), width: 1.5 },
        size: puntos.map((punto, i) => (firme(punto) || sueltos[i] == null ? 0 : 6)),
      },
    });
  }
  return trazas;
}

const MS_HORA = 3_600_000;

/** Hatched strips over the unsettled stretch of a line, from foot to head: it is not a fall, it is not known yet. */
function hatch({ puntos, meta }: Serie, [abajo, arriba]: [number, number], color: string): Traza[] {
  const ancho = meta.resolucion === "hora" ? MS_HORA : 24 * MS_HORA;
  const inseguros = puntos.filter((punto) => !firme(punto));
  if (inseguros.length === 0) return [];
  return [
    {
      type: "bar",
      x: inseguros.map(({ t }) => wallClock(t)),
      y: inseguros.map(() => arriba - abajo),
      base: inseguros.map(() => abajo),
      ...(PERIODOS[meta.resolucion] ?? { width: ancho, offset: meta.resolucion === "hora" ? 0 : -ancho / 2 }),
      hoverinfo: "skip",
      marker: {
        color: withAlpha(color, 0.6),
        line: { width: 0 },
        pattern: { shape: "/", size: 7, solidity: 0.18, fillmode: "replace" },
      },
    },
  ];
}

function bars({ puntos, meta }: Serie, color: string): Traza[] {
  const cerrados = puntos.map(firme);
  return [
    {
      type: "bar",
      x: puntos.map(({ t }) => wallClock(t)),
      y: puntos.map(({ valor }) => valor),
      ...PERIODOS[meta.resolucion],
      hoverinfo: "skip",
      marker: {
        color: cerrados.map((si) => (si ? color : withAlpha(color, 0.6))),
        pattern: {
          shape: cerrados.map((si) => (si ? "" : "/")),
          size: 6,
          solidity: 0.35,
          fillmode: "replace",
        },
      },
    },
  ];
}

/** An unseen line through every point that carries the words shown there; a gap has its own, at the foot. */
function words(serie: Serie, nombre: string, pie: number): Traza {
  const { puntos } = serie;
  return {
    type: "scatter",
    mode: "lines",
    x: puntos.map(({ t }) => wallClock(t)),
    y: puntos.map(({ valor }) => valor ?? pie),
    ...PERIODOS[serie.meta.resolucion],
    line: { width: 0, color: "rgba(0,0,0,0)" },
    text: puntos.map((punto) => textoPunto(punto, serie)),
    hovertemplate: `${nombre ? `${nombre}: ` : ""}%{text}<extra></extra>`,
  };
}

export interface Referencia {
  serie: Serie;
  /** Word at the end of its line. */
  etiqueta: string;
}

/** The settled values make the axis: a day of which a quarter has arrived must not squeeze all the others. */
function limits(series: (Serie | null | undefined)[], barras: boolean): [number, number] {
  const puntos = series.flatMap((serie) => serie?.puntos ?? []).filter(({ valor }) => valor !== null);
  const firmes = puntos.filter(firme);
  return valueRange(
    (barras || firmes.length === 0 ? puntos : firmes).map(({ valor }) => valor ?? 0),
    barras,
  );
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
  const barras = serie !== null && isBars(serie);
  const limites = limits([serie, referencia?.serie], barras);
  const layout = marco({
    ...rango,
    resolucion: principal?.meta.resolucion ?? "dia",
    valores: limites,
    unidad: principal?.meta.unidad ?? "",
    paleta,
    hoy,
  });
  const trazas: Traza[] = [];
  if (referencia) {
    const { puntos } = referencia.serie;
    trazas.push({
      type: "scatter",
      mode: "lines",
      x: puntos.map(({ t }) => wallClock(t)),
      y: puntos.map(({ valor }) => valor),
      ...PERIODOS[referencia.serie.meta.resolucion],
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
  if (serie && barras) trazas.push(...bars(serie, paleta.acento));
  if (serie && !barras) trazas.push(...hatch(serie, limites, paleta.acento), ...lines(serie, limites, paleta));
  if (serie) trazas.push(words(serie, "", limites[0]));
  if (referencia) trazas.push(words(referencia.serie, referencia.etiqueta, limites[0]));
  return { trazas, layout };
}
