/** The colours of a chart in each theme: the same values as the variables of globals.css (a test compares them). */
export type Tema = "claro" | "oscuro";

export interface Paleta {
  papel: string;
  tinta: string;
  tenue: string;
  linea: string;
  acento: string;
}

export const PALETAS: Record<Tema, Paleta> = {
  claro: { papel: "#FFFFFF", tinta: "#17202A", tenue: "#56616E", linea: "#E3E7EC", acento: "#0B5CAD" },
  oscuro: { papel: "#10161D", tinta: "#E8EDF2", tenue: "#9DABB9", linea: "#26313D", acento: "#7DB8FF" },
};

/** «#0B5CAD», 0.3 → «rgba(11,92,173,0.3)» */
export function withAlpha(hex: string, alfa: number): string {
  const canales = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  return `rgba(${canales.join(",")},${alfa})`;
}
