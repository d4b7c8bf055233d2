import { Icono } from "@/ui/Icono";
import { formatPercent, formatSigned } from "@/lib/formato/numeros";
import type { Comparacion } from "./comparar";

interface Props {
  comparacion: Comparacion;
  unidad: string;
  decimales: number;
}

/** A change told four ways: arrow, sign, word and colour. */
export function Diferencia({ comparacion: { diferencia, porcentaje }, unidad, decimales }: Props) {
  if (diferencia === null) return <span className="text-tenue">sin con qué comparar</span>;
  const texto = formatSigned(diferencia, decimales);
  const sentido = texto.startsWith("+") ? "sube" : texto.startsWith("−") ? "baja" : "igual";
  const color = { sube: "text-acento", baja: "text-baja", igual: "text-tenue" }[sentido];
  return (
    <span className={`inline-flex items-baseline gap-1 whitespace-nowrap ${color}`}>
      <Icono nombre={sentido} className="self-center" />
      {sentido === "igual" ? (
        "igual"
      ) : (
        <>
          {texto}
          <span className="sr-only">{unidad}</span>
          <span>
            {sentido === "sube" ? "más" : "menos"}
            {porcentaje !== null && ` (${formatPercent(porcentaje, { signo: true })})`}
          </span>
        </>
      )}
    </span>
  );
}
