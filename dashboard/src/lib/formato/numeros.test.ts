import { expect, test } from "vitest";
import oro from "./oro.json";
import { formatNumber, formatPercent, formatSigned, formatValue, formatWithUnit, SIN_DATO } from "./numeros";

const casos = oro as { valor: number | null; decimales?: number; unidad?: string; signo?: boolean; texto: string }[];

test.each(casos)("$valor se escribe «$texto»", ({ valor, decimales, unidad, signo, texto }) => {
  if (unidad === "%" && signo) expect(formatPercent(valor, { decimales: decimales ?? 1, signo })).toBe(texto);
  else if (unidad !== undefined) expect(formatWithUnit(valor, unidad, decimales)).toBe(texto);
  else expect(signo ? formatSigned(valor, decimales ?? 0) : formatNumber(valor, decimales ?? 0)).toBe(texto);
});

test("a missing, infinite or undefined number is «s/d», never zero", () => {
  for (const nada of [null, undefined, Number.NaN, Infinity, -Infinity]) {
    expect(formatNumber(nada, 1)).toBe(SIN_DATO);
    expect(formatWithUnit(nada, "GWh")).toBe(SIN_DATO);
    expect(formatPercent(nada)).toBe(SIN_DATO);
  }
});

test("a price over a thousand shows no decimals and no k", () => {
  expect(formatValue(10_000.4, "COP/kWh", 1)).toBe("10.000");
});
