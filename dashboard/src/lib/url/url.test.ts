import { describe, expect, test } from "vitest";
import { decodeVista, encodeVista, resolveRango, shiftTramo, VISTA_INICIAL, type Vista } from "./vista";
import { loginAddress, safeReturn } from "./volver";

const disponible = { desde: "2000-01-01", hasta: "2025-12-31" };

test.each<Partial<Vista>>([
  {},
  { rango: "12m", resolucion: "mes" },
  { rango: { desde: "2024-01-01", hasta: "2024-02-29" }, demanda: "DemaCome", precio: "PrecBolsNaci" },
  { tablas: ["demanda", "pronostico"], ocultas: ["PrecEsca"] },
])("the address says the whole view and is read back: %j", (parte) => {
  const vista = { ...VISTA_INICIAL, ...parte };
  expect(decodeVista(encodeVista(vista))).toEqual(vista);
});

test("what the address does not say well is taken as not said", () => {
  const torcida = "?rango=100d&resolucion=siglo&desde=2024-13-01&hasta=2024-01-01&demanda=<script>&tablas=a,,b c";
  expect(decodeVista(torcida)).toEqual({ ...VISTA_INICIAL, tablas: ["a"] });
  expect(decodeVista("?desde=2024-02-01&hasta=2024-01-01").rango).toBe("90d");
});

test("named ranges end at the last day with data", () => {
  expect(resolveRango("7d", disponible)).toEqual({ desde: "2025-12-25", hasta: "2025-12-31" });
  expect(resolveRango("12m", disponible)).toEqual({ desde: "2025-01-01", hasta: "2025-12-31" });
  expect(shiftTramo({ desde: "2025-12-25", hasta: "2025-12-31" }, 30, disponible).hasta).toBe("2025-12-31");
});

describe("after logging in one goes back only to this site", () => {
  test.each(["//malo.example", "https://malo.example", "/\\malo.example", "javascript:alert(1)", "", "/ingreso/", null])("%s", (volver) =>
    expect(safeReturn(volver)).toBe("/"),
  );
  test("a path of its own with its view", () => {
    expect(safeReturn("/?rango=12m")).toBe("/?rango=12m");
    expect(loginAddress("/", "?rango=12m")).toBe("/ingreso/?volver=%2F%3Frango%3D12m");
  });
});
