import { RESOLUCIONES, type Resolucion } from "@/lib/api/tipos";
import { maxDia, minDia } from "@/lib/fechas/dias";
import { RANGOS, type RangoNombrado, type Tramo, type Vista } from "@/lib/url/vista";
import { CampoDia } from "@/ui/CampoDia";
import type { CambiarVista } from "@/lib/url/useVista";

const NOMBRES: Record<RangoNombrado, string> = {
  "7d": "7 d",
  "30d": "30 d",
  "90d": "90 d",
  "12m": "12 m",
  todo: "Todo",
};
const NOMBRES_LARGOS: Record<RangoNombrado, string> = {
  "7d": "Últimos 7 días con datos",
  "30d": "Últimos 30 días con datos",
  "90d": "Últimos 90 días con datos",
  "12m": "Últimos 12 meses con datos",
  todo: "Todo lo que hay",
};
const NOMBRES_RESOLUCION: Record<Resolucion, string> = {
  hora: "Hora",
  dia: "Día",
  semana: "Semana",
  mes: "Mes",
  anio: "Año",
};

interface Props {
  vista: Vista;
  cambiar: CambiarVista;
  /** The days on screen, and those there are. */
  tramo: Tramo;
  disponible: Tramo;
}

/** Range and resolution, shared by the charts below. */
export function Controles({ vista, cambiar, tramo, disponible }: Props) {
  return (
    <div role="group" aria-label="Rango y resolución" className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <div className="flex" role="group" aria-label="Rango">
        {RANGOS.map((rango) => (
          <button
            key={rango}
            type="button"
            className="control -ml-px rounded-none first:ml-0 first:rounded-l last:rounded-r"
            aria-pressed={vista.rango === rango}
            title={NOMBRES_LARGOS[rango]}
            onClick={() => cambiar({ rango })}
          >
            {NOMBRES[rango]}
          </button>
        ))}
      </div>
      <Fechas tramo={tramo} disponible={disponible} cambiar={cambiar} />
      <label className="flex items-center gap-2">
        <span className="text-tenue">Resolución</span>
        <select
          className="control"
          value={vista.resolucion}
          onChange={({ target }) => cambiar({ resolucion: target.value as Vista["resolucion"] })}
        >
          <option value="auto">Automática</option>
          {RESOLUCIONES.map((resolucion) => (
            <option key={resolucion} value={resolucion}>
              {NOMBRES_RESOLUCION[resolucion]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** From one day to another. The end never comes before the start: it moves along. */
function Fechas({ tramo, disponible, cambiar }: { tramo: Tramo; disponible: Tramo; cambiar: CambiarVista }) {
  const comun = { desde: disponible.desde, hasta: disponible.hasta };
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <CampoDia
        {...comun}
        rotulo="Desde"
        dia={tramo.desde}
        onDia={(desde) => cambiar({ rango: { desde, hasta: maxDia(desde, tramo.hasta) } })}
      />
      <CampoDia
        {...comun}
        rotulo="Hasta"
        dia={tramo.hasta}
        onDia={(hasta) => cambiar({ rango: { desde: minDia(tramo.desde, hasta), hasta } })}
      />
    </div>
  );
}
