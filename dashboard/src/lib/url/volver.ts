const BASE = "http://siea.invalid";
const LOGIN = /^\/ingreso\/?$/;

/** Where to go after logging in. Only a path of this very site: anything else is the start page. */
export function safeReturn(volver: string | null): string {
  if (!volver?.startsWith("/")) return "/";
  let destino: URL;
  try {
    destino = new URL(volver, BASE);
  } catch {
    return "/";
  }
  if (destino.origin !== BASE || destino.pathname.startsWith("//") || LOGIN.test(destino.pathname)) return "/";
  return `${destino.pathname}${destino.search}`;
}

/** The address of the login page that comes back here afterwards. */
export function loginAddress(pathname: string, search: string): string {
  const volver = safeReturn(`${pathname}${search}`);
  return volver === "/" ? "/ingreso/" : `/ingreso/?volver=${encodeURIComponent(volver)}`;
}
