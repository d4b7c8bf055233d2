"use client";

import { useRouter } from "next/navigation";
import { useState, useSyncExternalStore } from "react";
import type { RespuestaToken } from "@/lib/api/tipos";
import { useSesion } from "@/lib/sesion";
import { safeReturn } from "@/lib/url/volver";
import { Aviso } from "@/ui/Estado";
import { ClaveNueva } from "./ClaveNueva";
import { UsuarioYClave, type Credenciales } from "./UsuarioYClave";

/**
 * What the login asks for now. A second factor will be one more step here: the answer that asks for it says so by
 * the `type` of its problem, as the one-time password does.
 */
type Paso = { nombre: "clave" } | { nombre: "clave-temporal"; credenciales: Credenciales };

const noSubscription = () => () => undefined;

export function Ingreso() {
  const router = useRouter();
  const [paso, setPaso] = useState<Paso>({ nombre: "clave" });
  const { open, cierre } = useSesion();
  // Until the page is alive a submit would reload it with the password in the address.
  const viva = useSyncExternalStore(
    noSubscription,
    () => true,
    () => false,
  );

  const enter = (respuesta: RespuestaToken) => {
    open(respuesta);
    router.replace(safeReturn(new URLSearchParams(window.location.search).get("volver")));
  };

  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center gap-6 px-4 pb-24">
      <div>
        <p className="text-2xl leading-none font-semibold tracking-tight">SIEA</p>
        <p className="mt-1 text-tenue">Sistema Integral de Inteligencia Energética</p>
      </div>
      <section className="flex flex-col gap-4 border-t-2 border-tinta pt-3">
        {paso.nombre === "clave" ? (
          <>
            <h1 className="text-lg font-semibold">Ingreso</h1>
            {cierre === "vencida" && <Aviso>La sesión venció. Ingrese de nuevo y seguirá donde estaba.</Aviso>}
            <UsuarioYClave
              viva={viva}
              entrar={enter}
              claveTemporal={(credenciales) => setPaso({ nombre: "clave-temporal", credenciales })}
            />
          </>
        ) : (
          <>
            <h1 className="text-lg font-semibold">Elija su clave</h1>
            <ClaveNueva
              credenciales={paso.credenciales}
              entrar={enter}
              volver={() => setPaso({ nombre: "clave" })}
            />
          </>
        )}
      </section>
    </main>
  );
}
