import type { Metadata } from "next";
import { Ingreso } from "@/panels/ingreso/Ingreso";

export const metadata: Metadata = { title: "Ingreso" };

export default function Pagina() {
  return <Ingreso />;
}
