import type { ReactNode } from "react";
import { Chispa } from "@/ui/Chispa";
import { Esqueleto, Fallo, Vacio } from "@/ui/Estado";
import { Panel } from "@/ui/Panel";
import { addDays, today } from "@/lib/fechas/dias";
import { formatDia, formatDiaSemana } from "@/lib/fechas/textos";
import { festivo } from "@/lib/fechas/festivos";
import { decimalsFor, formatValue, formatWithUnit } from "@/lib/formato/numeros";
import type { Recurso } from "@/lib/api/recursos";
import type { Serie } from "@/lib/series/puntos";
import { comparar, valorFirme } from "./comparar";
import { Diferencia } from "./Diferencia";

/** The big number with its unit at half size. */
export function Numero({ valor, unidad, decimales }: { valor: number | null; unidad: string; decimales: number }) {
  return (
    <p className="text-2xl leading-none font-semibold">
      {formatValue(valor, unidad, decimales)}
      {valor !== null && <span className="ml-1.5 text-lg font-normal text-tenue">{unidad}</span>}
    </p>
  );
}

function nombreDia(dia: string): string {
  const nombre = dia === addDays(today(), -1) ? `Ayer, ${formatDiaSemana(dia)}` : formatDiaSemana(dia);
  const fiesta = festivo(dia);
  return fiesta ? `${nombre} · festivo: ${fiesta}` : nombre;
}

const CHISPA_DIAS = 30;

interface Props {
  titulo: string;
  recurso: Recurso<Serie>;
  /** False where the line of the last days says nothing: a price fixed for the month. */
  chispa?: boolean;
  children?: (serie: Serie, dia: string) => ReactNode;
}

/** The frame of a first figure: its states, its number, its day. */
export function Cifra({ titulo, recurso, chispa = true, children }: Props) {
  const { datos, error, reintentar } = recurso;
  if (!datos) {
    return (
      <Panel titulo={titulo}>
        {error ? <Fallo error={error} reintentar={reintentar} /> : <Esqueleto className="h-43" />}
      </Panel>
    );
  }
  const { meta, puntos } = datos;
  const dia = meta.ultimo_dia_cerrado;
  if (!dia) {
    return (
      <Panel titulo={titulo}>
        <Vacio>Todavía no hay ningún día cerrado de esta variable.</Vacio>
      </Panel>
    );
  }
  const ultimos = puntos.filter(({ t }) => t <= dia).slice(-CHISPA_DIAS);
  const valor = valorFirme(datos, dia);
  return (
    <Panel titulo={titulo} detalle={meta.nombre !== titulo && meta.nombre}>
      <div className="flex items-end justify-between gap-4">
        <div>
          <Numero valor={valor} unidad={meta.unidad} decimales={meta.decimales} />
          <p className="mt-1.5 text-tenue">{nombreDia(dia)}</p>
        </div>
        {chispa && (
          <Chispa
            valores={ultimos.map((punto) => punto.valor)}
            resumen={
              `${meta.nombre}, ${CHISPA_DIAS} días hasta el ${formatDia(dia)}; ` +
              `el último: ${formatWithUnit(valor, meta.unidad, meta.decimales)}`
            }
          />
        )}
      </div>
      {children?.(datos, dia)}
    </Panel>
  );
}

/** A variable's last closed day, and how it stands against a week, seven days and a year before. */
export function CifraComparada({ titulo, recurso }: { titulo: string; recurso: Recurso<Serie> }) {
  return (
    <Cifra titulo={titulo} recurso={recurso}>
      {(serie, dia) => {
        const { unidad, decimales } = serie.meta;
        return (
          <table className="tabla mt-2">
            <caption className="sr-only">{`${titulo}: comparación del último día cerrado, en ${unidad}`}</caption>
            <tbody>
              {comparar(serie, dia).map((comparacion) => (
                <tr key={comparacion.rotulo}>
                  <th scope="row">
                    <span className="whitespace-nowrap">{comparacion.rotulo}</span>{" "}
                    <span className="inline-block text-xs text-tenue">{comparacion.cuando}</span>
                  </th>
                  <td className="numero">{formatValue(comparacion.base, unidad, decimales)}</td>
                  <td className="text-right">
                    <Diferencia
                      comparacion={comparacion}
                      unidad={unidad}
                      decimales={decimalsFor(unidad, comparacion.base, decimales)}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        );
      }}
    </Cifra>
  );
}
