import type { Layout } from "plotly.js";
import { download } from "@/lib/descargar";
import { loadPlotly } from "./plotly";
import type { Figura } from "./figura";

/** A picture for a report: on white, with its title above and its sentence below. */
export async function savePng(figura: Figura, titulo: string, pie: string, nombre: string): Promise<void> {
  const plotly = await loadPlotly();
  const layout: Partial<Layout> = {
    ...figura.layout,
    // A picture cannot reach the page's type.
    font: { ...figura.layout.font, family: "Arial, Helvetica, sans-serif" },
    margin: { l: 60, r: 20, t: 64, b: 76 },
    title: { text: titulo, x: 0, xref: "paper", xanchor: "left", font: { size: 20 } },
    annotations: [
      ...(figura.layout.annotations ?? []),
      {
        text: pie,
        showarrow: false,
        xref: "paper",
        x: 0,
        xanchor: "left",
        yref: "paper",
        y: 0,
        yanchor: "top",
        yshift: -48,
        font: { size: 12 },
      },
    ],
  };
  const opciones = { format: "png", width: 1200, height: 600, scale: 2 } as const;
  const url = await plotly.toImage({ data: figura.trazas, layout, config: { locale: "es-CO" } }, opciones);
  // The address carries the picture itself: read by hand, since the page may connect to its own origin only.
  const bytes = Uint8Array.from(atob(url.slice(url.indexOf(",") + 1)), (letra) => letra.charCodeAt(0));
  download(nombre, new Blob([bytes], { type: "image/png" }));
}
