// What it costs to have us there: import of the plugin entry, and memory of idle bindings.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { formatMs, percentile } from "./statistics.ts";

const root = join(import.meta.dirname, "..");
const imports = 15;

export function benchFootprint(): string[] {
  const script = `const t = performance.now(); await import(${JSON.stringify(join(root, "dist/index.js"))}); console.log(performance.now() - t);`;
  const times = Array.from({ length: imports }, () => Number(run(["--input-type=module", "-e", script])));
  const idle = JSON.parse(run(["--expose-gc", join(import.meta.dirname, "idle-bindings.ts")])) as {
    addedBytes: number;
  };
  return [
    "| what it costs to have us there | measured |",
    "| --- | --- |",
    `| import of the plugin entry, median of ${imports} | ${formatMs(percentile(times, 0.5))} |`,
    `| memory (RSS) added by 1,000 idle bindings | ${(idle.addedBytes / 1024 / 1024).toFixed(1)} MB |`,
  ];
}

function run(args: string[]): string {
  return execFileSync(process.execPath, args, { encoding: "utf8", cwd: root });
}
