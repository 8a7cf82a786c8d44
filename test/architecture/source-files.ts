// Reads the files of the repository for the tests that judge them. What .gitignore names is not part of it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface SourceFile {
  /** From the top of the repository, with forward slashes. */
  path: string;
  text: string;
}

export const root = join(import.meta.dirname, "../..");
const ignored = new Set([".git", "node_modules", "dist", "coverage", ".cache"]);

export function readSources(folder = "", endings = [".ts"]): SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: false }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ignored.has(entry.name) ? [] : readSources(path, endings);
    const isWanted = entry.isFile() && endings.some((ending) => path.endsWith(ending));
    return isWanted ? [{ path, text: readFileSync(join(root, path), "utf8") }] : [];
  });
}

/** Lines of code as "path:line: text" in which the pattern is found; comments do not count. */
export function findLines(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) => {
      const isComment = /^\s*(\/\/|\/\*|\*)/.test(line);
      return !isComment && pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [];
    }),
  );
}
