import { addDays, weekday, type Dia } from "./dias";

/** Easter Sunday (Gregorian calendar, Meeus' algorithm). */
function pascua(anio: number): Dia {
  const a = anio % 19;
  const b = Math.floor(anio / 100);
  const c = anio % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114;
  return `${anio}-${String(Math.floor(f / 31)).padStart(2, "0")}-${String((f % 31) + 1).padStart(2, "0")}`;
}

/** The Monday on or after a day: where Ley 51 de 1983 (Ley Emiliani) puts most holidays. */
const lunes = (dia: Dia): Dia => addDays(dia, (8 - weekday(dia)) % 7);

const FIJOS: [string, string][] = [
  ["01-01", "Año Nuevo"],
  ["05-01", "Día del Trabajo"],
  ["07-20", "Día de la Independencia"],
  ["08-07", "Batalla de Boyacá"],
  ["12-08", "Inmaculada Concepción"],
  ["12-25", "Navidad"],
];
const TRASLADADOS: [string, string][] = [
  ["01-06", "Reyes Magos"],
  ["03-19", "San José"],
  ["06-29", "San Pedro y San Pablo"],
  ["08-15", "Asunción de la Virgen"],
  ["10-12", "Día de la Raza"],
  ["11-01", "Todos los Santos"],
  ["11-11", "Independencia de Cartagena"],
];
const DE_PASCUA: [number, string][] = [
  [-3, "Jueves Santo"],
  [-2, "Viernes Santo"],
  [43, "Ascensión del Señor"],
  [64, "Corpus Christi"],
  [71, "Sagrado Corazón"],
];

const porAnio = new Map<number, Map<Dia, string>>();

function festivosDe(anio: number): Map<Dia, string> {
  const conocidos = porAnio.get(anio);
  if (conocidos) return conocidos;
  const domingo = pascua(anio);
  const festivos = new Map<Dia, string>([
    ...DE_PASCUA.map(([dias, nombre]): [Dia, string] => [addDays(domingo, dias), nombre]),
    ...TRASLADADOS.map(([mesDia, nombre]): [Dia, string] => [lunes(`${anio}-${mesDia}`), nombre]),
    ...FIJOS.map(([mesDia, nombre]): [Dia, string] => [`${anio}-${mesDia}`, nombre]),
  ]);
  porAnio.set(anio, festivos);
  return festivos;
}

/** The name of the Colombian public holiday on that day, or null. Rules in force since 1984. */
export function festivo(dia: Dia): string | null {
  return festivosDe(Number(dia.slice(0, 4))).get(dia) ?? null;
}
