import type { Tabla } from "@/lib/api/consultas";
import type { Variable } from "@/lib/api/tipos";
import type { Tramo, Vista } from "@/lib/url/vista";
import type { CambiarVista } from "@/lib/url/useVista";
import type { Referencia } from "./useDatosSerie";

/** What a panel of series is given, and its body too. */
export interface PropsSerie {
  /** Name in the address, and of its choice of variable. */
  id: "demanda" | "precio";
  titulo: string;
  tabla: Tabla;
  variable: Variable;
  opciones: Variable[];
  referencia: Referencia | null;
  tramo: Tramo;
  vista: Vista;
  cambiar: CambiarVista;
  onZoom: (tramo: Tramo) => void;
  /** Back to the range before the zoom. */
  onReset: () => void;
}
