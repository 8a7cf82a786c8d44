// `~` at the start of a path, as a shell reads it.
import { join } from "node:path";

/** `~` and `~/x` become absolute; `~other` and everything else stay as they are. */
export function expandHome(path: string, home: string): string {
  return path === "~" || path.startsWith("~/") ? join(home, path.slice(1)) : path;
}
