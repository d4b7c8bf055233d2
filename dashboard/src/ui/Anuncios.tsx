import { create } from "zustand";

const useAnuncio = create<{ texto: string }>(() => ({ texto: "" }));
let reloj: ReturnType<typeof setTimeout> | undefined;

/** Says something short to who looks and to who listens, without moving the focus. */
export function anunciar(texto: string): void {
  clearTimeout(reloj);
  useAnuncio.setState({ texto });
  reloj = setTimeout(() => useAnuncio.setState({ texto: "" }), 4000);
}

export function Anuncios() {
  const texto = useAnuncio((estado) => estado.texto);
  return (
    <div role="status" aria-live="polite" className="pointer-events-none fixed inset-x-0 bottom-4 z-20 flex justify-center">
      {texto && <p className="rounded bg-tinta px-3 py-1.5 text-papel shadow-lg">{texto}</p>}
    </div>
  );
}
