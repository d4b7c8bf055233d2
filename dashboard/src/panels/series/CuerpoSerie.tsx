import { daysOfZoom } from "@/lib/fechas/dias";
import { formatHora } from "@/lib/fechas/textos";
import type { Figura } from "@/lib/grafica/figura";
import { resumenSerie } from "@/lib/series/estadisticas";
import { Aviso, Esqueleto, Fallo } from "@/ui/Estado";
import { Grafica } from "@/ui/Grafica";
import { Lectura } from "./Lectura";
import { Leyenda } from "./Leyenda";
import type { PropsSerie } from "./props";
import { SinDatos, SinHoras } from "./SinDatos";
import { TablaSerie } from "./TablaSerie";
import type { DatosSerie } from "./useDatosSerie";

interface Props extends PropsSerie {
  datos: DatosSerie;
  dibujo: Figura;
  enTabla: boolean;
}

const ALTO = "h-60 sm:h-72 xl:h-64";

/** What fills a panel of series, in each of its states. */
export function CuerpoSerie(props: Props) {
  const { id, titulo, variable, opciones, referencia, tramo, vista, cambiar, onZoom, onReset } = props;
  const { recurso, sinHoras, deReferencia, enPantalla } = props.datos;
  const { datos: serie, error, anterior, obtenidoEn, reintentar } = recurso;
  if (sinHoras) {
    return <SinHoras variable={variable} opciones={opciones} elegir={(codigo) => cambiar({ [id]: codigo })} />;
  }
  if (!serie) {
    return error ? <Fallo error={error} reintentar={reintentar} /> : <Esqueleto className={`${ALTO} mt-6`} />;
  }
  if (!anterior && serie.puntos.every(({ valor, parcial }) => valor === null && parcial === null)) {
    return <SinDatos variable={variable} tramo={tramo} irA={(rango) => cambiar({ rango })} />;
  }
  return (
    <div className={anterior ? "opacity-50" : ""} aria-busy={anterior}>
      {error && (
        <Aviso>
          {error.problema.title}. Se muestran los datos recibidos a las {formatHora(obtenidoEn ?? 0)}.
        </Aviso>
      )}
      <div className="mb-1 flex flex-wrap justify-between gap-x-6 gap-y-1">
        <Lectura serie={serie} />
        {referencia && deReferencia && (
          <Leyenda
            series={[
              { codigo: variable.codigo, nombre: "Bolsa", trazo: "acento" },
              { codigo: referencia.variable.codigo, nombre: "Escasez", trazo: "tenue" },
            ]}
            ocultas={vista.ocultas}
            cambiar={(ocultas) => cambiar({ ocultas })}
          />
        )}
      </div>
      {props.enTabla ? (
        <TablaSerie titulo={titulo} series={enPantalla} />
      ) : (
        <Grafica
          figura={props.dibujo}
          resumen={resumenSerie(serie)}
          alto={ALTO}
          grupo="series"
          onZoom={(izquierda, derecha) => onZoom(daysOfZoom(izquierda, derecha))}
          onReset={onReset}
        />
      )}
    </div>
  );
}
