import { formatPeriodo } from "@/lib/fechas/textos";
import { formatValue } from "@/lib/formato/numeros";
import { countPeriodos, estadisticas, textoProvisionales } from "@/lib/series/estadisticas";
import type { Serie } from "@/lib/series/puntos";

/** Mean and extremes of what is on screen, of settled periods only. */
export function Lectura({ serie }: { serie: Serie }) {
  const { meta, puntos } = serie;
  const cifras = estadisticas(puntos);
  if (!cifras) return <p className="text-tenue">Ningún periodo cerrado en el rango.</p>;
  const numero = (valor: number) => formatValue(valor, meta.unidad, meta.decimales);
  const faltan = puntos.filter(({ valor }) => valor === null).length;
  const pares: [string, string, string][] = [
    ["Media", numero(cifras.media), countPeriodos(cifras.cuantos, meta.resolucion)],
    ["Máximo", numero(cifras.maximo.valor), formatPeriodo(cifras.maximo.t, meta.resolucion)],
    ["Mínimo", numero(cifras.minimo.valor), formatPeriodo(cifras.minimo.t, meta.resolucion)],
  ];
  const provisionales = textoProvisionales(serie);
  return (
    <dl className="flex flex-wrap gap-x-5 gap-y-0.5">
      {pares.map(([nombre, valor, nota]) => (
        <div key={nombre} className="flex items-baseline gap-1.5">
          <dt className="text-tenue">{nombre}</dt>
          <dd>
            <span className="font-semibold">{valor}</span> <span className="text-xs text-tenue">{nota}</span>
          </dd>
        </div>
      ))}
      {faltan > 0 && <Nota>{`${countPeriodos(faltan, meta.resolucion)} sin dato`}</Nota>}
      {provisionales && <Nota>{provisionales}</Nota>}
    </dl>
  );
}

function Nota({ children }: { children: string }) {
  return (
    <div className="text-vigila">
      <dt className="sr-only">Atención</dt>
      <dd>{children}</dd>
    </div>
  );
}
