import { daysBetween, type Dia } from "@/lib/fechas/dias";
import { formatDia } from "@/lib/fechas/textos";
import { formatCount } from "@/lib/formato/numeros";
import type { Carga, Variable } from "@/lib/api/tipos";
import type { Tono } from "@/ui/Estado";

export interface Frescura {
  tono: Tono;
  texto: string;
}

/** Whether a variable's newest closed day is as new as its operator's usual delay allows. */
export function frescura(variable: Variable, hoy: Dia): Frescura {
  const { ultimo_dia_cerrado: ultimo, rezago_dias: rezago } = variable;
  if (!ultimo) return { tono: "neutro", texto: "sin datos" };
  const atraso = daysBetween(ultimo, hoy);
  // A day of grace: the source publishes during the day, not at midnight.
  if (atraso <= rezago + 1) return { tono: "bien", texto: "al día" };
  return { tono: "vigila", texto: `de hace ${formatCount(atraso, "día", "días")}` };
}

/** The amber sentence over the figures, or null when they are as new as they should be. */
export function avisoDeAtraso(variable: Variable, hoy: Dia): string | null {
  const { ultimo_dia_cerrado: ultimo, rezago_dias: rezago } = variable;
  if (!ultimo || frescura(variable, hoy).tono !== "vigila") return null;
  return (
    `Sin datos nuevos desde el ${formatDia(ultimo)}, hace ${formatCount(daysBetween(ultimo, hoy), "día", "días")}; ` +
    `lo normal son ${formatCount(rezago, "día", "días")}.`
  );
}

export interface FilaCalidad {
  variable: Variable;
  /** The newest load of that variable. */
  carga: Carga | null;
  frescura: Frescura;
}

const key = (codigo: string, entidad: string) => `${codigo} ${entidad}`;

/** Every variable with its newest load; what has data first, in the catalogue's order. */
export function filasCalidad(variables: Variable[], cargas: Carga[], hoy: Dia): FilaCalidad[] {
  const nuevas = new Map<string, Carga>();
  for (const carga of cargas) {
    const clave = key(carga.variable, carga.entidad);
    const otra = nuevas.get(clave);
    if (!otra || carga.carga_id > otra.carga_id) nuevas.set(clave, carga);
  }
  const filas = variables.map((variable) => ({
    variable,
    carga: nuevas.get(key(variable.codigo, variable.entidad)) ?? null,
    frescura: frescura(variable, hoy),
  }));
  return [...filas.filter((f) => f.variable.hasta !== null), ...filas.filter((f) => f.variable.hasta === null)];
}

/** Below this a load raises an alert. */
const SUFICIENTE = 90;

export function tonoPuntaje(puntaje: number): Tono {
  return puntaje >= SUFICIENTE ? "bien" : "alerta";
}
