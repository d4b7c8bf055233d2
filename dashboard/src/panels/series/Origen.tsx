import { formatInstante, formatDia } from "@/lib/fechas/textos";
import { nombreFuente } from "@/lib/series/pie";
import type { Serie } from "@/lib/series/puntos";
import type { Variable } from "@/lib/api/tipos";
import { Ficha } from "@/ui/Acciones";

/** Where a series comes from: what it is, the question asked to the API, the source, its dates. */
export function Origen({ serie, variable, ruta }: { serie: Serie | null; variable: Variable; ruta: string }) {
  const meta = serie?.meta;
  return (
    <Ficha
      datos={[
        ["Variable", `${variable.codigo} · ${variable.nombre}`],
        ["Definición", variable.descripcion],
        ["Unidad", variable.unidad],
        ["Fuente", nombreFuente(meta?.fuente ?? variable.fuente)],
        ["Consulta", <code key="ruta" className="text-xs break-all select-all">{`GET ${ruta}`}</code>],
        ["Último día cerrado", variable.ultimo_dia_cerrado ? formatDia(variable.ultimo_dia_cerrado) : "ninguno"],
        ["Última carga", variable.actualizado_en ? `${formatInstante(variable.actualizado_en)} (hora Colombia)` : null],
        ["Versión", meta?.as_of ? `como se conocía el ${formatDia(meta.as_of)}` : (meta?.version ?? null)],
        ["Etiqueta", meta?.etiqueta ?? null],
        ["Licencia", meta?.licencia ?? null],
        ["Notas", meta?.notas.filter((nota) => !nota.startsWith(variable.descripcion)).join(" ") ?? null],
      ]}
    />
  );
}
