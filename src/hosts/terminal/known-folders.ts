// Takes the paths of folders that a run knows out of a text, so that what is logged tells nobody where things are.

export interface KnownFolder {
  /** Absolute; shorter than two characters: ignored. */
  path: string;
  /** What stands in its place, e.g. `<codex-home>`. */
  name: string;
}

/** Parity SX-06. The longest path wins; a path that goes on (`/a/work` in `/a/work-2`) is another one. */
export function buildFolderHider(folders: readonly KnownFolder[]): (text: string) => string {
  const patterns = folders
    .filter(({ path }) => path.length > 1)
    .toSorted((a, b) => b.path.length - a.path.length)
    .map(({ path, name }) => ({ pattern: new RegExp(`${RegExp.escape(path)}(?![\\w-]|\\.\\w)`, "g"), name }));
  return (text) => patterns.reduce((left, { pattern, name }) => left.replace(pattern, () => name), text);
}
