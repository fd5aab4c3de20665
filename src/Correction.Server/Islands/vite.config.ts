import { defineConfig } from "vitest/config";
import { basemap } from "./basemap/plugin";
import { words } from "./words/plugin";

// Entry names are stable, because the pages name them; everything they load carries a content hash, so that a
// proxy may keep it for ever. `islands.js` itself must be revalidated (the static file middleware sends an ETag).
export default defineConfig({
  base: "/islands/",
  publicDir: false,
  plugins: [basemap(), words()],
  build: {
    outDir: "../wwwroot/islands",
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false,
    sourcemap: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1600,
    // An inline polyfill or preload script would need 'unsafe-inline' in the content security policy.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: "main.ts",
      output: {
        entryFileNames: "islands.js",
        chunkFileNames: "chunks/[name]-[hash].js",
        assetFileNames: (asset) => {
          const name = asset.names[0] ?? "asset";
          if (name.endsWith(".css")) return "islands.css";
          // A module worker must be served as JavaScript, and not every server knows the ending .mjs.
          return name.endsWith(".mjs") ? "chunks/[name]-[hash].js" : "assets/[name]-[hash][extname]";
        },
      },
    },
  },
  test: { environment: "happy-dom", include: ["**/*.test.ts"] },
});
