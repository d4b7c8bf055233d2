import { diaDe } from "@/lib/fechas/dias";
import { formatPeriodo } from "@/lib/fechas/textos";
import { formatCount, formatWithUnit } from "@/lib/formato/numeros";
import { isSettled, type Punto, type Serie } from "./puntos";

export interface Estadisticas {
  media: number;
  maximo: Punto & { valor: number };
  minimo: Punto & { valor: number };
  /** Settled points the figures are made of. */
  cuantos: number;
}

/**
 * Mean and extremes of what is on screen. Only whole, settled periods count: a day of which half has arrived would
 * be announced as a low that never was.
 */
export function estadisticas(puntos: Punto[]): Estadisticas | null {
  const firmes = puntos.filter(isSettled);
  const [primero] = firmes;
  if (!primero) return null;
  let [maximo, minimo, suma] = [primero, primero, 0];
  for (const punto of firmes) {
    suma += punto.valor;
    if (punto.valor > maximo.valor) maximo = punto;
    if (punto.valor < minimo.valor) minimo = punto;
  }
  return { media: suma / firmes.length, maximo, minimo, cuantos: firmes.length };
}

const PERIODOS: Record<Serie["meta"]["resolucion"], [string, string]> = {
  hora: ["hora", "horas"],
  dia: ["día", "días"],
  semana: ["semana", "semanas"],
  mes: ["mes", "meses"],
  anio: ["año", "años"],
};

export function countPeriodos(cuantos: number, resolucion: Serie["meta"]["resolucion"]): string {
  return formatCount(cuantos, ...PERIODOS[resolucion]);
}

/** «2 días provisionales», or null when there is none; of hours, the days they fall in are counted. */
export function textoProvisionales({ meta, puntos }: Serie): string | null {
  const cuantos = new Set(puntos.filter((punto) => punto.provisional).map(({ t }) => diaDe(t))).size;
  if (cuantos === 0) return null;
  return `${countPeriodos(cuantos, meta.resolucion === "hora" ? "dia" : meta.resolucion)} ${cuantos === 1 ? "provisional" : "provisionales"}`;
}

/** One sentence with the figures of a chart, for who does not see it. */
export function resumenSerie(serie: Serie): string {
  const { meta, puntos } = serie;
  const [primero, ultimo] = [puntos[0], puntos.at(-1)];
  if (!primero || !ultimo) return `${meta.nombre}: sin datos en el rango.`;
  const periodo = (punto: Punto) => formatPeriodo(punto.t, meta.resolucion);
  const cantidad = (valor: number) => formatWithUnit(valor, meta.unidad, meta.decimales);
  const cifras = estadisticas(puntos);
  const faltan = puntos.filter((punto) => punto.valor === null).length;
  const frases = [
    `${meta.nombre}, ${periodo(primero)} a ${periodo(ultimo)}`,
    cifras
      ? `media ${cantidad(cifras.media)}; máximo ${cantidad(cifras.maximo.valor)} (${periodo(cifras.maximo)}); ` +
        `mínimo ${cantidad(cifras.minimo.valor)} (${periodo(cifras.minimo)})`
      : "ningún periodo cerrado",
    textoProvisionales(serie),
    faltan > 0 ? `${countPeriodos(faltan, meta.resolucion)} sin dato` : null,
  ];
  return `${frases.filter((frase) => frase !== null).join("; ").replace("; media", ": media")}.`;
}
