import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/schema.ts"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    files: ["src/**/*.{ts,tsx}", "vite.config.ts", "vite.shopper.config.ts", "vite.words.ts"],
    languageOptions: { parserOptions: { projectService: true } },
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    ...jsxA11y.flatConfigs.strict,
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // The iframe is sandboxed without allow-modals: these would do nothing at all.
      "no-alert": "error",
      "no-restricted-globals": [
        "error",
        { name: "fetch", message: "Only the folders api talk to the network." },
        { name: "localStorage", message: "Third-party storage may be blocked in the iframe." },
        { name: "sessionStorage", message: "Third-party storage may be blocked in the iframe." },
      ],
      "no-restricted-imports": [
        "error",
        {
          name: "@saleor/macaw-ui",
          message: "Its runtime doubles a widget: use parts/Button, parts/Text.",
        },
      ],
      "max-lines": ["error", { max: 120, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["src/panel/api/**/*.ts", "src/shopper/api/**/*.ts"],
    rules: { "no-restricted-globals": ["error", "localStorage", "sessionStorage"] },
  },
  // The shopper's page: a tab of its own, or a storefront's frame; what it keeps may be refused.
  {
    files: ["src/shopper/kept.ts"],
    rules: { "no-restricted-globals": ["error", "fetch", "localStorage"] },
  },
  {
    files: ["**/*.test.ts", "**/*.test.tsx"],
    rules: { "max-lines": "off", "no-restricted-imports": "off" },
  },
  { files: ["eslint.config.js"], ...tseslint.configs.disableTypeChecked },
);
