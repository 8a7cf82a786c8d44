// The version of this package, as its package.json says it.
import { createRequire } from "node:module";

export function readVersion(): string {
  const found: unknown = createRequire(import.meta.url)("../package.json");
  return typeof found === "object" && found !== null && "version" in found
    ? String(found.version)
    : "unknown";
}
