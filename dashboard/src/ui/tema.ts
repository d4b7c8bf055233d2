import { useSyncExternalStore } from "react";
import type { Tema } from "@/lib/grafica/paleta";

function read(): Tema {
  return document.documentElement.dataset.tema === "oscuro" ? "oscuro" : "claro";
}

function subscribe(oyente: () => void): () => void {
  const observador = new MutationObserver(oyente);
  observador.observe(document.documentElement, { attributes: true, attributeFilter: ["data-tema"] });
  return () => observador.disconnect();
}

/** The theme on screen. `public/tema.js` sets it before the first paint. */
export function useTema(): Tema {
  return useSyncExternalStore(subscribe, read, () => "claro");
}

export function toggleTema(): void {
  const otro: Tema = read() === "oscuro" ? "claro" : "oscuro";
  document.documentElement.dataset.tema = otro;
  try {
    localStorage.setItem("siea.tema", otro);
  } catch {
    // Storage may be closed: the choice then lasts until the page is left.
  }
}
