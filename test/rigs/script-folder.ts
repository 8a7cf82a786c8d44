// A throw-away folder with small programs and files in it.
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface ScriptFolder {
  path: string;
  write(name: string, text: string, mode?: number): string;
  remove(): void;
}

export function makeScriptFolder(): ScriptFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "cts-")));
  return {
    path,
    write(name, text, mode = 0o755) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      chmodSync(file, mode);
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
