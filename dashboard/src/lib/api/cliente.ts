import { ApiError, ilegible, readProblem, sinConexion } from "./problema";
import { useSesion } from "@/lib/sesion";

interface Peticion {
  method?: "GET" | "POST";
  json?: unknown;
  form?: Record<string, string>;
  /** Statuses whose body is an answer too: `/health/ready` says «caído» with a 503. */
  acepta?: number[];
  /** False for the calls that open a session: there a 401 is a wrong password, not an ended session. */
  conSesion?: boolean;
}

/** One call to our own origin. Answers the parsed body or throws an {@link ApiError} in words for people. */
export async function request<T>(ruta: string, peticion: Peticion = {}): Promise<T> {
  const { method = "GET", json, form, acepta = [], conSesion = true } = peticion;
  const headers = new Headers({ Accept: "application/json" });
  const token = conSesion ? useSesion.getState().sesion?.token : undefined;
  if (token) headers.set("Authorization", `Bearer ${token}`);
  const init: RequestInit = { method, headers, credentials: "omit" };
  if (json !== undefined) {
    headers.set("Content-Type", "application/json");
    init.body = JSON.stringify(json);
  } else if (form) {
    init.body = new URLSearchParams(form);
  }

  let respuesta: Response;
  try {
    respuesta = await fetch(ruta, init);
  } catch {
    throw sinConexion();
  }
  const cuerpo: unknown = await respuesta.json().catch(() => undefined);
  if (respuesta.ok || acepta.includes(respuesta.status)) {
    if (cuerpo === undefined) throw ilegible();
    return cuerpo as T;
  }
  // Only the session that made the call ends: a slow answer must not end one that was opened since.
  if (respuesta.status === 401 && token && useSesion.getState().sesion?.token === token) {
    useSesion.getState().close("vencida");
  }
  throw new ApiError(readProblem(respuesta.status, cuerpo, respuesta.headers));
}
