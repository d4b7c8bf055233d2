import { Dialogo } from "./Dialogo";
import { useAtajosActivos, type Atajo } from "./atajos";

export function Ayuda({ atajos, abierta, cerrar }: { atajos: Atajo[]; abierta: boolean; cerrar: () => void }) {
  const { activos, alternar } = useAtajosActivos();
  return (
    <Dialogo titulo="Atajos y señales" abierto={abierta} cerrar={cerrar}>
      <table className="tabla">
        <caption className="sr-only">Atajos de teclado</caption>
        <tbody>
          {atajos.map(({ rotulo, que }) => (
            <tr key={rotulo}>
              <th scope="row" className="w-24">
                <kbd className="font-sans font-semibold">{rotulo}</kbd>
              </th>
              <td>{que}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <label className="mt-3 flex items-center gap-2">
        <input type="checkbox" checked={activos} onChange={alternar} />
        Usar atajos de una tecla
      </label>
      <h3 className="mt-4 mb-1 font-semibold">Cómo se lee</h3>
      <ul className="list-disc pl-5 text-tenue">
        <li>Línea continua: días cerrados. Trama: días provisionales, que el operador todavía completa.</li>
        <li>Hueco: sin dato. Nunca se rellena ni cuenta como cero; en las tablas es «s/d».</li>
        <li>Línea a trazos: pronóstico, con bandas del 80 % y del 95 %.</li>
        <li>Arrastrar sobre una gráfica acerca; doble clic vuelve al rango anterior.</li>
        <li>La dirección de la página guarda lo que se ve: compártala.</li>
      </ul>
    </Dialogo>
  );
}
