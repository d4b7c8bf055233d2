import { useState } from "react";
import { entrar as pedirEntrada } from "@/lib/api/consultas";
import { ApiError } from "@/lib/api/problema";
import type { RespuestaToken } from "@/lib/api/tipos";
import { Fallo } from "@/ui/Estado";
import { Campo } from "./Campo";
import { useEnvio } from "./useEnvio";

export interface Credenciales {
  usuario: string;
  clave: string;
}

interface Props {
  viva: boolean;
  entrar: (respuesta: RespuestaToken) => void;
  /** The password works only once: another must be chosen. */
  claveTemporal: (credenciales: Credenciales) => void;
}

export function UsuarioYClave({ viva, entrar, claveTemporal }: Props) {
  const [usuario, setUsuario] = useState("");
  const [clave, setClave] = useState("");
  const { enviando, error, send } = useEnvio();
  return (
    <form
      method="post"
      className="flex flex-col gap-4"
      onSubmit={(evento) => {
        evento.preventDefault();
        void send(async () => {
          try {
            entrar(await pedirEntrada(usuario.trim(), clave));
          } catch (fallo) {
            if (!(fallo instanceof ApiError) || !fallo.is("/clave-temporal")) throw fallo;
            claveTemporal({ usuario: usuario.trim(), clave });
          }
        });
      }}
    >
      <Campo
        rotulo="Usuario"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        value={usuario}
        onChange={({ target }) => setUsuario(target.value)}
      />
      <Campo
        rotulo="Clave"
        name="password"
        type="password"
        autoComplete="current-password"
        value={clave}
        onChange={({ target }) => setClave(target.value)}
      />
      {error && <Fallo error={error} />}
      <button type="submit" className="control control-fuerte min-h-11" disabled={!viva || enviando}>
        {enviando ? "Ingresando…" : "Ingresar"}
      </button>
    </form>
  );
}
