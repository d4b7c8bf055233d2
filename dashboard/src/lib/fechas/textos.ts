import { bogotaClock, diaDe, wallClock, weekday, type Dia } from "./dias";
import type { Resolucion } from "@/lib/api/tipos";

const DIAS = ["dom", "lun", "mar", "mié", "jue", "vie", "sáb"];
const DIAS_LARGOS = ["domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"];
const MESES = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"];
const MESES_LARGOS = [
  "enero",
  "febrero",
  "marzo",
  "abril",
  "mayo",
  "junio",
  "julio",
  "agosto",
  "septiembre",
  "octubre",
  "noviembre",
  "diciembre",
];

export const NOMBRES = { DIAS, DIAS_LARGOS, MESES, MESES_LARGOS };

const parts = (dia: Dia) => ({ anio: dia.slice(0, 4), mes: Number(dia.slice(5, 7)) - 1, numero: Number(dia.slice(8, 10)) });

/** «31 dic 2025» */
export function formatDia(dia: Dia): string {
  const { anio, mes, numero } = parts(dia);
  return `${numero} ${MESES[mes]} ${anio}`;
}

/** «mié 31 dic 2025» */
export function formatDiaSemana(dia: Dia): string {
  return `${DIAS[weekday(dia)]} ${formatDia(dia)}`;
}

/** «mié 31 dic», where the year is plain from what is around it */
export function formatDiaCorto(dia: Dia): string {
  const { mes, numero } = parts(dia);
  return `${DIAS[weekday(dia)]} ${numero} ${MESES[mes]}`;
}

/** «miércoles 31 de diciembre de 2025» */
export function formatDiaLargo(dia: Dia): string {
  const { anio, mes, numero } = parts(dia);
  return `${DIAS_LARGOS[weekday(dia)]} ${numero} de ${MESES_LARGOS[mes]} de ${anio}`;
}

/** «24 a 30 dic», «28 dic 2025 a 3 ene 2026»: only what differs is said twice */
export function formatTramo(desde: Dia, hasta: Dia, { anio = true } = {}): string {
  if (desde === hasta) return anio ? formatDia(desde) : formatDia(desde).slice(0, -5);
  const a = parts(desde);
  const b = parts(hasta);
  const fin = anio ? formatDia(hasta) : `${b.numero} ${MESES[b.mes]}`;
  if (a.anio !== b.anio) return `${formatDia(desde)} a ${formatDia(hasta)}`;
  return a.mes === b.mes ? `${a.numero} a ${fin}` : `${a.numero} ${MESES[a.mes]} a ${fin}`;
}

/** An instant as Bogotá's clock shows it: «31 dic 2025, 15:05» */
export function formatInstante(instante: string | number): string {
  const fecha = new Date(instante);
  if (Number.isNaN(fecha.getTime())) return "s/d";
  const { dia, hora } = bogotaClock(fecha);
  return `${formatDia(dia)}, ${hora}`;
}

/** Only the clock of an instant: «15:05» */
export function formatHora(instante: number): string {
  return bogotaClock(instante).hora;
}

/** The period that starts at `t`, named in full. */
export function formatPeriodo(t: string, resolucion: Resolucion): string {
  const dia = diaDe(t);
  const { anio, mes } = parts(dia);
  switch (resolucion) {
    case "hora": {
      const inicio = wallClock(t).slice(11);
      const fin = String(Number(inicio.slice(0, 2)) + 1).padStart(2, "0");
      return `${formatDiaSemana(dia)}, ${inicio}–${fin}:00`;
    }
    case "dia":
      return formatDiaSemana(dia);
    case "semana":
      return `semana del ${formatDia(dia)}`;
    case "mes":
      return `${MESES_LARGOS[mes]} de ${anio}`;
    case "anio":
      return anio;
  }
}
