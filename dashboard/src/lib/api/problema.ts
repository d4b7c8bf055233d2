/** A problem document (RFC 9457) as the API sends it. */
export interface Problema {
  type: string;
  title: string;
  status: number;
  detail: string;
  errores: { campo: string; motivo: string }[];
  traceId: string | null;
  /** Seconds to wait, when the answer says so (`Retry-After`). */
  esperaS: number | null;
}

/** Any failure of a call, already in words for people. */
export class ApiError extends Error {
  constructor(readonly problema: Problema) {
    super(problema.title);
    this.name = "ApiError";
  }

  /** True when the problem's `type` is the one that ends so, e.g. «/clave-temporal». */
  is(tipo: string): boolean {
    return this.problema.type.endsWith(tipo);
  }
}

const text = (valor: unknown): string => (typeof valor === "string" ? valor : "");

function fieldErrors(valor: unknown): Problema["errores"] {
  if (!Array.isArray(valor)) return [];
  return valor.map((error: unknown) => {
    const { campo, motivo } = (error ?? {}) as Record<string, unknown>;
    return { campo: text(campo), motivo: text(motivo) };
  });
}

/** Reads a failed answer; a body that is no problem document still becomes one that says what is known. */
export function readProblem(status: number, cuerpo: unknown, cabeceras: Headers): Problema {
  const documento = (typeof cuerpo === "object" && cuerpo !== null ? cuerpo : {}) as Record<string, unknown>;
  const espera = Number(cabeceras.get("Retry-After") ?? Number.NaN);
  return {
    type: text(documento.type) || "about:blank",
    title: text(documento.title) || `El servidor respondió con el código ${status}`,
    status,
    detail: text(documento.detail),
    errores: fieldErrors(documento.errores),
    traceId: text(documento.trace_id) || null,
    esperaS: Number.isFinite(espera) ? espera : null,
  };
}

const local = (title: string, detail: string): ApiError =>
  new ApiError({ type: "about:blank", title, status: 0, detail, errores: [], traceId: null, esperaS: null });

export const sinConexion = () =>
  local("No hay conexión con SIEA", "El servidor no responde. Revise la red o espere un momento.");

export const ilegible = () =>
  local("La respuesta del servidor no se entiende", "Llegó incompleta o con otra forma. Recargue la página.");
