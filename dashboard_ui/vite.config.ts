/// <reference types="vitest/config" />
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";

import react from "@vitejs/plugin-react";
import subsetFont from "subset-font";
import { defineConfig, type Plugin } from "vite";

import { words } from "./vite.words";

/** Latin with its extensions, punctuation, currencies, arrows; what else a name has is in the system's font. */
const LETTERS: [number, number][] = [
  [0x20, 0x7e],
  [0xa0, 0x17f],
  [0x218, 0x21b],
  [0x2010, 0x203a],
  [0x20a0, 0x20bf],
  [0x2190, 0x2193],
  [0x2212, 0x2212],
];
/** Kerning, ligatures, accents, and figures of one width. */
const FEATURES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "tnum"];

/** Macaw's font has more letters and weights than the panel writes. */
function onlyUsedLetters(): Plugin {
  const text = LETTERS.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at)),
  ).join("");
  return {
    name: "only-used-letters",
    async generateBundle(_, bundle) {
      for (const file of Object.values(bundle))
        if (file.type === "asset" && file.fileName.endsWith(".woff2"))
          file.source = await subsetFont(Buffer.from(file.source), text, {
            targetFormat: "woff2",
            variationAxes: { wght: { min: 400, max: 600 } },
            keepFeatures: FEATURES,
          });
    },
  };
}

/** The app sends these beside the files: compressed once, as well as can be. */
function compressed(): Plugin {
  let folder = "";
  return {
    name: "compressed",
    configResolved({ root, build }) {
      folder = path.resolve(root, build.outDir, build.assetsDir);
    },
    async closeBundle() {
      for (const name of await readdir(folder).catch(() => [])) {
        if (!/\.(js|css)$/.test(name)) continue;
        const file = path.join(folder, name);
        await writeFile(`${file}.br`, await promisify(brotliCompress)(await readFile(file)));
      }
    },
  };
}

export default defineConfig({
  plugins: [words(), onlyUsedLetters(), react(), compressed()],
  resolve: {
    // The texts are parsed by the build: the parser is not shipped.
    alias: process.env.VITEST
      ? {}
      : { "@formatjs/icu-messageformat-parser": "@formatjs/icu-messageformat-parser/no-parser.js" },
  },
  build: {
    // The content security policy allows no data: fonts and no inline script, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 750,
    rollupOptions: { output: { experimentalMinChunkSize: 10_000 } },
  },
  // The shopper's page has a configuration of its own, vite.shopper.config.ts.
  test: {
    environment: "node",
    setupFiles: ["src/panel/testing/words.ts"],
    exclude: ["src/shopper/**"],
    include: ["src/**/*.test.ts", "src/**/*.test.tsx"],
  },
});
