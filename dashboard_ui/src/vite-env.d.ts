/// <reference types="vite/client" />

declare module "@saleor/macaw-ui/style";
