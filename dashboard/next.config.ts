import type { NextConfig } from "next";

/** A static export: the API serves `out/` at the root of its own origin. */
const config: NextConfig = {
  output: "export",
  trailingSlash: true,
  reactStrictMode: true,
  poweredByHeader: false,
  images: { unoptimized: true },
};

export default config;
