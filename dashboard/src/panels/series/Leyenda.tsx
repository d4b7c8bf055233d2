interface Entrada {
  codigo: string;
  nombre: string;
  trazo: "acento" | "tenue";
}

interface Props {
  series: Entrada[];
  ocultas: string[];
  cambiar: (ocultas: string[]) => void;
}

/** Which lines are drawn: click shows or hides one, Alt-click leaves it alone. */
export function Leyenda({ series, ocultas, cambiar }: Props) {
  return (
    <div role="group" aria-label="Series" className="flex gap-1">
      {series.map(({ codigo, nombre, trazo }) => {
        const visible = !ocultas.includes(codigo);
        return (
          <button
            key={codigo}
            type="button"
            className={`control control-plano min-h-6 ${visible ? "" : "line-through opacity-70"}`}
            aria-pressed={visible}
            title={`${visible ? "Ocultar" : "Mostrar"} (Alt: dejar sola)`}
            onClick={({ altKey }) => {
              const otras = series.map((serie) => serie.codigo).filter((otro) => otro !== codigo);
              const ajenas = ocultas.filter((otro) => otro !== codigo && !otras.includes(otro));
              const suyas = ocultas.filter((otro) => otras.includes(otro));
              if (altKey) cambiar([...ajenas, ...otras]);
              else cambiar(visible ? [...ajenas, ...suyas, codigo] : [...ajenas, ...suyas]);
            }}
          >
            <svg width="18" height="8" aria-hidden="true">
              <line x1="1" x2="17" y1="4" y2="4" strokeWidth="2" className={trazo === "acento" ? "stroke-acento" : "stroke-tenue"} />
            </svg>
            <span className="text-tinta">{nombre}</span>
          </button>
        );
      })}
    </div>
  );
}
