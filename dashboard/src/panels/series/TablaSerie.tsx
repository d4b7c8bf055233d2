import { formatPeriodo } from "@/lib/fechas/textos";
import { formatValue } from "@/lib/formato/numeros";
import { festivo } from "@/lib/fechas/festivos";
import { diaDe } from "@/lib/fechas/dias";
import { estadoDe } from "@/lib/series/csv";
import type { Punto, Serie } from "@/lib/series/puntos";
import { Tabla } from "@/ui/Tabla";

function estado(punto: Punto | undefined): string {
  if (punto?.parcial) {
    const { presentes, esperados, valor_parcial } = punto.parcial;
    const suma = punto.valor === null && valor_parcial !== null ? `, van ${formatValue(valor_parcial, "")}` : "";
    return `parcial: ${presentes} de ${esperados}${suma}`;
  }
  return estadoDe(punto);
}

/** The same figures as the chart, newest first. */
export function TablaSerie({ titulo, series }: { titulo: string; series: Serie[] }) {
  const [primera] = series;
  if (!primera) return null;
  const { resolucion } = primera.meta;
  const porSerie = series.map(({ puntos }) => new Map(puntos.map((punto) => [punto.t, punto])));
  const porDia = resolucion === "dia";
  return (
    <Tabla<Punto>
      titulo={`${titulo}, tabla`}
      alto="h-80"
      estrecha
      filas={[...primera.puntos].reverse()}
      clave={({ t }) => t}
      columnas={[
        {
          titulo: "Periodo",
          celda: ({ t }) => {
            const nombre = porDia ? festivo(diaDe(t)) : null;
            return (
              <>
                {formatPeriodo(t, resolucion)}
                {nombre && <span className="text-tenue"> · {nombre}</span>}
              </>
            );
          },
        },
        ...series.map(({ meta }, i) => ({
          titulo: `${meta.nombre} (${meta.unidad})`,
          numero: true,
          celda: ({ t }: Punto) => formatValue(porSerie[i]?.get(t)?.valor, meta.unidad, meta.decimales),
        })),
        { titulo: "Estado", celda: ({ t }) => estado(porSerie[0]?.get(t)) },
      ]}
    />
  );
}
