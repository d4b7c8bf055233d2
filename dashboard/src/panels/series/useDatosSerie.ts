import { useMemo } from "react";
import { pedirSerie, rutaSerie, type Tabla } from "@/lib/api/consultas";
import { useRecurso, type Recurso } from "@/lib/api/recursos";
import type { Variable } from "@/lib/api/tipos";
import { today } from "@/lib/fechas/dias";
import type { Figura } from "@/lib/grafica/figura";
import type { Paleta } from "@/lib/grafica/paleta";
import { figuraSerie } from "@/lib/grafica/serie";
import { perHour, type Serie } from "@/lib/series/puntos";
import { resolveResolucion, type Tramo, type Vista } from "@/lib/url/vista";

export interface Referencia {
  variable: Variable;
  /** Word at the end of its line. */
  etiqueta: string;
}

interface Pregunta {
  tabla: Tabla;
  variable: Variable;
  referencia: Referencia | null;
  tramo: Tramo;
  vista: Vista;
}

export interface DatosSerie {
  ruta: string;
  recurso: Recurso<Serie>;
  /** True when hours were asked of a variable that is published by day: nothing was asked of the API then. */
  sinHoras: boolean;
  /** The line of reference, whether it is hidden or not. */
  deReferencia: Serie | null;
  /** The series that are drawn, the variable's own first. */
  enPantalla: Serie[];
  figura: (paleta: Paleta) => Figura;
}

/** A range that is still moving (arrows, typing) asks once it rests. */
const ESPERA = 150;

/** What a panel of series asks of the API, and what it draws with the answer. */
export function useDatosSerie({ tabla, variable, referencia, tramo, vista }: Pregunta): DatosSerie {
  const resolucion = resolveResolucion(vista.resolucion, tramo, variable.resolucion);
  const sinHoras = resolucion === "hora" && variable.resolucion !== "hora";
  const ruta = rutaSerie({ tabla, variable: variable.codigo, ...tramo, resolucion });
  const rutaReferencia =
    referencia &&
    rutaSerie({
      tabla,
      variable: referencia.variable.codigo,
      ...tramo,
      resolucion: resolucion === "hora" ? "dia" : resolucion,
    });
  const recurso = useRecurso(sinHoras ? null : ruta, pedirSerie, { espera: ESPERA });
  const otro = useRecurso(sinHoras ? null : rutaReferencia, pedirSerie, { espera: ESPERA });
  const serie = recurso.datos;

  const deReferencia = useMemo((): Serie | null => {
    if (!otro.datos || !serie) return null;
    const porHora = serie.meta.resolucion === "hora" && otro.datos.meta.resolucion === "dia";
    return porHora ? perHour(otro.datos, serie) : otro.datos;
  }, [serie, otro.datos]);

  const principal = vista.ocultas.includes(variable.codigo) ? null : serie;
  const segunda = referencia && vista.ocultas.includes(referencia.variable.codigo) ? null : deReferencia;
  const etiqueta = referencia?.etiqueta ?? "";
  const figura = useMemo(() => {
    // While the next answer comes, the frame stays with the data it holds.
    const marco = { desde: serie?.meta.desde ?? tramo.desde, hasta: serie?.meta.hasta ?? tramo.hasta };
    return (paleta: Paleta) =>
      figuraSerie(principal, segunda && { serie: segunda, etiqueta }, marco, paleta, today());
  }, [serie, principal, segunda, etiqueta, tramo]);

  return {
    ruta,
    recurso,
    sinHoras,
    deReferencia,
    enPantalla: [principal, segunda].filter((s) => s !== null),
    figura,
  };
}
