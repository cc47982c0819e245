import { defineConfig } from "oxlint";
import { lintOverrides } from "./test/tools/layers.ts";
import manifest from "./package.json" with { type: "json" };

const config = defineConfig({
  plugins: ["typescript", "unicorn", "oxc", "import", "react"],
  categories: { correctness: "error", suspicious: "error" },
  env: { es2024: true },
  ignorePatterns: ["dist", "release", "node_modules"],
  rules: {
    "typescript/no-explicit-any": "error",
    "typescript/no-non-null-assertion": "error",
    "typescript/consistent-type-definitions": ["error", "type"],
    "typescript/consistent-type-imports": "error",
    "typescript/ban-ts-comment": "error",
    "no-console": "error",
    "no-var": "error",
    "prefer-const": "error",
    eqeqeq: "error",
    "import/no-default-export": "error",
    "import/no-cycle": "error",
    // The JSX transform brings React in by itself
    "react/react-in-jsx-scope": "off",
    // Styles and fonts are imported for their effect
    "import/no-unassigned-import": "off",
    // Small helpers beside their only user read better than far away
    "unicorn/consistent-function-scoping": "off",
    // What a closure counts up is read by the reader of the closure; renaming it helps nobody
    "no-shadow": "off",
    // Libraries whose default export also carries its members (fast-check, pdfkit) are used as their manuals show
    "import/no-named-as-default": "off",
    "import/no-named-as-default-member": "off",
    // A copy is what makes deleting while walking safe
    "unicorn/no-useless-spread": "off",
    // Knows only windows, not worker threads
    "unicorn/require-post-message-target-origin": "off",
    // Scanners and printers speak in control characters
    "no-control-regex": "off",
    "no-underscore-dangle": "off",
    // Loops that wait on a flag which a closure turns
    "no-unmodified-loop-condition": "off",
    // Rows that are only read may share one array
    "unicorn/no-array-fill-with-reference-type": "off",
    // A table of patterns reads better when each entry is a pattern
    "unicorn/prefer-string-starts-ends-with": "off",
    "react/set-state-in-effect": "off",
    "react/exhaustive-effect-dependencies": "off",
  },
  overrides: [
    ...lintOverrides(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })),
    {
      // Declaration merging with the DOM's own types needs interface
      files: ["renderer/bridge.ts", "test/{e2e,bench}/*.ts", "**/*.d.ts"],
      rules: { "typescript/consistent-type-definitions": "off" },
    },
    {
      // Tools print; their configuration files must have a default export
      files: ["test/tools/**", "test/bench/**", "electron/launch/*.mjs", "*.config.{ts,mjs}"],
      rules: { "no-console": "off", "import/no-default-export": "off" },
    },
  ],
});

export default config;
