"use client";

import { useMemo, useState } from "react";
import { pedirVariables, RUTA_VARIABLES } from "@/lib/api/consultas";
import { useRecurso } from "@/lib/api/recursos";
import { addDays, today } from "@/lib/fechas/dias";
import { formatDiaLargo } from "@/lib/fechas/textos";
import { useSesion } from "@/lib/sesion";
import { resolveRango } from "@/lib/url/vista";
import { useVista } from "@/lib/url/useVista";
import { useSesionViva } from "@/lib/useSesionViva";
import { disponible, elegir, type Elegidas } from "@/lib/variables";
import { Anuncios } from "@/ui/Anuncios";
import { useAtajos } from "@/ui/atajos";
import { Ayuda } from "@/ui/Ayuda";
import { Encabezado } from "@/ui/Encabezado";
import { Aviso, Esqueleto, Fallo, Vacio } from "@/ui/Estado";
import { atajosResumen } from "./atajosResumen";
import { avisoDeAtraso } from "./calidad/estado";
import { PanelCalidad } from "./calidad/PanelCalidad";
import { PanelFuentes } from "./calidad/PanelFuentes";
import { Cifras } from "./cifras/Cifras";
import { PanelPronostico } from "./pronostico/PanelPronostico";
import { Controles } from "./series/Controles";
import { Series } from "./series/Series";

const CADA = 600_000;

/** The state of the system: the last closed day, how it got there, what comes next, and how sure all that is. */
export function Resumen() {
  const sesion = useSesionViva();
  const [vista, cambiar] = useVista();
  const [ayuda, setAyuda] = useState(false);
  const variables = useRecurso(sesion && RUTA_VARIABLES, pedirVariables, { cada: CADA });
  const elegidas = useMemo(() => (variables.datos ? elegir(variables.datos) : null), [variables.datos]);
  const hay = useMemo(() => elegidas && disponible([elegidas.demanda, elegidas.precio]), [elegidas]);
  const tramo = useMemo(() => hay && resolveRango(vista.rango, hay), [vista.rango, hay]);
  const atajos = useMemo(() => atajosResumen(vista, hay, cambiar, () => setAyuda(true)), [vista, hay, cambiar]);
  useAtajos(atajos);

  const vacio = variables.datos !== null && hay === null;
  return (
    <>
      <Encabezado sesion={sesion} ayuda={() => setAyuda(true)} salir={() => useSesion.getState().close()} />
      <main id="contenido" className="mx-auto flex max-w-[96rem] flex-col gap-6 px-4 pt-4 pb-12 sm:px-6">
        <Titulo elegidas={elegidas} />
        {variables.error && !variables.datos && (
          <Fallo error={variables.error} reintentar={variables.reintentar} />
        )}
        {vacio && (
          <Vacio>
            Todavía no hay datos de demanda ni de precio. Los trae la primera carga: <code>siea etl run</code>.
          </Vacio>
        )}
        {!vacio && !(variables.error && !variables.datos) && <Cifras elegidas={elegidas} />}
        {hay && tramo && <Controles vista={vista} cambiar={cambiar} tramo={tramo} disponible={hay} />}
        <div className="grid grid-cols-1 gap-x-8 gap-y-6 xl:grid-cols-[minmax(0,1fr)_26rem]">
          {elegidas && tramo ? (
            <Series elegidas={elegidas} tramo={tramo} vista={vista} cambiar={cambiar} />
          ) : (
            !variables.error && !vacio && <Esqueleto className="h-[40rem]" />
          )}
          {sesion && hay && (
            <PanelPronostico
              sesion={sesion}
              enTabla={vista.tablas.includes("pronostico")}
              alternarTabla={() =>
                cambiar({
                  tablas: vista.tablas.includes("pronostico")
                    ? vista.tablas.filter((panel) => panel !== "pronostico")
                    : [...vista.tablas, "pronostico"],
                })
              }
            />
          )}
        </div>
        {sesion && (
          <div className="grid grid-cols-1 gap-x-8 gap-y-6 xl:grid-cols-[minmax(0,1fr)_26rem]">
            <PanelCalidad variables={variables.datos ?? []} />
            <PanelFuentes />
          </div>
        )}
      </main>
      <Ayuda atajos={atajos} abierta={ayuda} cerrar={() => setAyuda(false)} />
      <Anuncios />
    </>
  );
}

/** Which day the page speaks of, and whether it should be a newer one. */
function Titulo({ elegidas }: { elegidas: Elegidas | null }) {
  const hoy = today();
  const demanda = elegidas?.demanda ?? elegidas?.precio ?? null;
  const dia = demanda?.ultimo_dia_cerrado;
  const atraso = demanda && avisoDeAtraso(demanda, hoy);
  return (
    <div className="flex flex-wrap items-baseline justify-between gap-x-8 gap-y-2">
      <div>
        <h1 className="text-xl leading-tight font-semibold">Resumen</h1>
        <p className="min-h-5 text-tenue">
          {dia && (
            <>
              {dia === addDays(hoy, -1) ? "Ayer" : "Último día cerrado"}: {formatDiaLargo(dia)}
              {demanda.etiqueta && <> · {demanda.etiqueta}</>}
            </>
          )}
        </p>
      </div>
      {atraso && <Aviso>{atraso}</Aviso>}
    </div>
  );
}
