import type { ReactNode } from "react";
import { Icono, type NombreIcono } from "./Icono";
import { formatCount } from "@/lib/formato/numeros";
import type { ApiError } from "@/lib/api/problema";

export type Tono = "bien" | "vigila" | "alerta" | "neutro";

const COLOR: Record<Tono, string> = {
  bien: "text-bien",
  vigila: "text-vigila",
  alerta: "text-alerta",
  neutro: "text-tenue",
};
const ICONO: Record<Tono, NombreIcono> = { bien: "bien", vigila: "vigila", alerta: "alerta", neutro: "reloj" };

/** A state: icon, colour and word together, never one alone. */
export function Insignia({ tono, children }: { tono: Tono; children: ReactNode }) {
  return (
    <span className={`inline-flex items-baseline gap-1 whitespace-nowrap ${COLOR[tono]}`}>
      <Icono nombre={ICONO[tono]} className="self-center" />
      {children}
    </span>
  );
}

/** The amber line over figures that are older than they should be. */
export function Aviso({ children, tono = "vigila" }: { children: ReactNode; tono?: Tono }) {
  const fondo = tono === "vigila" ? "bg-vigila-suave" : "bg-hondo";
  return (
    <p className={`flex items-start gap-2 rounded px-2.5 py-1.5 ${fondo} ${COLOR[tono]}`}>
      <Icono nombre={ICONO[tono]} className="mt-0.5" />
      <span className="text-tinta">{children}</span>
    </p>
  );
}

/** Holds the place of what is on its way; still for the first 300 ms. */
export function Esqueleto({ className }: { className: string }) {
  return <div className={`esqueleto ${className}`} aria-hidden="true" />;
}

export function Vacio({ children, accion }: { children: ReactNode; accion?: ReactNode }) {
  return (
    <div className="flex flex-col items-start justify-center gap-3 py-6 text-tenue">
      <p className="max-w-prose">{children}</p>
      {accion}
    </div>
  );
}

/** What failed, in the API's own words, what can be done, and the code to quote. */
export function Fallo({ error, reintentar }: { error: ApiError; reintentar?: () => void }) {
  const { title, detail, errores, traceId, esperaS } = error.problema;
  return (
    <div role="alert" className="flex flex-col items-start justify-center gap-2 py-4">
      <p className="flex items-center gap-2 font-semibold text-alerta">
        <Icono nombre="alerta" />
        {title}
      </p>
      {detail && <p className="max-w-prose">{detail}</p>}
      {errores.length > 0 && (
        <ul className="list-inside list-disc">
          {errores.map(({ campo, motivo }) => (
            <li key={`${campo} ${motivo}`}>
              {campo && <strong className="font-semibold">{campo}: </strong>}
              {motivo}
            </li>
          ))}
        </ul>
      )}
      {esperaS !== null && <p>Puede intentar de nuevo en {formatCount(esperaS, "segundo", "segundos")}.</p>}
      {reintentar && (
        <button type="button" className="control" onClick={reintentar}>
          Reintentar
        </button>
      )}
      {traceId && (
        <p className="text-xs text-tenue">
          Código para soporte: <code className="select-all">{traceId}</code>
        </p>
      )}
    </div>
  );
}
