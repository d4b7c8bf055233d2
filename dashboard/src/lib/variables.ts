/** Which of the variables that the API offers each part of the page shows. */
import type { Variable } from "@/lib/api/tipos";
import { maxDia, minDia } from "@/lib/fechas/dias";
import type { Tramo } from "@/lib/url/vista";

const DEMANDAS = ["DemaSIN", "DemaReal", "DemaCome"];
const PRECIOS = ["PPPrecBolsNaci", "PrecBolsPromDia", "PrecBolsNaci", "PrecBolsMinDia", "PrecBolsMaxDia"];
/** Prices that stand for a whole day: the candidates for the first figure. */
const PRECIOS_DEL_DIA = PRECIOS.slice(0, 3);

const ofSystem = (variables: Variable[], codigos: string[]): Variable[] =>
  codigos
    .map((codigo) => variables.find((v) => v.codigo === codigo && v.entidad === "Sistema"))
    .filter((v) => v?.hasta != null) as Variable[];

/** The one with the newest closed day; the first in order when several have it. */
function newest(candidatas: Variable[]): Variable | null {
  return candidatas.reduce<Variable | null>(
    (mejor, v) => (mejor && (mejor.ultimo_dia_cerrado ?? "") >= (v.ultimo_dia_cerrado ?? "") ? mejor : v),
    null,
  );
}

export interface Elegidas {
  demanda: Variable | null;
  precio: Variable | null;
  escasez: Variable[];
  demandas: Variable[];
  precios: Variable[];
}

export function elegir(variables: Variable[]): Elegidas {
  const demandas = ofSystem(variables, DEMANDAS);
  return {
    demandas,
    precios: ofSystem(variables, PRECIOS),
    demanda: demandas[0] ?? null,
    precio: newest(ofSystem(variables, PRECIOS_DEL_DIA)),
    escasez: ofSystem(variables, ["PrecEsca", "PrecEscaInf", "PrecEscaSup"]),
  };
}

/** From the first to the last day for which any of them has data; null when none has. */
export function disponible(variables: (Variable | null)[]): Tramo | null {
  const desdes = variables.map((v) => v?.desde).filter((d) => d != null);
  const hastas = variables.map((v) => v?.hasta).filter((d) => d != null);
  return desdes.length && hastas.length ? { desde: minDia(...desdes), hasta: maxDia(...hastas) } : null;
}
