import { useState } from "react";
import { cambiarClave } from "@/lib/api/consultas";
import type { RespuestaToken } from "@/lib/api/tipos";
import { Fallo } from "@/ui/Estado";
import { Campo } from "./Campo";
import { useEnvio } from "./useEnvio";
import type { Credenciales } from "./UsuarioYClave";

interface Props {
  credenciales: Credenciales;
  entrar: (respuesta: RespuestaToken) => void;
  volver: () => void;
}

/** The rules of a good password are the API's: what it refuses, it explains field by field. */
export function ClaveNueva({ credenciales: { usuario, clave }, entrar, volver }: Props) {
  const [nueva, setNueva] = useState("");
  const [repetida, setRepetida] = useState("");
  const { enviando, error, send } = useEnvio();
  const distintas = repetida !== "" && nueva !== repetida;
  return (
    <form
      method="post"
      className="flex flex-col gap-4"
      onSubmit={(evento) => {
        evento.preventDefault();
        if (nueva !== repetida) return;
        void send(async () => entrar(await cambiarClave(usuario, clave, nueva)));
      }}
    >
      <p>La clave con la que ingresó es de un solo uso. Elija la suya para seguir.</p>
      <Campo rotulo="Usuario" name="username" autoComplete="username" value={usuario} readOnly />
      <Campo
        rotulo="Clave nueva"
        name="new-password"
        type="password"
        autoComplete="new-password"
        value={nueva}
        onChange={({ target }) => setNueva(target.value)}
      />
      <Campo
        rotulo="Clave nueva, otra vez"
        name="repeat-password"
        type="password"
        autoComplete="new-password"
        aria-invalid={distintas}
        value={repetida}
        onChange={({ target }) => setRepetida(target.value)}
      />
      {distintas && (
        <p role="alert" className="text-alerta">
          Las dos claves no son iguales.
        </p>
      )}
      {error && <Fallo error={error} />}
      <div className="flex gap-3">
        <button type="submit" className="control control-fuerte min-h-11 flex-1" disabled={enviando || distintas}>
          {enviando ? "Guardando…" : "Guardar e ingresar"}
        </button>
        <button type="button" className="control min-h-11" onClick={volver}>
          Volver
        </button>
      </div>
    </form>
  );
}
