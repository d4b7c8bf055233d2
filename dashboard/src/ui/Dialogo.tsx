import { useEffect, useId, useRef, type ReactNode } from "react";
import { Icono } from "./Icono";

interface Props {
  titulo: string;
  abierto: boolean;
  cerrar: () => void;
  children: ReactNode;
}

/** A modal of the platform: focus stays inside, Esc closes, focus goes back to where it was. */
export function Dialogo({ titulo, abierto, cerrar, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialogo = ref.current;
    if (!dialogo) return;
    if (abierto && !dialogo.open) dialogo.showModal();
    if (!abierto && dialogo.open) dialogo.close();
  }, [abierto]);
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onClose={cerrar}
      className="m-auto max-h-[85dvh] w-full max-w-xl rounded border border-borde bg-papel p-0 text-tinta shadow-xl"
    >
      <div className="flex items-center justify-between border-b border-linea py-2 pr-2 pl-4">
        <h2 id={id} className="text-base font-semibold">
          {titulo}
        </h2>
        <button type="button" className="control control-plano" aria-label="Cerrar" onClick={cerrar}>
          <Icono nombre="cerrar" />
        </button>
      </div>
      <div className="overflow-y-auto p-4">{abierto && children}</div>
    </dialog>
  );
}
