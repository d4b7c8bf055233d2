import { expect, test } from "vitest";
import { serieDiaria } from "@/test/series";
import { SEPARADORES, tickFormat } from "./ejes";
import { PALETAS } from "./paleta";
import { figuraSerie, textoPunto } from "./serie";

const serie = serieDiaria(
  [
    ["2025-12-01", 2300.45],
    ["2025-12-02", null],
    ["2025-12-03", 2400],
    ["2025-12-04", 600],
  ],
  { provisionales: ["2025-12-04"] },
);
const rango = { desde: "2025-12-01", hasta: "2025-12-04" };

test("gaps are never joined and provisional days are hatched, outside the settled line", () => {
  const { trazas } = figuraSerie(serie, null, rango, PALETAS.claro, "2026-11-25");
  const lineas = trazas.filter(({ type, hoverinfo }) => type === "scatter" && hoverinfo === "skip");
  expect(lineas.length).toBeGreaterThan(0);
  for (const linea of lineas) expect(linea.connectgaps).toBe(false);
  expect(lineas[0]?.y).toEqual([2300.45, null, 2400, null]);
  const rayas = trazas.find(({ type }) => type === "bar");
  expect(rayas?.x).toContain("2025-12-04");
  expect(rayas).toMatchObject({ marker: { pattern: { shape: "/" } } });
});

test("«hoy» is drawn only where the range holds it", () => {
  const lineas = (hoy: string) => figuraSerie(serie, null, rango, PALETAS.claro, hoy).layout.shapes?.length;
  expect(lineas("2025-12-03")).toBe(1);
  expect(lineas("2026-11-25")).toBe(0);
});

test("numbers of axis and hover are Colombian, without k or M", () => {
  const { layout, trazas } = figuraSerie(serie, null, rango, PALETAS.oscuro, "2026-11-25");
  expect(layout.separators).toBe(SEPARADORES);
  expect(layout.yaxis?.exponentformat).toBe("none");
  for (const limites of [[0, 10_000], [0, 5], [0, 0.5]] as [number, number][]) {
    expect(tickFormat(limites)).toMatch(/^,\.\df$/);
  }
  const palabras = trazas.at(-1);
  expect(palabras?.text).toEqual(["2.300,5\u00a0GWh", "s/d", "2.400,0\u00a0GWh", "600,0\u00a0GWh (provisional)"]);
  expect(serie.puntos.map((punto) => textoPunto(punto, serie))[1]).toBe("s/d");
});
