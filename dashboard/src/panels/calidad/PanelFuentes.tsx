import { pedirSalud, RUTA_SALUD } from "@/lib/api/consultas";
import { useRecurso } from "@/lib/api/recursos";
import type { Dependencia } from "@/lib/api/tipos";
import { formatHora, formatInstante } from "@/lib/fechas/textos";
import { formatNumber } from "@/lib/formato/numeros";
import { Aviso, Esqueleto, Fallo, Insignia, type Tono } from "@/ui/Estado";
import { Panel } from "@/ui/Panel";

const NOMBRES: Record<string, string> = {
  xm: "XM, operador del mercado",
  postgresql: "Base de datos",
  redis: "Caché y límites",
  modelo_demanda: "Modelo de demanda",
};
/** The data source first: it is what people ask about. */
const ORDEN = ["xm", "modelo_demanda", "postgresql", "redis"];

const ESTADOS: Record<string, { tono: Tono; texto: string }> = {
  ok: { tono: "bien", texto: "en línea" },
  degradado: { tono: "vigila", texto: "con problemas" },
  caido: { tono: "alerta", texto: "sin respuesta" },
};

const stateOf = (estado: string) => ESTADOS[estado] ?? { tono: "neutro" as const, texto: estado };
const rank = (nombre: string) => (ORDEN.includes(nombre) ? ORDEN.indexOf(nombre) : ORDEN.length);

function Fuente({ nombre, dependencia }: { nombre: string; dependencia: Dependencia }) {
  const { estado, latencia_ms: latencia, detalle, ultimo_exito: exito } = dependencia;
  const { tono, texto } = stateOf(estado);
  return (
    <li className="grid grid-cols-[1fr_auto] gap-x-4 border-b border-linea py-2">
      <span>{NOMBRES[nombre] ?? nombre}</span>
      <Insignia tono={tono}>{texto}</Insignia>
      <span className="text-xs text-tenue">
        {[
          detalle,
          nombre === "xm" ? `último éxito: ${exito ? formatInstante(exito) : "ninguno todavía"}` : null,
        ]
          .filter(Boolean)
          .join(" · ")}
      </span>
      <span className="text-right text-xs text-tenue">
        {latencia != null && `${formatNumber(latencia, latencia < 10 ? 1 : 0)} ms`}
      </span>
    </li>
  );
}

/** The state of each thing this page depends on, the operator's service first. */
export function PanelFuentes() {
  const { datos, error, obtenidoEn, reintentar } = useRecurso(RUTA_SALUD, pedirSalud, { cada: 60_000 });
  return (
    <Panel
      titulo="Estado de las fuentes"
      pie={
        datos &&
        `Comprobado a las ${formatHora(obtenidoEn ?? 0)}, hora Colombia (UTC−5), y cada minuto · SIEA ${datos.version}`
      }
    >
      {datos ? (
        <>
          {error && (
            <Aviso>
              {error.problema.title}. Este es el estado de las {formatHora(obtenidoEn ?? 0)}.
            </Aviso>
          )}
          <ul>
            {Object.entries(datos.dependencias)
              .sort(([a], [b]) => rank(a) - rank(b))
              .map(([nombre, dependencia]) => (
                <Fuente key={nombre} nombre={nombre} dependencia={dependencia} />
              ))}
          </ul>
        </>
      ) : error ? (
        <Fallo error={error} reintentar={reintentar} />
      ) : (
        <Esqueleto className="h-48" />
      )}
    </Panel>
  );
}
