import { eachDay } from "@/lib/fechas/dias";
import { formatDiaCorto, formatDiaSemana } from "@/lib/fechas/textos";
import { formatValue, formatWithUnit } from "@/lib/formato/numeros";
import { ilegible } from "@/lib/api/problema";
import type { Pronostico } from "@/lib/api/tipos";

export interface Intervalo {
  inferior: number;
  superior: number;
}

/** One forecast day; an interval that the answer lacks is null, never made up. */
export interface DiaPronosticado {
  dia: string;
  valor: number;
  al80: Intervalo | null;
  al95: Intervalo | null;
}

export function readPronostico({ fechas, forecast, bandas }: Pronostico): DiaPronosticado[] {
  if (!Array.isArray(fechas) || fechas.length !== forecast.length) throw ilegible();
  const band = (nivel: number) => bandas.find((banda) => Math.abs(banda.nivel - nivel) < 1e-9);
  const at = (nivel: number, i: number): Intervalo | null => {
    const banda = band(nivel);
    const [inferior, superior] = [banda?.lower[i], banda?.upper[i]];
    return inferior === undefined || superior === undefined ? null : { inferior, superior };
  };
  return fechas.map((dia, i) => ({ dia, valor: forecast[i] ?? Number.NaN, al80: at(0.8, i), al95: at(0.95, i) }));
}

export function formatIntervalo(intervalo: Intervalo | null, unidad: string): string {
  if (!intervalo) return "s/d";
  return `${formatValue(intervalo.inferior, unidad)} a ${formatValue(intervalo.superior, unidad)}`;
}

/** One sentence with the figures of the forecast, for who does not see the chart. */
export function resumenPronostico(dias: DiaPronosticado[], unidad: string): string {
  const [primero, ultimo] = [dias[0], dias.at(-1)];
  if (!primero || !ultimo) return "Pronóstico de demanda: sin días.";
  const mayor = dias.reduce((a, b) => (b.valor > a.valor ? b : a));
  const menor = dias.reduce((a, b) => (b.valor < a.valor ? b : a));
  const banda = mayor.al95 ? `, intervalo del 95 %: ${formatIntervalo(mayor.al95, unidad)}` : "";
  return (
    `Pronóstico de demanda, ${formatDiaSemana(primero.dia)} a ${formatDiaSemana(ultimo.dia)}: ` +
    `máximo ${formatWithUnit(mayor.valor, unidad)} (${formatDiaCorto(mayor.dia)}${banda}); ` +
    `mínimo ${formatWithUnit(menor.valor, unidad)} (${formatDiaCorto(menor.dia)}).`
  );
}

export function csvPronostico({ unidad, model_version, dato_hasta }: Pronostico, dias: DiaPronosticado[]): string {
  const cabecera = [
    "fecha_america_bogota",
    `pronostico (${unidad})`,
    ...[80, 95].flatMap((n) => [`inferior_${n} (${unidad})`, `superior_${n} (${unidad})`]),
    "modelo",
    "dato_hasta",
  ];
  const filas = dias.map((d) => [
    d.dia,
    d.valor,
    ...[d.al80, d.al95].flatMap((i) => [i?.inferior ?? "", i?.superior ?? ""]),
    model_version,
    dato_hasta,
  ]);
  return [cabecera, ...filas].map((fila) => `${fila.join(",")}\r\n`).join("");
}

/** True when the forecast starts the day after the last one known: only then may the line go on. */
export function follows(datoHasta: string, primero: string): boolean {
  return eachDay(datoHasta, primero).length === 2;
}
