// A copy of the packed package whose code a test changes: a fault is put where no setting and no signal from outside
// reaches.
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export class AlteredPlugin {
  /** For files of the test; removed with the copy. */
  readonly base: string;
  /** Root of the copy, for `plugins.load.paths`. */
  readonly folder: string;

  /** `folder`: root of the installed package; what it depends on lies beside it and is copied too. */
  constructor(folder: string) {
    this.base = realpathSync(mkdtempSync(join(tmpdir(), "cto-altered-")));
    cpSync(dirname(folder), join(this.base, "node_modules"), { recursive: true });
    this.folder = join(this.base, "node_modules/openclaw-codex-threads");
  }

  /** Everywhere in its code. Returns what undoes it. Throws when nothing holds `from`. */
  replace(from: string, to: string): () => void {
    const code = join(this.folder, "dist");
    const files = readdirSync(code).map((name) => join(code, name));
    const changed = files.filter((file) => file.endsWith(".js") && readFileSync(file, "utf8").includes(from));
    if (changed.length === 0) throw new Error(`nothing holds ${from}`);
    const before = changed.map((file) => [file, readFileSync(file, "utf8")] as const);
    for (const [file, text] of before) writeFileSync(file, text.replaceAll(from, to));
    return () => {
      for (const [file, text] of before) writeFileSync(file, text);
    };
  }

  remove(): void {
    rmSync(this.base, { recursive: true, force: true });
  }
}
