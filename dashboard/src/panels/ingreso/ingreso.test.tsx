import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { UsuarioYClave } from "./UsuarioYClave";

const answers = (status: number, cuerpo: unknown) =>
  vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(new Response(JSON.stringify(cuerpo), { status }))));

async function fill() {
  const entrar = vi.fn();
  const claveTemporal = vi.fn();
  render(<UsuarioYClave viva entrar={entrar} claveTemporal={claveTemporal} />);
  await userEvent.type(screen.getByLabelText("Usuario"), " maria ");
  await userEvent.type(screen.getByLabelText("Clave"), "secreta");
  await userEvent.click(screen.getByRole("button", { name: "Ingresar" }));
  return { entrar, claveTemporal };
}

test("a one-time password leads to choosing one's own", async () => {
  answers(403, { type: "/problemas/clave-temporal", title: "Cambie su clave" });
  const { entrar, claveTemporal } = await fill();
  expect(claveTemporal).toHaveBeenCalledWith({ usuario: "maria", clave: "secreta" });
  expect(entrar).not.toHaveBeenCalled();
});

test("a wrong password is told in the words of the server", async () => {
  answers(401, { type: "/problemas/ingreso", title: "Usuario o clave incorrectos" });
  const { claveTemporal } = await fill();
  expect(await screen.findByText("Usuario o clave incorrectos")).toBeDefined();
  expect(claveTemporal).not.toHaveBeenCalled();
});

test("who is let in carries the token on", async () => {
  answers(200, { access_token: "t", token_type: "bearer", expires_in: 1800, rol: "viewer", usuario: "maria" });
  const { entrar } = await fill();
  expect(entrar).toHaveBeenCalledWith(expect.objectContaining({ access_token: "t" }));
});
