import Link from "next/link";
import { NOMBRE_ROL, type Sesion } from "@/lib/sesion";
import { Icono } from "./Icono";
import { toggleTema } from "./tema";

interface Props {
  sesion: Sesion | null;
  ayuda: () => void;
  salir: () => void;
}

export function Encabezado({ sesion, ayuda, salir }: Props) {
  return (
    <header className="border-b border-linea">
      <a href="#contenido" className="control control-fuerte sr-only focus:not-sr-only focus:absolute focus:z-30">
        Ir al contenido
      </a>
      <div className="mx-auto flex max-w-[96rem] items-center gap-x-4 px-4 py-1 sm:px-6">
        <Link href="/" className="flex items-baseline gap-2 py-1.5">
          <span className="text-lg font-semibold tracking-tight">SIEA</span>
          <span className="hidden text-tenue lg:inline">Sistema Integral de Inteligencia Energética</span>
        </Link>
        <nav aria-label="Páginas" className="ml-2">
          <Link href="/" aria-current="page" className="border-b-2 border-acento py-2 font-semibold">
            Resumen
          </Link>
        </nav>
        <div className="ml-auto flex items-center">
          {sesion && (
            <span className="mr-2 hidden text-tenue sm:inline">
              {sesion.usuario} · {NOMBRE_ROL[sesion.rol]}
            </span>
          )}
          <button type="button" className="control control-plano" aria-label="Atajos y señales" title="Atajos y señales (?)" onClick={ayuda}>
            <Icono nombre="duda" />
          </button>
          <button type="button" className="control control-plano" aria-label="Cambiar entre claro y oscuro" title="Claro u oscuro (o)" onClick={toggleTema}>
            <Icono nombre="tema" />
          </button>
          <button type="button" className="control control-plano" aria-label="Salir" title="Salir" onClick={salir} disabled={!sesion}>
            <Icono nombre="salir" />
            <span className="hidden sm:inline">Salir</span>
          </button>
        </div>
      </div>
    </header>
  );
}
