import Link from "next/link";

export default function NoEncontrada() {
  return (
    <main className="mx-auto flex max-w-xl flex-col gap-3 px-4 py-16">
      <h1 className="text-xl font-semibold">Esta página no existe</h1>
      <p>La dirección está mal escrita o la página cambió de lugar.</p>
      <p>
        <Link href="/" className="enlace">
          Ir al resumen
        </Link>
      </p>
    </main>
  );
}
