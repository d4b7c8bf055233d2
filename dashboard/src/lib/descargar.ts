/** Hands a file to the browser's downloads. */
export function download(nombre: string, contenido: Blob | string, tipo = "text/csv;charset=utf-8"): void {
  const blob = typeof contenido === "string" ? new Blob([contenido], { type: tipo }) : contenido;
  const url = URL.createObjectURL(blob);
  const enlace = document.createElement("a");
  enlace.href = url;
  enlace.download = nombre;
  enlace.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
