import type { Meta } from "@/lib/api/tipos";
import { readSerie, type Serie } from "@/lib/series/puntos";

/** A daily series of the API from its values, the first one on `desde`. */
export function serieDiaria(datos: [string, number | null][], meta: Partial<Meta> = {}): Serie {
  return readSerie({
    meta: {
      variable: "DemaSIN",
      nombre: "Demanda de energía del SIN",
      unidad: "GWh",
      resolucion: "dia",
      agregacion: "suma",
      zona_horaria: "America/Bogota",
      fuente: "XM",
      actualizado_en: "2026-01-01T00:00:00-05:00",
      ultimo_dia_cerrado: datos.at(-1)?.[0] ?? null,
      provisionales: [],
      parciales: [],
      version: "vigente",
      as_of: null,
      licencia: "",
      desde: datos[0]?.[0] ?? "2026-01-01",
      hasta: datos.at(-1)?.[0] ?? "2026-01-01",
      decimales: 1,
      etiqueta: null,
      notas: [],
      ...meta,
    },
    series: [{ clave: "Sistema", datos }],
  });
}
