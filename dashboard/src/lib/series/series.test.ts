import { expect, test } from "vitest";
import { serieDiaria } from "@/test/series";
import { csvDeSeries, nombreArchivo } from "./csv";
import { estadisticas, resumenSerie } from "./estadisticas";

const serie = serieDiaria(
  [
    ["2025-12-01", 200],
    ["2025-12-02", null],
    ["2025-12-03", 240.5],
    ["2025-12-04", 60],
  ],
  { provisionales: ["2025-12-04"] },
);

test("mean and extremes are of settled days alone: a partial day is no record", () => {
  expect(estadisticas(serie.puntos)).toMatchObject({ media: 220.25, cuantos: 2, minimo: { valor: 200 } });
  expect(estadisticas(serieDiaria([["2025-12-02", null]]).puntos)).toBeNull();
});

test("the sentence for who does not see the chart says what is missing and what is provisional", () => {
  const frase = resumenSerie(serie);
  expect(frase).toContain("220,3\u00a0GWh");
  expect(frase).toContain("1 día provisional");
  expect(frase).toContain("1 día sin dato");
});

test("the file has what is on screen: dot decimals, unit and zone in its header, gaps empty", () => {
  expect(csvDeSeries([serie])).toBe(
    "fecha_america_bogota,DemaSIN (GWh),DemaSIN estado\r\n" +
      "2025-12-01,200,cerrado\r\n2025-12-02,,sin dato\r\n2025-12-03,240.5,cerrado\r\n2025-12-04,60,provisional\r\n",
  );
  expect(nombreArchivo([serie], "csv")).toBe("siea_DemaSIN_dia_2025-12-01_2025-12-04.csv");
});

test("NaN from nowhere is a gap", () => {
  expect(serieDiaria([["2025-12-01", Number.NaN]]).puntos[0]?.valor).toBeNull();
});
