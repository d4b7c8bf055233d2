import { useMemo, useSyncExternalStore } from "react";
import { decodeVista, encodeVista, type Vista } from "./vista";

const oyentes = new Set<() => void>();

function subscribe(oyente: () => void): () => void {
  oyentes.add(oyente);
  window.addEventListener("popstate", oyente);
  return () => {
    oyentes.delete(oyente);
    window.removeEventListener("popstate", oyente);
  };
}

export type CambiarVista = (cambio: Partial<Vista>) => void;

function change(cambio: Partial<Vista>): void {
  const busqueda = encodeVista({ ...decodeVista(window.location.search), ...cambio });
  if (busqueda === window.location.search) return;
  // A step of its own: the browser's «back» undoes it.
  window.history.pushState(null, "", `${window.location.pathname}${busqueda}`);
  for (const oyente of oyentes) oyente();
}

/** What is on screen, kept in the address. */
export function useVista(): [Vista, CambiarVista] {
  const busqueda = useSyncExternalStore(
    subscribe,
    () => window.location.search,
    () => "",
  );
  return [useMemo(() => decodeVista(busqueda), [busqueda]), change];
}
