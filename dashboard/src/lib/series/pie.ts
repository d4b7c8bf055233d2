import { formatDia } from "@/lib/fechas/textos";
import { textoProvisionales } from "./estadisticas";
import type { Serie } from "./puntos";

const FUENTES: Record<string, string> = { xm: "XM", historico: "XM, histórico incorporado" };

export function nombreFuente(fuente: string): string {
  return FUENTES[fuente.toLowerCase()] ?? fuente;
}

/** The sentence under a chart: where the figures come from, up to when, what may still change, in which time. */
export function pieDeSerie(serie: Serie): string {
  const { meta, puntos } = serie;
  const faltan = puntos.some((punto) => punto.valor === null);
  return [
    `Fuente ${nombreFuente(meta.fuente)}`,
    meta.ultimo_dia_cerrado ? `dato al ${formatDia(meta.ultimo_dia_cerrado)}` : "sin días cerrados",
    textoProvisionales(serie) ?? "sin días provisionales",
    faltan ? "los huecos son periodos sin dato" : null,
    "hora Colombia (UTC−5)",
    meta.etiqueta,
  ]
    .filter((frase) => frase !== null)
    .join(" · ");
}
