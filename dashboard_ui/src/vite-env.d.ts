/// <reference types="vite/client" />

declare module "@saleor/macaw-ui/style";

declare module "subset-font" {
  export default function subset(
    font: Uint8Array,
    text: string,
    options: { targetFormat: "woff2" },
  ): Promise<Uint8Array>;
}
