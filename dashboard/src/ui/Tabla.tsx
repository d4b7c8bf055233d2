import { useState, type ReactNode } from "react";
import { formatNumber } from "@/lib/formato/numeros";

export interface Columna<T> {
  titulo: ReactNode;
  celda: (fila: T) => ReactNode;
  numero?: boolean;
}

interface Props<T> {
  /** What the table is, for who hears it. */
  titulo: string;
  columnas: Columna<T>[];
  filas: T[];
  clave: (fila: T) => string;
  /** Height of the window it scrolls in. */
  alto?: string;
  /** As wide as its figures need, not as its place: the eye crosses less paper. */
  estrecha?: boolean;
}

const TANDA = 200;

/** A real table. Long ones come in batches: thousands of rows at once make a phone stutter. */
export function Tabla<T>({ titulo, columnas, filas, clave, alto = "", estrecha = false }: Props<T>) {
  const [tandas, setTandas] = useState(1);
  const visibles = filas.slice(0, tandas * TANDA);
  const restan = filas.length - visibles.length;
  return (
    // A region that scrolls must be reachable with the keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={`overflow-auto ${alto}`} role="region" aria-label={titulo} tabIndex={0}>
      <table className={estrecha ? "tabla sm:w-auto sm:min-w-1/2" : "tabla"}>
        <caption className="sr-only">{titulo}</caption>
        <thead>
          <tr>
            {columnas.map((columna, i) => (
              <th key={i} scope="col" className={columna.numero ? "numero" : ""}>
                {columna.titulo}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {visibles.map((fila) => (
            <tr key={clave(fila)}>
              {columnas.map((columna, i) => {
                const clase = columna.numero ? "numero" : "";
                return i === 0 ? (
                  <th key={i} scope="row" className={clase}>
                    {columna.celda(fila)}
                  </th>
                ) : (
                  <td key={i} className={clase}>
                    {columna.celda(fila)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {restan > 0 && (
        <button type="button" className="control my-2" onClick={() => setTandas(tandas + 1)}>
          Ver {formatNumber(Math.min(TANDA, restan), 0)} filas más de {formatNumber(restan, 0)}
        </button>
      )}
    </div>
  );
}
