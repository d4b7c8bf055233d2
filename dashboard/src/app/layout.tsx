import type { Metadata, Viewport } from "next";
import localFont from "next/font/local";
import type { ReactNode } from "react";
import "./globals.css";

const letra = localFont({
  src: "../../node_modules/@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
  weight: "200 900",
  variable: "--font-source-sans",
  display: "swap",
});

export const metadata: Metadata = {
  title: { default: "Resumen · SIEA", template: "%s · SIEA" },
  description: "Sistema Integral de Inteligencia Energética: el sistema eléctrico colombiano, medido y pronosticado.",
  icons: { icon: "/icono.svg" },
  robots: { index: false },
};

export const viewport: Viewport = { width: "device-width", initialScale: 1 };

export default function Marco({ children }: { children: ReactNode }) {
  return (
    // The theme is set before React arrives, by tema.js.
    <html lang="es-CO" className={letra.variable} suppressHydrationWarning>
      <head>
        {/* Tells Plotly that its styles are in globals.css already: it then writes none into the page. */}
        <meta id="plotly.js-style-global" className="no-inline-styles" />
        {/* Blocking on purpose: the theme is known before the first paint. */}
        <script src="/tema.js" />
      </head>
      <body>{children}</body>
    </html>
  );
}
