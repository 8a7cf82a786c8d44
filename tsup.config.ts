import { readFileSync } from "node:fs";
import { defineConfig, type Options } from "tsup";

const shared: Options = { format: ["esm"], target: "node24", platform: "node", removeNodeProtocol: false };
const packages = { zod: "LICENSE", ws: "LICENSE", "p-queue": "license", nanoid: "LICENSE" };

export default defineConfig([
  {
    // The plugin entry is one file that needs no other: OpenClaw runs it from a copy that it may remove meanwhile, and
    // finding and reading a hundred files of packages took longer than running them.
    ...shared,
    entry: { index: "src/index.ts" },
    splitting: false,
    noExternal: Object.keys(packages),
    // ws asks for modules of Node as CommonJS does. `var`, for a loader that brings a `require` of its own.
    banner: {
      js: 'import { createRequire as buildRequire } from "node:module"; var require = buildRequire(import.meta.url);',
    },
    footer: { js: Object.entries(packages).map(formatLicence).join("\n") },
  },
  {
    // The bin in chunks: it looks at its Node before it loads what an older one cannot read.
    ...shared,
    entry: { "codex-threads": "src/terminal.ts" },
    splitting: true,
    clean: ["!index.js"],
  },
]);

function formatLicence([name, file]: [string, string]): string {
  return `/*! ${name}\n\n${readFileSync(`node_modules/${name}/${file}`, "utf8").trim()}\n*/`;
}
