import { defineConfig } from "tsup";

// Two entries, shared code in chunks: the plugin entry must not pull in what only the terminal needs.
export default defineConfig({
  entry: { index: "src/index.ts", "codex-threads": "src/terminal.ts" },
  format: ["esm"],
  target: "node24",
  platform: "node",
  splitting: true,
  clean: true,
  dts: false,
  removeNodeProtocol: false,
});
