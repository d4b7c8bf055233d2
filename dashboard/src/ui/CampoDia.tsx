import { useId, useRef, useState } from "react";
import { readDia, writeDia } from "@/lib/fechas/leer";
import type { Dia } from "@/lib/fechas/dias";
import { Icono } from "./Icono";

interface Props {
  rotulo: string;
  dia: Dia;
  desde: Dia;
  hasta: Dia;
  onDia: (dia: Dia) => void;
}

/**
 * A day, typed as in Colombia or picked from the browser's calendar. The browser's own field would write the day in
 * the browser's language: 08/27/2026 on a screen that says 27/08/2026 everywhere else.
 */
export function CampoDia({ rotulo, dia, desde, hasta, onDia }: Props) {
  const [texto, setTexto] = useState(writeDia(dia));
  const [mostrado, setMostrado] = useState(dia);
  if (mostrado !== dia) {
    // The range changed elsewhere.
    setMostrado(dia);
    setTexto(writeDia(dia));
  }
  const calendario = useRef<HTMLInputElement>(null);
  const id = useId();
  const mal = readDia(texto) === null;
  const commit = () => {
    const leido = readDia(texto);
    if (leido && leido !== dia) onDia(leido);
  };
  return (
    <div className="flex items-center gap-2">
      <label htmlFor={id} className="text-tenue">
        {rotulo}
      </label>
      <div className="relative flex">
        <input
          id={id}
          inputMode="numeric"
          autoComplete="off"
          placeholder="dd/mm/aaaa"
          className={`control w-[7.5rem] justify-start rounded-r-none ${mal ? "border-alerta" : ""}`}
          value={texto}
          aria-invalid={mal}
          aria-describedby={mal ? `${id}-mal` : undefined}
          onChange={({ target }) => setTexto(target.value)}
          onBlur={commit}
          onKeyDown={({ key }) => {
            if (key === "Enter") commit();
          }}
        />
        <button
          type="button"
          className="control -ml-px rounded-l-none"
          aria-label={`${rotulo}: abrir el calendario`}
          onClick={() => calendario.current?.showPicker()}
        >
          <Icono nombre="calendario" />
        </button>
        <input
          ref={calendario}
          type="date"
          tabIndex={-1}
          aria-hidden="true"
          className="pointer-events-none absolute inset-x-0 bottom-0 h-0 opacity-0"
          value={dia}
          min={desde}
          max={hasta}
          onChange={({ target }) => {
            if (target.value) onDia(target.value);
          }}
        />
      </div>
      {mal && (
        <p id={`${id}-mal`} role="alert" className="text-alerta">
          Escriba el día así: 31/12/2025.
        </p>
      )}
    </div>
  );
}
