import { useState } from "react";
import type { Variable } from "@/lib/api/tipos";
import type { Rango, Tramo, Vista } from "@/lib/url/vista";
import type { CambiarVista } from "@/lib/url/useVista";
import type { Elegidas } from "@/lib/variables";
import { PanelSerie } from "./PanelSerie";

interface Props {
  elegidas: Elegidas;
  tramo: Tramo;
  vista: Vista;
  cambiar: CambiarVista;
}

const find = (opciones: Variable[], codigo: string, otra: Variable | null) =>
  opciones.find((variable) => variable.codigo === codigo) ?? otra;

/** Demand and price over the same days. */
export function Series({ elegidas, tramo, vista, cambiar }: Props) {
  // Where double click goes back to: the last range chosen by name.
  const [base, setBase] = useState<Rango>(vista.rango);
  const comun = {
    tramo,
    vista,
    cambiar,
    onZoom: (nuevo: Tramo) => {
      if (typeof vista.rango === "string") setBase(vista.rango);
      cambiar({ rango: nuevo });
    },
    onReset: () => cambiar({ rango: base }),
  };
  const demanda = find(elegidas.demandas, vista.demanda, elegidas.demanda);
  const precio = find(elegidas.precios, vista.precio, elegidas.precio);
  const escasez = elegidas.escasez.find(({ codigo }) => codigo === "PrecEsca");
  return (
    <div className="flex min-w-0 flex-col gap-5">
      {demanda && (
        <PanelSerie
          {...comun}
          id="demanda"
          titulo="Demanda en el tiempo"
          tabla="demanda"
          variable={demanda}
          opciones={elegidas.demandas}
          referencia={null}
        />
      )}
      {precio && (
        <PanelSerie
          {...comun}
          id="precio"
          titulo="Precio en el tiempo"
          tabla="precios"
          variable={precio}
          opciones={elegidas.precios}
          referencia={escasez ? { variable: escasez, etiqueta: "precio de escasez" } : null}
        />
      )}
    </div>
  );
}
