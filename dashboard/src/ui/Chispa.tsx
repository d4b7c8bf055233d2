interface Props {
  valores: (number | null)[];
  /** What it shows, in one sentence made from the numbers. */
  resumen: string;
}

const ANCHO = 160;
const ALTO = 44;
const MARGEN = 4;

/** A line the size of a word, drawn without any library: gaps stay gaps, the last point has a mark. */
export function Chispa({ valores, resumen }: Props) {
  const presentes = valores.filter((valor) => valor !== null);
  if (presentes.length < 2) return null;
  const [abajo, arriba] = [Math.min(...presentes), Math.max(...presentes)];
  const x = (i: number) => MARGEN + (i * (ANCHO - 2 * MARGEN)) / (valores.length - 1);
  const y = (valor: number) =>
    arriba === abajo ? ALTO / 2 : ALTO - MARGEN - ((valor - abajo) * (ALTO - 2 * MARGEN)) / (arriba - abajo);
  const trazo = valores
    .map((valor, i) =>
      valor === null ? "" : `${valores[i - 1] == null ? "M" : "L"}${x(i).toFixed(1)} ${y(valor).toFixed(1)}`,
    )
    .join("");
  const ultimo = valores.at(-1);
  return (
    <svg viewBox={`0 0 ${ANCHO} ${ALTO}`} className="h-11 w-40 max-w-full text-acento" role="img" aria-label={resumen}>
      <path d={trazo} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
      {ultimo != null && <circle cx={x(valores.length - 1)} cy={y(ultimo)} r="3" fill="currentColor" />}
    </svg>
  );
}
