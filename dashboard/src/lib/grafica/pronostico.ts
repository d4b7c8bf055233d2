import { minDia, maxDia, type Dia } from "@/lib/fechas/dias";
import { formatWithUnit } from "@/lib/formato/numeros";
import { follows, formatIntervalo, type DiaPronosticado, type Intervalo } from "@/lib/pronostico/puntos";
import { isSettled, type Serie } from "@/lib/series/puntos";
import { marco, valueRange } from "./ejes";
import type { Figura, Traza } from "./figura";
import { withAlpha, type Paleta } from "./paleta";

function band(dias: DiaPronosticado[], nivel: (d: DiaPronosticado) => Intervalo | null, relleno: string): Traza[] {
  const x = dias.map(({ dia }) => dia);
  const comun: Traza = { type: "scatter", mode: "lines", x, line: { width: 0 }, hoverinfo: "skip" };
  return [
    { ...comun, y: dias.map((d) => nivel(d)?.inferior ?? null) },
    { ...comun, y: dias.map((d) => nivel(d)?.superior ?? null), fill: "tonexty", fillcolor: relleno },
  ];
}

/** What was (solid), what is expected (dashed) and how sure that is (80 % and 95 % in the same hue). */
export function figuraPronostico(
  dias: DiaPronosticado[],
  historia: Serie | null,
  unidad: string,
  paleta: Paleta,
  hoy: Dia,
): Figura {
  const firmes = historia?.puntos.filter(isSettled) ?? [];
  const ultimo = firmes.at(-1);
  const color = paleta.acento;
  const valores = [
    ...firmes.map(({ valor }) => valor),
    ...dias.flatMap((d) => [d.valor, d.al95?.inferior ?? d.valor, d.al95?.superior ?? d.valor]),
  ];
  const todos = [...firmes.map(({ t }) => t), ...dias.map(({ dia }) => dia)];
  const limites = valueRange(valores, false);
  const layout = marco({
    resolucion: "dia",
    desde: minDia(...todos),
    hasta: maxDia(...todos),
    valores: limites,
    unidad,
    paleta,
    hoy,
  });
  const enlace = ultimo && dias[0] && follows(ultimo.t, dias[0].dia) ? [ultimo] : [];
  const trazas: Traza[] = [
    ...band(dias, (d) => d.al95, withAlpha(color, 0.15)),
    ...band(dias, (d) => d.al80, withAlpha(color, 0.3)),
    {
      type: "scatter",
      mode: "lines+markers",
      x: historia?.puntos.map(({ t }) => t) ?? [],
      y: historia?.puntos.map((punto) => (isSettled(punto) ? punto.valor : null)) ?? [],
      connectgaps: false,
      line: { color, width: 2 },
      marker: { color, size: 4 },
      text: historia?.puntos.map((punto) => formatWithUnit(punto.valor, unidad)) ?? [],
      hovertemplate: "%{text}<extra></extra>",
    },
    {
      type: "scatter",
      mode: "lines",
      x: [...enlace.map(({ t }) => t), ...dias.map(({ dia }) => dia)],
      y: [...enlace.map(({ valor }) => valor), ...dias.map(({ valor }) => valor)],
      line: { color, width: 2, dash: "dash" },
      hoverinfo: "skip",
    },
    {
      type: "scatter",
      mode: "markers",
      x: dias.map(({ dia }) => dia),
      y: dias.map(({ valor }) => valor),
      marker: { color: paleta.papel, size: 6, line: { color, width: 1.5 } },
      text: dias.map(
        (d) =>
          `${formatWithUnit(d.valor, unidad)}<br>80 %: ${formatIntervalo(d.al80, unidad)}` +
          `<br>95 %: ${formatIntervalo(d.al95, unidad)}`,
      ),
      hovertemplate: "Pronóstico %{text}<extra></extra>",
    },
  ];
  // The days in view are few: the frame leaves zoom to the series above.
  layout.dragmode = false;
  if (layout.xaxis) layout.xaxis.fixedrange = true;
  return { trazas, layout };
}
