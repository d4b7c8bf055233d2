import { create } from "zustand";
import { createJSONStorage, persist } from "zustand/middleware";
import type { RespuestaToken, Rol } from "@/lib/api/tipos";

export interface Sesion {
  token: string;
  usuario: string;
  rol: Rol;
  /** Instant, in milliseconds, at which the token stops working. */
  venceEn: number;
}

interface EstadoSesion {
  sesion: Sesion | null;
  /** Why there is none, when that must be told. */
  cierre: "vencida" | null;
  open: (respuesta: RespuestaToken) => void;
  close: (cierre?: "vencida") => void;
}

/** The session of this tab. It lives in sessionStorage: closing the tab ends it. */
export const useSesion = create<EstadoSesion>()(
  persist(
    (set) => ({
      sesion: null,
      cierre: null,
      open: (respuesta) =>
        set({
          sesion: {
            token: respuesta.access_token,
            usuario: respuesta.usuario,
            rol: respuesta.rol,
            venceEn: Date.now() + respuesta.expires_in * 1000,
          },
          cierre: null,
        }),
      close: (cierre) => set({ sesion: null, cierre: cierre ?? null }),
    }),
    {
      name: "siea.sesion",
      storage: createJSONStorage(() => sessionStorage),
      partialize: ({ sesion }) => ({ sesion }),
      // The exported page knows no session: it is read after the first paint, in <ConSesion>.
      skipHydration: true,
    },
  ),
);

/** What each role is called on screen. */
export const NOMBRE_ROL: Record<Rol, string> = {
  viewer: "consulta",
  analista: "analista",
  admin: "administración",
};

/** Forecasts are made by analysts and administrators; a reader sees the rest. */
export function mayForecast(rol: Rol): boolean {
  return rol !== "viewer";
}
