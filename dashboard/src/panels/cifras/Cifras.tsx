import { pedirSerie, rutaSerie, type Tabla } from "@/lib/api/consultas";
import { useRecurso, type Recurso } from "@/lib/api/recursos";
import type { Variable } from "@/lib/api/tipos";
import { addDays } from "@/lib/fechas/dias";
import type { Serie } from "@/lib/series/puntos";
import type { Elegidas } from "@/lib/variables";
import { CifraComparada } from "./Cifra";
import { CifraEscasez } from "./CifraEscasez";

/** Long enough for the same weekday of a year before. */
const DIAS_ATRAS = 371;

/** Closed days only change when a load arrives: asked again every ten minutes. */
const CADA = 600_000;

function useDiaria(tabla: Tabla, variable: Variable | null | undefined): Recurso<Serie> {
  const hasta = variable?.hasta ?? null;
  const ruta =
    variable && hasta
      ? rutaSerie({
          tabla,
          variable: variable.codigo,
          desde: addDays(variable.ultimo_dia_cerrado ?? hasta, -DIAS_ATRAS),
          hasta,
          resolucion: "dia",
        })
      : null;
  return useRecurso(ruta, pedirSerie, { cada: CADA });
}

/** The figures of the last closed day. */
export function Cifras({ elegidas }: { elegidas: Elegidas | null }) {
  const [escasez, inferior, superior] = ["PrecEsca", "PrecEscaInf", "PrecEscaSup"].map((codigo) =>
    elegidas?.escasez.find((v) => v.codigo === codigo),
  );
  const demanda = useDiaria("demanda", elegidas?.demanda);
  const precio = useDiaria("precios", elegidas?.precio);
  const deEscasez = useDiaria("precios", escasez);
  const otras = [useDiaria("precios", inferior).datos, useDiaria("precios", superior).datos];
  return (
    <div className="grid gap-x-8 gap-y-6 md:grid-cols-2 xl:grid-cols-3">
      {(!elegidas || elegidas.demanda) && <CifraComparada titulo="Demanda" recurso={demanda} />}
      {(!elegidas || elegidas.precio) && <CifraComparada titulo="Precio de bolsa" recurso={precio} />}
      {(!elegidas || escasez) && <CifraEscasez escasez={deEscasez} precio={precio.datos} otras={otras} />}
    </div>
  );
}
