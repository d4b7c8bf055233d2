import type { CambiarVista } from "@/lib/url/useVista";
import { RANGOS, resolveRango, shiftTramo, type Tramo, type Vista } from "@/lib/url/vista";
import type { Atajo } from "@/ui/atajos";
import { toggleTema } from "@/ui/tema";

export const PANELES = ["demanda", "precio", "pronostico"];

/** The keys of the page «Resumen». `hay` is the span with data; null while it is not known. */
export function atajosResumen(vista: Vista, hay: Tramo | null, cambiar: CambiarVista, ayuda: () => void): Atajo[] {
  const step = (dias: number) => {
    if (hay) cambiar({ rango: shiftTramo(resolveRango(vista.rango, hay), dias, hay) });
  };
  return [
    {
      teclas: ["1", "2", "3", "4", "5"],
      rotulo: "1 a 5",
      que: "7 días, 30 días, 90 días, 12 meses, todo",
      hacer: (tecla) => {
        const rango = RANGOS[Number(tecla) - 1];
        if (rango) cambiar({ rango });
      },
    },
    { teclas: ["ArrowLeft"], rotulo: "←", que: "Un día antes", hacer: () => step(-1) },
    { teclas: ["ArrowRight"], rotulo: "→", que: "Un día después", hacer: () => step(1) },
    {
      teclas: ["t"],
      rotulo: "t",
      que: "Tablas en vez de gráficas",
      hacer: () => cambiar({ tablas: vista.tablas.length ? [] : PANELES }),
    },
    { teclas: ["o"], rotulo: "o", que: "Claro u oscuro", hacer: toggleTema },
    { teclas: ["?"], rotulo: "?", que: "Esta ayuda", hacer: ayuda },
  ];
}
