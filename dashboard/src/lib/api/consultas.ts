/** Every call of the dashboard, by name. The path is also what «¿de dónde sale?» shows. */
import { request } from "./cliente";
import { readSerie, type Serie } from "@/lib/series/puntos";
import type { Carga, Pronostico, RespuestaSerie, RespuestaToken, Resolucion, Salud, Variable } from "./tipos";
import type { Dia } from "@/lib/fechas/dias";

export type Tabla = "demanda" | "precios";

export interface PeticionSerie {
  tabla: Tabla;
  variable: string;
  desde: Dia;
  hasta: Dia;
  resolucion: Resolucion;
}

export function rutaSerie({ tabla, variable, desde, hasta, resolucion }: PeticionSerie): string {
  return `/api/v1/${tabla}?${new URLSearchParams({ variable, desde, hasta, resolucion }).toString()}`;
}

export async function pedirSerie(ruta: string): Promise<Serie> {
  return readSerie(await request<RespuestaSerie>(ruta));
}

export const RUTA_VARIABLES = "/api/v1/variables";
export async function pedirVariables(ruta: string): Promise<Variable[]> {
  return (await request<{ datos: Variable[] }>(ruta)).datos;
}

export const RUTA_CALIDAD = "/api/v1/calidad?limite=500";
export async function pedirCalidad(ruta: string): Promise<Carga[]> {
  return (await request<{ datos: Carga[] }>(ruta)).datos;
}

export const RUTA_SALUD = "/health/ready";
export function pedirSalud(ruta: string): Promise<Salud> {
  return request<Salud>(ruta, { acepta: [503] });
}

export const RUTA_PRONOSTICO = "/api/v1/predict/demanda";
const HORIZONTE_DIAS = 7;
export function pedirPronostico(ruta: string): Promise<Pronostico> {
  return request<Pronostico>(ruta, { method: "POST", json: { horizonte_dias: HORIZONTE_DIAS } });
}

export function entrar(usuario: string, clave: string): Promise<RespuestaToken> {
  return request<RespuestaToken>("/api/v1/auth/token", {
    method: "POST",
    form: { grant_type: "password", username: usuario, password: clave },
    conSesion: false,
  });
}

export function cambiarClave(usuario: string, clave: string, claveNueva: string): Promise<RespuestaToken> {
  return request<RespuestaToken>("/api/v1/auth/clave", {
    method: "POST",
    json: { usuario, clave, clave_nueva: claveNueva },
    conSesion: false,
  });
}
