import { isDia, type Dia } from "./dias";

/** «2026-11-25» as it is typed in Colombia: «25/11/2026». */
export function writeDia(dia: Dia): string {
  return `${dia.slice(8, 10)}/${dia.slice(5, 7)}/${dia.slice(0, 4)}`;
}

/** A day as people type it, «25/11/2026» or «2026-11-25»; null when it is no day. */
export function readDia(texto: string): Dia | null {
  const [, dia, mes, anio] = /^\s*(\d{1,2})[/\-. ](\d{1,2})[/\-. ](\d{4})\s*$/.exec(texto) ?? [];
  const iso = dia && mes && anio ? `${anio}-${mes.padStart(2, "0")}-${dia.padStart(2, "0")}` : texto.trim();
  return isDia(iso) ? iso : null;
}
