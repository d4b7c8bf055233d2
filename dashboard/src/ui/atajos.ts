import { useEffect } from "react";
import { create } from "zustand";
import { persist } from "zustand/middleware";

export interface Atajo {
  /** `KeyboardEvent.key` values that fire it. */
  teclas: string[];
  /** How the keys are written in the help. */
  rotulo: string;
  que: string;
  hacer: (tecla: string) => void;
}

/** Single-key shortcuts can be turned off: they get in the way of who dictates to the computer. */
export const useAtajosActivos = create<{ activos: boolean; alternar: () => void }>()(
  persist((set) => ({ activos: true, alternar: () => set(({ activos }) => ({ activos: !activos })) }), {
    name: "siea.atajos",
    skipHydration: true,
  }),
);

const WRITING = "input, select, textarea, [contenteditable], dialog";

/** Listens for single keys, except while something is being written. */
export function useAtajos(atajos: Atajo[]): void {
  const activos = useAtajosActivos((estado) => estado.activos);
  useEffect(() => {
    void useAtajosActivos.persist.rehydrate();
  }, []);
  useEffect(() => {
    if (!activos) return;
    const onKey = (evento: KeyboardEvent) => {
      if (evento.ctrlKey || evento.metaKey || evento.altKey || evento.defaultPrevented) return;
      if (evento.target instanceof Element && evento.target.closest(WRITING)) return;
      const atajo = atajos.find(({ teclas }) => teclas.includes(evento.key));
      if (!atajo) return;
      evento.preventDefault();
      atajo.hacer(evento.key);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [activos, atajos]);
}
