import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["out/", ".next/", "next-env.d.ts"] },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
      reactHooks.configs.flat["recommended-latest"],
      jsxA11y.flatConfigs.strict,
    ],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Dates are plain strings here: parsing one as an instant shows the day before, west of Greenwich.
      "no-restricted-syntax": [
        "error",
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='parse']",
          message: "Use lib/fechas: a date-only string is a plain day, not an instant.",
        },
        {
          selector: "CallExpression[callee.property.name=/^toLocale(Date|Time)?String$/]",
          message: "Use lib/formato or lib/fechas: they always speak es-CO, in Bogotá time.",
        },
      ],
      "no-restricted-globals": ["error", { name: "fetch", message: "Use lib/api/cliente." }],
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["public/tema.js"],
    languageOptions: { sourceType: "script", globals: { document: "readonly", localStorage: "readonly", matchMedia: "readonly" } },
    rules: { "@typescript-eslint/no-unused-vars": "off", "no-unused-vars": ["error", { caughtErrors: "none" }] },
  },
  { files: ["src/lib/api/cliente.ts", "src/test/**"], rules: { "no-restricted-globals": "off" } },
);
