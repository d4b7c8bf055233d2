import { useEffect, useRef, useState } from "react";
import type { PlotlyHTMLElement, PlotHoverEvent, PlotRelayoutEvent } from "plotly.js";
import { CONFIG, loadPlotly, type Plotly } from "@/lib/grafica/plotly";
import type { Figura } from "@/lib/grafica/figura";
import { Esqueleto } from "./Estado";

interface Props {
  figura: Figura;
  /** The chart in one sentence made from its numbers. */
  resumen: string;
  alto: string;
  /** Charts of one group show the same moment when the pointer is over any of them. */
  grupo?: string;
  onZoom?: (izquierda: string, derecha: string) => void;
  onReset?: () => void;
}

type Sincronizable = Plotly & { Fx: { hover: (div: HTMLElement, punto: object) => void; unhover: (div: HTMLElement) => void } };

const grupos = new Map<string, Set<HTMLElement>>();

/** True once the element has been near the window: what is far below costs nothing. */
function useNear(ref: React.RefObject<HTMLElement | null>): boolean {
  const [cerca, setCerca] = useState(false);
  useEffect(() => {
    const elemento = ref.current;
    if (!elemento) return;
    const observador = new IntersectionObserver(
      ([entrada]) => {
        if (entrada?.isIntersecting) setCerca(true);
      },
      { rootMargin: "160px" },
    );
    observador.observe(elemento);
    return () => observador.disconnect();
  }, [ref]);
  return cerca;
}

function syncHover(plotly: Sincronizable, div: PlotlyHTMLElement, grupo: string): () => void {
  const miembros = grupos.get(grupo) ?? new Set<HTMLElement>();
  grupos.set(grupo, miembros.add(div));
  const others = () => [...miembros].filter((otro) => otro !== div);
  div.on("plotly_hover", (evento: PlotHoverEvent) => {
    // Only a hover with a pointer behind it is passed on: the passed one must not come back.
    if (!(evento.event instanceof MouseEvent)) return;
    const xval = evento.points[0] ? (evento as PlotHoverEvent & { xvals: number[] }).xvals[0] : undefined;
    for (const otro of others()) if (xval !== undefined) plotly.Fx.hover(otro, { xval, yval: 0 });
  });
  div.on("plotly_unhover", () => {
    for (const otro of others()) plotly.Fx.unhover(otro);
  });
  return () => miembros.delete(div);
}

/** A chart: one picture with a sentence for who does not see it. Its numbers are in the panel's table. */
export function Grafica({ figura, resumen, alto, grupo, onZoom, onReset }: Props) {
  const marco = useRef<HTMLDivElement>(null);
  const lienzo = useRef<HTMLDivElement>(null);
  const acciones = useRef({ onZoom, onReset });
  const cerca = useNear(marco);
  const [plotly, setPlotly] = useState<Sincronizable | null>(null);
  const [fallo, setFallo] = useState(false);
  const [intento, setIntento] = useState(0);

  useEffect(() => {
    acciones.current = { onZoom, onReset };
  });

  useEffect(() => {
    if (!cerca) return;
    loadPlotly().then(
      (modulo) => setPlotly(modulo as Sincronizable),
      () => setFallo(true),
    );
  }, [cerca, intento]);

  useEffect(() => {
    const div = lienzo.current;
    if (!plotly || !div) return;
    const tactil = matchMedia("(pointer: coarse)").matches;
    const layout = { ...figura.layout, autosize: true };
    if (tactil) layout.dragmode = false;
    void plotly.react(div, figura.trazas, layout, CONFIG);
  }, [plotly, figura]);

  useEffect(() => {
    const div = lienzo.current as PlotlyHTMLElement | null;
    if (!plotly || !div) return;
    const leave = grupo ? syncHover(plotly, div, grupo) : undefined;
    div.on("plotly_relayout", (evento: PlotRelayoutEvent) => {
      const [izquierda, derecha] = [evento["xaxis.range[0]"], evento["xaxis.range[1]"]];
      if (izquierda !== undefined && derecha !== undefined) {
        acciones.current.onZoom?.(String(izquierda), String(derecha));
      }
    });
    div.on("plotly_doubleclick", () => acciones.current.onReset?.());
    const medidor = new ResizeObserver(() => plotly.Plots.resize(div));
    medidor.observe(div);
    return () => {
      leave?.();
      medidor.disconnect();
      plotly.purge(div);
    };
  }, [plotly, grupo]);

  return (
    <div ref={marco} className={`relative ${alto}`}>
      <div role="img" aria-label={resumen} className="absolute inset-0" ref={lienzo} />
      {!plotly && !fallo && <Esqueleto className="absolute inset-0" />}
      {fallo && (
        <p role="alert" className="absolute inset-0 flex flex-wrap content-center gap-2">
          No se pudo traer el dibujo. La tabla y el CSV sí están.
          <button
            type="button"
            className="control"
            onClick={() => {
              setFallo(false);
              setIntento(intento + 1);
            }}
          >
            Reintentar
          </button>
        </p>
      )}
    </div>
  );
}
