import { diaDe, type Dia } from "@/lib/fechas/dias";
import { ilegible } from "@/lib/api/problema";
import type { Meta, Parcial, RespuestaSerie } from "@/lib/api/tipos";

/** One period of a series. `valor` null is a gap: never zero, never joined. */
export interface Punto {
  t: string;
  valor: number | null;
  /** The period has days that the operator will still complete. */
  provisional: boolean;
  /** What is there of a period with missing intervals. */
  parcial: Parcial | null;
}

export interface Serie {
  meta: Meta;
  puntos: Punto[];
}

const finite = (valor: unknown): number | null => (typeof valor === "number" && Number.isFinite(valor) ? valor : null);

/** True when one of the provisional days falls in the period that starts at `inicio` and ends before `fin`. */
function holdsProvisional(dias: Dia[], inicio: Dia, fin: Dia | undefined): boolean {
  return dias.some((dia) => dia >= inicio && (fin === undefined || dia < fin));
}

/** An answer of the API as points of its only series. Throws a readable error when it has another shape. */
export function readSerie(respuesta: RespuestaSerie): Serie {
  const { meta, series } = respuesta as Partial<RespuestaSerie>;
  if (!meta || !Array.isArray(series)) throw ilegible();
  const datos = series[0]?.datos ?? [];
  const parciales = new Map(meta.parciales.map((parcial) => [parcial.t, parcial]));
  const provisionales = new Set(meta.provisionales);
  const porDia = meta.resolucion === "hora" || meta.resolucion === "dia";
  const dias = datos.map(([t]) => diaDe(t));
  return {
    meta,
    puntos: datos.map(([t, valor], i) => ({
      t,
      valor: finite(valor),
      provisional: porDia
        ? provisionales.has(dias[i] ?? "")
        : holdsProvisional(meta.provisionales, dias[i] ?? "", dias[i + 1]),
      parcial: parciales.get(t) ?? null,
    })),
  };
}

/** A point that may be compared with others: there, whole and settled. */
export function isSettled(punto: Punto): punto is Punto & { valor: number } {
  return punto.valor !== null && !punto.provisional && punto.parcial === null;
}

/** A daily series given to every hour of its day: a price in force all day long beside an hourly one. */
export function perHour(diaria: Serie, horas: Serie): Serie {
  const porDia = new Map(diaria.puntos.map((punto) => [punto.t, punto]));
  return {
    meta: { ...diaria.meta, resolucion: "hora" },
    puntos: horas.puntos.map(({ t }) => {
      const punto = porDia.get(diaDe(t));
      return { t, valor: punto?.valor ?? null, provisional: punto?.provisional ?? false, parcial: null };
    }),
  };
}
