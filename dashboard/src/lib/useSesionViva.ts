import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { forgetAll } from "@/lib/api/recursos";
import { useSesion, type Sesion } from "@/lib/sesion";
import { loginAddress } from "@/lib/url/volver";

/** The open session, or null while it is being read; without one, off to the login page and back here later. */
export function useSesionViva(): Sesion | null {
  const router = useRouter();
  const sesion = useSesion((estado) => estado.sesion);
  const [leida, setLeida] = useState(false);

  useEffect(() => {
    void Promise.resolve(useSesion.persist.rehydrate()).then(() => {
      const { sesion: guardada, close } = useSesion.getState();
      if (guardada && guardada.venceEn <= Date.now()) close("vencida");
      setLeida(true);
    });
  }, []);

  useEffect(() => {
    if (!leida || sesion) return;
    forgetAll();
    router.replace(loginAddress(window.location.pathname, window.location.search));
  }, [leida, sesion, router]);

  return leida ? sesion : null;
}
