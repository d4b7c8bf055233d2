import { useEffect, useState, useSyncExternalStore } from "react";
import { ApiError, ilegible } from "./problema";

/** What is known of one answer of the API. */
interface Entrada {
  datos?: unknown;
  obtenidoEn: number | null;
  error: ApiError | null;
  cargando: boolean;
}

const VACIA: Entrada = { obtenidoEn: null, error: null, cargando: false };
const entradas = new Map<string, Entrada>();
const oyentes = new Set<() => void>();
/** Answers of an earlier session must not appear in the next one. */
let epoca = 0;

function write(clave: string, entrada: Entrada): void {
  entradas.set(clave, entrada);
  for (const oyente of oyentes) oyente();
}

function subscribe(oyente: () => void): () => void {
  oyentes.add(oyente);
  return () => oyentes.delete(oyente);
}

async function load(clave: string, pedir: (clave: string) => Promise<unknown>): Promise<void> {
  const antes = entradas.get(clave) ?? VACIA;
  if (antes.cargando) return;
  const mia = epoca;
  write(clave, { ...antes, cargando: true });
  try {
    const datos = await pedir(clave);
    if (mia === epoca) write(clave, { datos, obtenidoEn: Date.now(), error: null, cargando: false });
  } catch (fallo) {
    const error = fallo instanceof ApiError ? fallo : ilegible();
    if (mia === epoca) write(clave, { ...antes, error, cargando: false });
  }
}

/** Forgets every answer: on log-out. */
export function forgetAll(): void {
  epoca += 1;
  entradas.clear();
  for (const oyente of oyentes) oyente();
}

export interface Recurso<T> {
  /** The answer to what is asked now, or the one before while the new one is on its way. */
  datos: T | null;
  /** True while `datos` answers an earlier question. */
  anterior: boolean;
  error: ApiError | null;
  cargando: boolean;
  obtenidoEn: number | null;
  reintentar: () => void;
}

interface Opciones {
  /** Milliseconds after which the answer is asked again, while the tab is looked at. */
  cada?: number;
  /** Milliseconds to wait before asking: a range that is still moving asks once, at the end. */
  espera?: number;
}

/**
 * The answer to one question: `clave` is its path (null = nothing to ask yet). Two panels with the same key share one
 * call, and an answer that fails to renew stays on screen beside its error.
 */
export function useRecurso<T>(
  clave: string | null,
  pedir: (clave: string) => Promise<T>,
  opciones: Opciones = {},
): Recurso<T> {
  const { cada, espera = 0 } = opciones;
  const entrada = useSyncExternalStore(
    subscribe,
    () => (clave === null ? VACIA : (entradas.get(clave) ?? VACIA)),
    () => VACIA,
  );
  const [ultimos, setUltimos] = useState<T | null>(null);
  const actuales = (entrada.datos ?? null) as T | null;
  if (actuales !== null && actuales !== ultimos) setUltimos(actuales);

  const falta = clave !== null && entrada.datos === undefined && !entrada.cargando && entrada.error === null;
  useEffect(() => {
    if (!falta) return;
    const reloj = setTimeout(() => void load(clave, pedir), espera);
    return () => clearTimeout(reloj);
  }, [falta, clave, pedir, espera]);

  useEffect(() => {
    if (clave === null || cada === undefined) return;
    const renew = () => {
      const hace = Date.now() - (entradas.get(clave)?.obtenidoEn ?? 0);
      if (document.visibilityState === "visible" && hace >= cada) void load(clave, pedir);
    };
    const reloj = setInterval(renew, Math.min(cada, 60_000));
    document.addEventListener("visibilitychange", renew);
    return () => {
      clearInterval(reloj);
      document.removeEventListener("visibilitychange", renew);
    };
  }, [clave, cada, pedir]);

  return {
    datos: actuales ?? (entrada.error ? null : ultimos),
    anterior: actuales === null && ultimos !== null,
    error: entrada.error,
    cargando: entrada.cargando || falta,
    obtenidoEn: entrada.obtenidoEn,
    reintentar: () => {
      if (clave !== null) void load(clave, pedir);
    },
  };
}
