/**
 * Civil days of Colombia as plain strings, «2026-11-25».
 *
 * A day is never turned into a local Date: west of Greenwich a date-only string read as an instant shows the day
 * before. Arithmetic happens on the UTC calendar, which has no clock changes, and goes back to a string at once.
 */
export type Dia = string;

export const ZONA = "America/Bogota";
const MS_DIA = 86_400_000;

const FORMA = /^(\d{4})-(\d{2})-(\d{2})$/;

function serial(dia: Dia): number {
  const partes = FORMA.exec(dia);
  if (!partes) throw new RangeError(`No es un día: ${dia}`);
  return Date.UTC(Number(partes[1]), Number(partes[2]) - 1, Number(partes[3])) / MS_DIA;
}

function fromSerial(numero: number): Dia {
  return new Date(numero * MS_DIA).toISOString().slice(0, 10);
}

/** True for a day that exists: «2026-02-29» does not. */
export function isDia(texto: string): boolean {
  return FORMA.test(texto) && fromSerial(serial(texto)) === texto;
}

export function addDays(dia: Dia, dias: number): Dia {
  return fromSerial(serial(dia) + dias);
}

/** Days from `desde` to `hasta`; negative when `hasta` comes first. */
export function daysBetween(desde: Dia, hasta: Dia): number {
  return serial(hasta) - serial(desde);
}

/** The same date of another year; 29 February becomes the 28th. */
export function addYears(dia: Dia, anios: number): Dia {
  const otro = `${String(Number(dia.slice(0, 4)) + anios).padStart(4, "0")}${dia.slice(4)}`;
  return isDia(otro) ? otro : `${otro.slice(0, 8)}28`;
}

/** 0 = Sunday … 6 = Saturday. */
export function weekday(dia: Dia): number {
  return (((serial(dia) + 4) % 7) + 7) % 7;
}

/** Every day from `desde` to `hasta`, both included. */
export function eachDay(desde: Dia, hasta: Dia): Dia[] {
  const primero = serial(desde);
  return Array.from({ length: Math.max(0, serial(hasta) - primero + 1) }, (_, i) => fromSerial(primero + i));
}

export function minDia(...dias: Dia[]): Dia {
  return dias.reduce((a, b) => (b < a ? b : a));
}

export function maxDia(...dias: Dia[]): Dia {
  return dias.reduce((a, b) => (b > a ? b : a));
}

export function clampDia(dia: Dia, desde: Dia, hasta: Dia): Dia {
  return maxDia(desde, minDia(dia, hasta));
}

const RELOJ = new Intl.DateTimeFormat("en-CA", {
  timeZone: ZONA,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** What a wall clock in Bogotá shows at that instant, wherever the browser is. */
export function bogotaClock(instante: Date | number): { dia: Dia; hora: string } {
  const partes = Object.fromEntries(RELOJ.formatToParts(instante).map((p) => [p.type, p.value]));
  return { dia: `${partes.year}-${partes.month}-${partes.day}`, hora: `${partes.hour}:${partes.minute}` };
}

export function today(ahora: Date | number = Date.now()): Dia {
  return bogotaClock(ahora).dia;
}

/**
 * A `t` of the API as Bogotá wall-clock text: «2026-11-25» stays; an instant becomes «2026-11-25 14:00».
 * This is also the form Plotly wants: it knows no time zones.
 */
export function wallClock(t: string): string {
  if (FORMA.test(t)) return t;
  const instante = new Date(t);
  if (Number.isNaN(instante.getTime())) throw new RangeError(`No es un instante: ${t}`);
  const { dia, hora } = bogotaClock(instante);
  return `${dia} ${hora}`;
}

/** The local day that a `t` of the API falls in. */
export function diaDe(t: string): Dia {
  return wallClock(t).slice(0, 10);
}

type Periodo = "semana" | "mes" | "anio";

/** First day of the period that holds a day; weeks start on Monday. */
export function periodStart(dia: Dia, periodo: Periodo): Dia {
  if (periodo === "semana") return addDays(dia, -((weekday(dia) + 6) % 7));
  return periodo === "mes" ? `${dia.slice(0, 8)}01` : `${dia.slice(0, 5)}01-01`;
}

/** First day after that period. */
export function periodEnd(dia: Dia, periodo: Periodo): Dia {
  const inicio = periodStart(dia, periodo);
  return periodo === "semana" ? addDays(inicio, 7) : periodStart(addDays(inicio, periodo === "mes" ? 31 : 366), periodo);
}

/** A wall-clock text as a number for arithmetic only: milliseconds on a clock without a zone. */
export function wallMs(texto: string): number {
  const [horas = 0, minutos = 0] = texto.slice(11, 16).split(":").map(Number);
  return serial(texto.slice(0, 10)) * MS_DIA + (horas * 60 + minutos) * 60_000;
}

/** The whole days that a zoom on a time axis asks for: each edge goes to the nearest midnight. */
export function daysOfZoom(izquierda: string, derecha: string): { desde: Dia; hasta: Dia } {
  const desde = fromSerial(Math.round(wallMs(izquierda) / MS_DIA));
  const hasta = fromSerial(Math.round(wallMs(derecha) / MS_DIA) - 1);
  return { desde, hasta: maxDia(desde, hasta) };
}
