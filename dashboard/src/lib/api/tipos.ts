/** What the API answers, as the contract has it. */
import type { Dia } from "@/lib/fechas/dias";

export const RESOLUCIONES = ["hora", "dia", "semana", "mes", "anio"] as const;
export type Resolucion = (typeof RESOLUCIONES)[number];
export type Agregacion = "suma" | "promedio" | "ultimo" | "minimo" | "maximo";

/** A period of which some intervals are missing. */
export interface Parcial {
  t: string;
  valor_parcial: number | null;
  presentes: number;
  esperados: number;
}

export interface Meta {
  variable: string;
  nombre: string;
  unidad: string;
  resolucion: Resolucion;
  agregacion: Agregacion;
  zona_horaria: string;
  fuente: string;
  actualizado_en: string | null;
  ultimo_dia_cerrado: Dia | null;
  provisionales: Dia[];
  parciales: Parcial[];
  version: string | null;
  as_of: Dia | null;
  licencia: string;
  desde: Dia;
  hasta: Dia;
  decimales: number;
  etiqueta: string | null;
  notas: string[];
}

export interface RespuestaSerie {
  meta: Meta;
  series: { clave: string; datos: [string, number | null][] }[];
}

export interface Variable {
  codigo: string;
  entidad: string;
  nombre: string;
  unidad: string;
  resolucion: Resolucion;
  agregacion: Agregacion;
  fuente: string;
  conjunto: string;
  desde: Dia | null;
  hasta: Dia | null;
  ultimo_dia_cerrado: Dia | null;
  actualizado_en: string | null;
  etiqueta: string | null;
  decimales: number;
  descripcion: string;
  rezago_dias: number;
}

export const DIMENSIONES = ["completitud", "validez", "oportunidad", "unicidad", "consistencia"] as const;
export type Dimension = (typeof DIMENSIONES)[number];

export interface Carga {
  carga_id: number;
  variable: string;
  entidad: string;
  fuente: string;
  desde: Dia | null;
  hasta: Dia | null;
  recibido_en: string;
  puntaje: number | null;
  dimensiones: Partial<Record<Dimension, number | null>>;
  filas: { recibidas: number; guardadas: number; iguales: number; revisadas: number; rechazadas: number };
  etiqueta: string | null;
}

export interface Banda {
  nivel: number;
  lower: number[];
  upper: number[];
}

export interface Pronostico {
  variable: string;
  unidad: string;
  fechas: Dia[];
  forecast: number[];
  bandas: Banda[];
  model_version: string;
  dato_hasta: Dia;
  generado_en: string;
  error_reciente: { mape_pct: number; origenes: number; horizonte_dias: number } | null;
  avisos: string[];
}

export interface Dependencia {
  estado: string;
  latencia_ms?: number | null;
  detalle?: string | null;
  ultimo_exito?: string | null;
}

export interface Salud {
  estado: string;
  version: string;
  dependencias: Record<string, Dependencia>;
}

export type Rol = "viewer" | "analista" | "admin";

export interface RespuestaToken {
  access_token: string;
  token_type: string;
  expires_in: number;
  rol: Rol;
  usuario: string;
}
