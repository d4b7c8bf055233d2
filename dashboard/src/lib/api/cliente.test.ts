import { beforeEach, expect, test, vi } from "vitest";
import { useSesion } from "@/lib/sesion";
import { request } from "./cliente";
import { ApiError } from "./problema";

const answer = (status: number, cuerpo: unknown, cabeceras: Record<string, string> = {}) =>
  vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(new Response(JSON.stringify(cuerpo), { status, headers: cabeceras }))));

const failure = async (ruta: string): Promise<ApiError> => {
  try {
    await request(ruta);
  } catch (error) {
    if (error instanceof ApiError) return error;
  }
  throw new Error("no ApiError");
};

beforeEach(() => {
  useSesion.getState().open({ access_token: "t1", token_type: "bearer", expires_in: 60, rol: "viewer", usuario: "ana" });
});

test("a refused token ends the session of this call and says it expired", async () => {
  answer(401, { type: "/problemas/token", title: "Ingrese de nuevo", trace_id: "abc" });
  const error = await failure("/api/v1/demanda");
  expect(error.problema).toMatchObject({ title: "Ingrese de nuevo", traceId: "abc" });
  expect(useSesion.getState()).toMatchObject({ sesion: null, cierre: "vencida" });
});

test("the fields that are wrong and the seconds to wait reach the person", async () => {
  answer(429, { title: "Demasiadas peticiones", errores: [{ campo: "desde", motivo: "no es una fecha" }] }, { "Retry-After": "12" });
  const { problema } = await failure("/api/v1/demanda");
  expect(problema.errores).toEqual([{ campo: "desde", motivo: "no es una fecha" }]);
  expect(problema.esperaS).toBe(12);
  expect(useSesion.getState().sesion).not.toBeNull();
});

test("a body that is no problem document still becomes one in Spanish", async () => {
  vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(new Response("<html>", { status: 502 }))));
  expect((await failure("/api/v1/demanda")).problema.title).toContain("502");
  vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new TypeError("red"))));
  expect((await failure("/api/v1/demanda")).problema.title).toBe("No hay conexión con SIEA");
});

test("the token travels in its header and never in the address", async () => {
  const fetch = vi.fn((_: string, init: RequestInit) => Promise.resolve(Response.json({ ok: new Headers(init.headers).get("Authorization") })));
  vi.stubGlobal("fetch", fetch);
  expect(await request("/api/v1/variables")).toEqual({ ok: "Bearer t1" });
  expect(fetch.mock.calls[0]?.[0]).toBe("/api/v1/variables");
});
