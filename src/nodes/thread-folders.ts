// The folders that the turns of one held thread were given, so that another folder in the place of one is noticed.
import { checkThreadFolder, type NodeRules, replaced } from "./node-rules.ts";

export class ThreadFolders {
  readonly #rules: NodeRules;
  /** The real path by the path as it is written. */
  readonly #known = new Map<string, string>();

  constructor(rules: NodeRules) {
    this.#rules = rules;
  }

  /**
   * The real path; to be called before each turn. The folder must be given now, and be the one that it was when it was
   * given first. Throws the errors of `checkNodeFolder`, `folder-replaced`.
   */
  async check(folder = ""): Promise<string> {
    const real = await checkThreadFolder(folder, this.#rules);
    if ((this.#known.get(folder) ?? real) !== real) throw replaced(folder);
    this.#known.set(folder, real);
    return real;
  }
}
