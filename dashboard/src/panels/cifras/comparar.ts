import { addDays, eachDay, type Dia } from "@/lib/fechas/dias";
import { festivo } from "@/lib/fechas/festivos";
import { formatDiaCorto, formatDiaSemana, formatTramo } from "@/lib/fechas/textos";
import { isSettled, type Serie } from "@/lib/series/puntos";

export interface Comparacion {
  rotulo: string;
  /** Which day or days it is compared with. */
  cuando: string;
  base: number | null;
  diferencia: number | null;
  /** Per cent of the base; null when the base is missing, zero or negative. */
  porcentaje: number | null;
}

/** The settled value of a day, or null: a provisional one is no measure for another. */
export function valorFirme({ puntos }: Serie, dia: Dia): number | null {
  const punto = puntos.find(({ t }) => t === dia);
  return punto && isSettled(punto) ? punto.valor : null;
}

function compare(valor: number | null, base: number | null, rotulo: string, cuando: string): Comparacion {
  const diferencia = valor === null || base === null ? null : valor - base;
  const porcentaje = diferencia === null || base === null || base <= 0 ? null : (100 * diferencia) / base;
  return { rotulo, cuando, base, diferencia, porcentaje };
}

const withHoliday = (dia: Dia, texto: string): string => (festivo(dia) ? `${texto}, festivo` : texto);

/**
 * A day beside the same weekday a week before, the mean of the seven days before it, and the same weekday a year
 * before (52 weeks: the weekday weighs more than the date).
 */
export function comparar(serie: Serie, dia: Dia): Comparacion[] {
  const valor = valorFirme(serie, dia);
  const semana = addDays(dia, -7);
  const anio = addDays(dia, -364);
  const siete = eachDay(semana, addDays(dia, -1)).map((d) => valorFirme(serie, d));
  const presentes = siete.filter((v) => v !== null);
  const completa = presentes.length === siete.length;
  const media = completa ? presentes.reduce((a, b) => a + b, 0) / siete.length : null;
  const tramo = formatTramo(semana, addDays(dia, -1), { anio: false });
  return [
    compare(valor, valorFirme(serie, semana), "Hace una semana", withHoliday(semana, formatDiaCorto(semana))),
    compare(valor, media, "Media de 7 días", completa ? tramo : `${tramo}, con ${presentes.length} de 7`),
    compare(valor, valorFirme(serie, anio), "Hace un año", withHoliday(anio, formatDiaSemana(anio))),
  ];
}
