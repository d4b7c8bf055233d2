import { Resumen } from "@/panels/Resumen";

export default function Pagina() {
  return <Resumen />;
}
