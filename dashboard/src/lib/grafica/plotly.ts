import type * as PlotlyTipos from "plotly.js";
import { NOMBRES } from "@/lib/fechas/textos";

export type Plotly = typeof PlotlyTipos;

/** Plotly's «es» groups thousands with a space; Colombia uses the dot. */
export const LOCALE_ES_CO = {
  moduleType: "locale" as const,
  name: "es-CO",
  dictionary: {},
  format: {
    days: NOMBRES.DIAS_LARGOS,
    shortDays: NOMBRES.DIAS,
    months: NOMBRES.MESES_LARGOS,
    shortMonths: NOMBRES.MESES,
    date: "%d/%m/%Y",
    decimal: ",",
    thousands: ".",
  },
};

export const CONFIG: Partial<PlotlyTipos.Config> = {
  displayModeBar: false,
  locale: "es-CO",
  doubleClick: false,
  scrollZoom: false,
  showTips: false,
  responsive: false,
};

let cargando: Promise<Plotly> | null = null;

/** Plotly, fetched once and only when the first chart is about to be seen. */
export function loadPlotly(): Promise<Plotly> {
  cargando ??= import("plotly.js-cartesian-dist-min").then(
    (modulo) => {
      const plotly = modulo.default;
      plotly.register(LOCALE_ES_CO);
      return plotly;
    },
    (fallo: unknown) => {
      // Next time it is fetched again: the network may be back.
      cargando = null;
      throw fallo;
    },
  );
  return cargando;
}
