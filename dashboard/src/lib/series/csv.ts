import type { Punto, Serie } from "./puntos";

const cell = (valor: string): string => (/[",\r\n]/.test(valor) ? `"${valor.replaceAll('"', '""')}"` : valor);

/** What a reader must know of a point before using it. */
export function estadoDe(punto: Punto | undefined): "cerrado" | "provisional" | "parcial" | "sin dato" {
  if (punto?.parcial) return "parcial";
  if (punto?.valor == null) return "sin dato";
  return punto.provisional ? "provisional" : "cerrado";
}

/**
 * Exactly what is on screen, for machines (RFC 4180): dot decimals, comma separators, ISO time, the unit in the
 * header, an empty cell for a gap. All the series have the same periods.
 */
export function csvDeSeries(series: Serie[]): string {
  const [primera] = series;
  if (!primera) return "";
  const tiempo = primera.meta.resolucion === "hora" ? "fecha_hora_utc-05:00" : "fecha_america_bogota";
  const cabecera = [
    tiempo,
    ...series.flatMap(({ meta }) => [`${meta.variable} (${meta.unidad})`, `${meta.variable} estado`]),
  ];
  const porSerie = series.map(({ puntos }) => new Map(puntos.map((punto) => [punto.t, punto])));
  const filas = primera.puntos.map(({ t }) => [
    t,
    ...porSerie.flatMap((puntos) => {
      const punto = puntos.get(t);
      return [punto?.valor == null ? "" : String(punto.valor), estadoDe(punto)];
    }),
  ]);
  return [cabecera, ...filas].map((fila) => `${fila.map(cell).join(",")}\r\n`).join("");
}

/** «siea_DemaSIN_dia_2025-12-01_2025-12-31.csv» */
export function nombreArchivo(series: Serie[], extension: "csv" | "png"): string {
  const [primera] = series;
  if (!primera) return `siea.${extension}`;
  const { resolucion, desde, hasta } = primera.meta;
  return `siea_${series.map((s) => s.meta.variable).join("-")}_${resolucion}_${desde}_${hasta}.${extension}`;
}
