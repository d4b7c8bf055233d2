/** Line icons of 16 px. They never stand alone: a word is beside them or in the control's name. */
const TRAZOS = {
  sube: "M8 13V3M4 7l4-4 4 4",
  baja: "M8 3v10M4 9l4 4 4-4",
  igual: "M3 6h10M3 10h10",
  bien: "M3 8.5l3.2 3.2L13 5",
  vigila: "M8 2.5l6 11H2zM8 6.5v3.5M8 12v.2",
  alerta: "M5.3 2h5.4L14 5.3v5.4L10.7 14H5.3L2 10.7V5.3zM8 5v4M8 11v.2",
  duda: "M6 6a2 2 0 1 1 2.8 1.8c-.6.3-.8.7-.8 1.4M8 11.4v.2M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z",
  tabla: "M2.5 3h11v10h-11zM2.5 6.5h11M2.5 10h11M6.5 3v10",
  grafica: "M2.5 2.5v11h11M5 10.5l2.5-3.5 2.5 2 3-5",
  bajar: "M8 2.5v7.5M4.5 7L8 10.5 11.5 7M3 13.5h10",
  imagen: "M2.5 3h11v10h-11zM2.5 11l3.5-3.5 2.5 2.5 1.5-1.5 3.5 3.5M10.5 6v.2",
  enlace: "M6.5 9.5l3-3M7 4.8l1.3-1.3a3 3 0 0 1 4.2 4.2L11.2 9M9 11.2l-1.3 1.3a3 3 0 0 1-4.2-4.2L4.8 7",
  origen: "M8 2c3 0 5 .9 5 2v8c0 1.1-2 2-5 2s-5-.9-5-2V4c0-1.1 2-2 5-2zM3 4c0 1.1 2 2 5 2s5-.9 5-2M3 8c0 1.1 2 2 5 2s5-.9 5-2",
  tema: "M8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6z",
  salir: "M6.5 13.5h-4v-11h4M6 8h8M11 5l3 3-3 3",
  calendario: "M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3",
  cerrar: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  reloj: "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM8 4.5V8l2.5 1.5",
} as const;

export type NombreIcono = keyof typeof TRAZOS;

export function Icono({ nombre, className = "" }: { nombre: NombreIcono; className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      height="16"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={TRAZOS[nombre]} />
    </svg>
  );
}
