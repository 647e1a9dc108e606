/// <reference types="vitest/config" />
// The shopper's page: three entries that share one script, a stylesheet, and the texts of each language.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { defineConfig, type Plugin } from "vite";

import { compiledFile } from "./src/compiled";

const SOURCE = path.resolve(import.meta.dirname, "src/shopper");
const SHARED = ["words", "kept", "failed", "dom", "api", "parts/Button"];

/** The texts, and what the server fills in and sends: the pages' frames and the icon. */
function besideTheScripts(): Plugin {
  return {
    name: "beside-the-scripts",
    generateBundle() {
      const emit = (fileName: string, source: string) => {
        this.emitFile({ type: "asset", fileName, source });
      };
      for (const fileName of readdirSync(path.join(SOURCE, "words")))
        emit(fileName, JSON.stringify(compiledFile(read("words", fileName))));
      for (const fileName of readdirSync(SOURCE))
        if (/\.(html|svg)$/.test(fileName)) emit(fileName, read(fileName));
    },
  };
}

function read(...names: string[]): string {
  return readFileSync(path.join(SOURCE, ...names), "utf8");
}

export default defineConfig({
  plugins: [besideTheScripts()],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  resolve: {
    // The texts are parsed by the build: the parser is not shipped.
    alias: process.env.VITEST
      ? {}
      : { "@formatjs/icu-messageformat-parser": "@formatjs/icu-messageformat-parser/no-parser.js" },
  },
  build: {
    outDir: "dist/shopper",
    // The content security policy allows no data: addresses and no inline script.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: false,
    rollupOptions: {
      input: {
        page: path.join(SOURCE, "page.tsx"),
        thanks: path.join(SOURCE, "thanks.tsx"),
        return: path.join(SOURCE, "return.ts"),
      },
      output: {
        // Fixed names: the server's answers carry an ETag, and the templates name them.
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        assetFileNames: "page[extname]",
        manualChunks: (id) => (isShared(id) ? "shared" : undefined),
      },
    },
  },
  test: {
    environment: "jsdom",
    include: ["src/shopper/**/*.test.ts", "src/shopper/**/*.test.tsx"],
  },
});

function isShared(id: string): boolean {
  const name = path.relative(SOURCE, id);
  return id.includes("node_modules") || SHARED.some((one) => name.startsWith(one));
}
