import { useId, type ReactNode } from "react";

interface Props {
  titulo: string;
  /** Short text beside the title: the unit, the variable. */
  detalle?: ReactNode;
  acciones?: ReactNode;
  /** The sentence under the content: source, data date, what is provisional, zone. */
  pie?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** One room of the page: a rule, a title, its controls, the content, its sentence. */
export function Panel({ titulo, detalle, acciones, pie, className = "", children }: Props) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={`flex min-w-0 flex-col border-t-2 border-tinta pt-2 ${className}`}>
      <div className="mb-2 flex min-h-8 flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <div className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          <h2 id={id} className="text-base font-semibold">
            {titulo}
          </h2>
          {detalle && <span className="text-tenue">{detalle}</span>}
        </div>
        {acciones}
      </div>
      {children}
      {pie && <p className="mt-1.5 text-xs text-tenue">{pie}</p>}
    </section>
  );
}
