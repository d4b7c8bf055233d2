import { formatPercent, formatValue } from "@/lib/formato/numeros";
import type { Recurso } from "@/lib/api/recursos";
import type { Serie } from "@/lib/series/puntos";
import { Cifra } from "./Cifra";
import { valorFirme } from "./comparar";

interface Props {
  escasez: Recurso<Serie>;
  /** The spot price of the first figures: what the ratio is made of. */
  precio: Serie | null;
  /** Lower and upper scarcity prices, in force since March 2025. */
  otras: (Serie | null)[];
}

/** The scarcity price in force and how near the spot price is to it. */
export function CifraEscasez({ escasez, precio, otras }: Props) {
  return (
    <Cifra titulo="Precio de escasez" recurso={escasez} chispa={false}>
      {(serie, dia) => {
        const techo = valorFirme(serie, dia);
        const bolsa = precio ? valorFirme(precio, dia) : null;
        const razon = techo !== null && techo > 0 && bolsa !== null ? (100 * bolsa) / techo : null;
        return (
          <>
            <table className="tabla mt-2">
              <caption className="sr-only">Precio de bolsa frente al de escasez, en {serie.meta.unidad}</caption>
              <tbody>
                <tr>
                  <th scope="row">
                    Bolsa ÷ escasez{" "}
                    <span className="text-xs text-tenue">{precio?.meta.nombre.toLowerCase()}, el mismo día</span>
                  </th>
                  <td className="numero font-semibold">{formatPercent(razon)}</td>
                </tr>
                {otras.map(
                  (otra) =>
                    otra && (
                      <tr key={otra.meta.variable}>
                        <th scope="row">{otra.meta.nombre}</th>
                        <td className="numero">
                          {formatValue(valorFirme(otra, dia), otra.meta.unidad, otra.meta.decimales)}
                        </td>
                      </tr>
                    ),
                )}
              </tbody>
            </table>
            {razon !== null && <Regla porcentaje={razon} />}
          </>
        );
      }}
    </Cifra>
  );
}

/** How far along to the scarcity price: a plain bar; the number is in the table above. */
function Regla({ porcentaje }: { porcentaje: number }) {
  const lleno = Math.min(100, Math.max(0, porcentaje));
  return (
    <svg viewBox="0 0 100 4" preserveAspectRatio="none" className="mt-2 h-1.5 w-full" aria-hidden="true">
      <rect width="100" height="4" className="fill-linea" />
      <rect width={lleno} height="4" className="fill-acento" />
    </svg>
  );
}
