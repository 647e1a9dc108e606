/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const USED_FONT = /font-style:normal;font-weight:(400|500|600);font-family:Geist$/;

/** Macaw declares some fifty font files, 5 MB of them; the panel writes in one family and three weights. */
function onlyUsedFonts(): Plugin {
  return {
    name: "only-used-fonts",
    enforce: "pre",
    transform(code, id) {
      if (!id.includes("macaw-ui/dist/style.css")) return null;
      const kept = code.replace(/@font-face\{([^}]*)\}/g, (face: string, body: string) =>
        USED_FONT.test(body) ? face : "",
      );
      return { code: kept, map: null };
    },
  };
}

export default defineConfig({
  plugins: [onlyUsedFonts(), react()],
  build: {
    // The content security policy allows no data: fonts and no inline script, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 750,
  },
  test: { environment: "node", include: ["src/**/*.test.ts", "src/**/*.test.tsx"] },
});
