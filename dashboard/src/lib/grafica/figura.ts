import type { Layout, PlotData } from "plotly.js";

/** A trace, with what the published types of Plotly lack. */
export type Traza = Partial<PlotData> & {
  base?: number[];
  xperiod?: string | number;
  xperiod0?: string;
  xperiodalignment?: "middle";
};

/** All that draws a chart. Made by pure functions, so that what is drawn and said can be tested without drawing. */
export interface Figura {
  trazas: Traza[];
  layout: Partial<Layout>;
}
