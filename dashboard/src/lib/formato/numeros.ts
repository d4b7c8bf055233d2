/**
 * The one place where a number becomes text for people: es-CO («1.234,5»), a true minus, «s/d» for what is missing.
 * Always es-CO and never the browser's language: «es» leaves 1234,5 ungrouped and «es-419» writes 1,234.5.
 */
export type Cifra = number | null | undefined;

export const SIN_DATO = "s/d";
/** Narrow no-break space, before «%». */
const ESPACIO_FINO = "\u202f";
/** No-break space, between a number and its unit. */
const ESPACIO_FIJO = "\u00a0";
const MENOS = "\u2212";

const formatos = new Map<string, Intl.NumberFormat>();

function formatter(decimales: number, signo: boolean): Intl.NumberFormat {
  const clave = `${decimales}${signo}`;
  const hecho = formatos.get(clave);
  if (hecho) return hecho;
  const nuevo = new Intl.NumberFormat("es-CO", {
    minimumFractionDigits: decimales,
    maximumFractionDigits: decimales,
    useGrouping: true,
    // Neither form writes «−0,0»: what rounds to zero has no sign.
    signDisplay: signo ? "exceptZero" : "negative",
  });
  formatos.set(clave, nuevo);
  return nuevo;
}

const write = (valor: Cifra, decimales: number, signo: boolean): string =>
  typeof valor === "number" && Number.isFinite(valor)
    ? formatter(decimales, signo).format(valor).replace("-", MENOS)
    : SIN_DATO;

/** 1234.5, 1 → «1.234,5» */
export function formatNumber(valor: Cifra, decimales: number): string {
  return write(valor, decimales, false);
}

/** 1234.5, 1 → «+1.234,5»; what rounds to zero has no sign */
export function formatSigned(valor: Cifra, decimales: number): string {
  return write(valor, decimales, true);
}

/** 45.7 (per cent, not a fraction) → «45,7 %» with a narrow no-break space */
export function formatPercent(valor: Cifra, { decimales = 1, signo = false } = {}): string {
  const texto = write(valor, decimales, signo);
  return texto === SIN_DATO ? texto : `${texto}${ESPACIO_FINO}%`;
}

const DECIMALES: Record<string, number> = {
  GWh: 1,
  MW: 0,
  "COP/kWh": 1,
  "%": 1,
  "m³/s": 1,
  "Mm³": 1,
  tCO2e: 0,
};

/**
 * Decimals shown for a unit: the catalogue's where the caller has them, else the unit's own.
 * A price over 1.000 COP/kWh shows none.
 */
export function decimalsFor(unidad: string, valor: Cifra, delCatalogo?: number): number {
  if (unidad === "COP/kWh" && typeof valor === "number" && Math.abs(valor) >= 1000) return 0;
  return delCatalogo ?? DECIMALES[unidad] ?? 1;
}

/** The number alone, with the decimals of its unit. */
export function formatValue(valor: Cifra, unidad: string, delCatalogo?: number): string {
  return write(valor, decimalsFor(unidad, valor, delCatalogo), false);
}

/** The number and its unit: «240,3 GWh»; a missing one is «s/d», without unit. */
export function formatWithUnit(valor: Cifra, unidad: string, delCatalogo?: number): string {
  if (unidad === "%") return formatPercent(valor, { decimales: delCatalogo ?? 1 });
  const texto = formatValue(valor, unidad, delCatalogo);
  return texto === SIN_DATO ? texto : `${texto}${ESPACIO_FIJO}${unidad}`;
}

/** «1 día», «3 días», «1.204 días» */
export function formatCount(cantidad: number, uno: string, varios: string): string {
  return `${formatNumber(cantidad, 0)} ${cantidad === 1 ? uno : varios}`;
}
