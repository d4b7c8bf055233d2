import { addDays, addYears, clampDia, daysBetween, isDia, maxDia, type Dia } from "@/lib/fechas/dias";
import { RESOLUCIONES, type Resolucion } from "@/lib/api/tipos";

/** What is on screen, and all of it is in the address: a link shows the same thing to somebody else. */
export interface Vista {
  rango: Rango;
  resolucion: Resolucion | "auto";
  /** Catalogue code of the demand and of the price shown; empty = the one the page picks. */
  demanda: string;
  precio: string;
  /** Panels read as a table. */
  tablas: string[];
  /** Series hidden by their code. */
  ocultas: string[];
}

export const RANGOS = ["7d", "30d", "90d", "12m", "todo"] as const;
export type RangoNombrado = (typeof RANGOS)[number];
export type Rango = RangoNombrado | { desde: Dia; hasta: Dia };

export const VISTA_INICIAL: Vista = {
  rango: "90d",
  resolucion: "auto",
  demanda: "",
  precio: "",
  tablas: [],
  ocultas: [],
};

const CODIGO = /^[A-Za-z][A-Za-z0-9]{0,39}$/;
const codes = (texto: string | null): string[] => [
  ...new Set((texto ?? "").split(",").filter((codigo) => CODIGO.test(codigo))),
];
const code = (texto: string | null): string => (texto !== null && CODIGO.test(texto) ? texto : "");

function decodeRango(parametros: URLSearchParams): Rango {
  const desde = parametros.get("desde") ?? "";
  const hasta = parametros.get("hasta") ?? "";
  if (isDia(desde) && isDia(hasta) && desde <= hasta) return { desde, hasta };
  const nombre = parametros.get("rango");
  return RANGOS.find((rango) => rango === nombre) ?? VISTA_INICIAL.rango;
}

/** Never fails: what the address does not say well is taken as not said. */
export function decodeVista(busqueda: string): Vista {
  const parametros = new URLSearchParams(busqueda);
  return {
    rango: decodeRango(parametros),
    resolucion: RESOLUCIONES.find((r) => r === parametros.get("resolucion")) ?? "auto",
    demanda: code(parametros.get("demanda")),
    precio: code(parametros.get("precio")),
    tablas: codes(parametros.get("tablas")),
    ocultas: codes(parametros.get("ocultas")),
  };
}

/** The query of the address, with «?», or empty for the initial view. Inverse of {@link decodeVista}. */
export function encodeVista(vista: Vista): string {
  const parametros = new URLSearchParams();
  if (typeof vista.rango === "object") {
    parametros.set("desde", vista.rango.desde);
    parametros.set("hasta", vista.rango.hasta);
  } else if (vista.rango !== VISTA_INICIAL.rango) {
    parametros.set("rango", vista.rango);
  }
  if (vista.resolucion !== "auto") parametros.set("resolucion", vista.resolucion);
  if (vista.demanda) parametros.set("demanda", vista.demanda);
  if (vista.precio) parametros.set("precio", vista.precio);
  if (vista.tablas.length) parametros.set("tablas", vista.tablas.join(","));
  if (vista.ocultas.length) parametros.set("ocultas", vista.ocultas.join(","));
  const texto = parametros.toString().replaceAll("%2C", ",");
  return texto ? `?${texto}` : "";
}

export interface Tramo {
  desde: Dia;
  hasta: Dia;
}

const DIAS: Record<Exclude<RangoNombrado, "12m" | "todo">, number> = { "7d": 7, "30d": 30, "90d": 90 };

/** The days a range means. Named ranges end at the last day with data, not today: they are never empty. */
export function resolveRango(rango: Rango, disponible: Tramo): Tramo {
  if (typeof rango === "object") return rango;
  if (rango === "todo") return disponible;
  const { hasta } = disponible;
  const desde = rango === "12m" ? addDays(addYears(hasta, -1), 1) : addDays(hasta, 1 - DIAS[rango]);
  return { desde: maxDia(desde, disponible.desde), hasta };
}

/** The same length of time, some days earlier or later, kept inside what there is. */
export function shiftTramo(tramo: Tramo, dias: number, disponible: Tramo): Tramo {
  const largo = daysBetween(tramo.desde, tramo.hasta);
  const hasta = clampDia(addDays(tramo.hasta, dias), disponible.desde, disponible.hasta);
  return { desde: addDays(hasta, -largo), hasta };
}

/** The resolution a chart of that many days is read best at: never finer than the variable's own. */
export function resolveResolucion(pedida: Vista["resolucion"], tramo: Tramo, propia: Resolucion): Resolucion {
  if (pedida !== "auto") return pedida;
  const dias = daysBetween(tramo.desde, tramo.hasta) + 1;
  if (propia === "hora" && dias <= 14) return "hora";
  return dias <= 1100 ? "dia" : "mes";
}
