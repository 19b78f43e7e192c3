import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

/** While developing, pages come from Vite and everything else from a running server. */
const server = process.env["CONCLAVE_SERVER"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [svelte()],
  build: {
    outDir: "dist", emptyOutDir: true, target: "es2022", assetsInlineLimit: 0,
    // The reference of the API is a page of its own, open to everybody.
    rollupOptions: { input: ["index.html", "docs.html"] },
  },
  server: {
    // Tests compare words with the server's sources, which stand beside this folder.
    fs: { allow: [process.env["VITEST"] === undefined ? "." : ".."] },
    proxy: { "/api": server, "/healthz": server, "/readyz": server },
  },
});
