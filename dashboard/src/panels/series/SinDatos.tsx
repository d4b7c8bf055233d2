import type { Variable } from "@/lib/api/tipos";
import { addDays, maxDia } from "@/lib/fechas/dias";
import { formatDia } from "@/lib/fechas/textos";
import type { Tramo } from "@/lib/url/vista";
import { Vacio } from "@/ui/Estado";

/** Nothing in the range asked for: says what was asked, what there is, and goes there. */
export function SinDatos(props: { variable: Variable; tramo: Tramo; irA: (tramo: Tramo) => void }) {
  const { variable, tramo, irA } = props;
  const { nombre, desde, hasta } = variable;
  return (
    <Vacio
      accion={
        desde &&
        hasta && (
          <button
            type="button"
            className="control"
            onClick={() => irA({ desde: maxDia(desde, addDays(hasta, -89)), hasta })}
          >
            Ver los últimos 90 días con datos
          </button>
        )
      }
    >
      No hay datos de «{nombre}» entre el {formatDia(tramo.desde)} y el {formatDia(tramo.hasta)}.
      {desde && hasta && (
        <>
          {" "}
          Los hay del {formatDia(desde)} al {formatDia(hasta)}.
        </>
      )}
    </Vacio>
  );
}

/** Hours were asked of a variable that is published by day: says so, and offers one that has them. */
export function SinHoras(props: { variable: Variable; opciones: Variable[]; elegir: (codigo: string) => void }) {
  const { variable, opciones, elegir } = props;
  const horarias = opciones.filter(({ resolucion }) => resolucion === "hora");
  return (
    <Vacio
      accion={horarias.map((otra) => (
        <button key={otra.codigo} type="button" className="control" onClick={() => elegir(otra.codigo)}>
          Ver «{otra.nombre}» por hora
        </button>
      ))}
    >
      «{variable.nombre}» se publica por día: no tiene horas.
    </Vacio>
  );
}
