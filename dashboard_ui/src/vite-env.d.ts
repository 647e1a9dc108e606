/// <reference types="vite/client" />

declare module "subset-font" {
  export default function subset(
    font: Uint8Array,
    text: string,
    options: {
      targetFormat: "woff2";
      variationAxes: Record<string, { min: number; max: number }>;
      keepFeatures: string[];
    },
  ): Promise<Uint8Array>;
}

declare module "virtual:words" {
  export type Texts = Record<
    string,
    string | import("@formatjs/icu-messageformat-parser").MessageFormatElement[]
  >;
  type Loaders = Record<string, () => Promise<{ default: Texts }>>;
  export const widgets: Loaders;
  export const pages: Loaders;
}
