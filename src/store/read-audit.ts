// Reads the audit of a state directory beside the process that owns it: SQLite's log lets a reader look while another
// process writes. Nothing is changed, nothing is waited for.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { BridgeError } from "../errors.ts";
import { type AuditEntry, queryAudit } from "./audit.ts";
import { Connection } from "./connection.ts";
import { applicationId, checkVersion } from "./migrations.ts";
import { needsWriter } from "./to-store-error.ts";

/** Empty where there is no state yet. Throws `state-damaged`, `state-newer`, `state-unusable`. */
export function readAudit(directory: string, since = 0): AuditEntry[] {
  const file = join(directory, "threads.sqlite");
  if (!existsSync(file)) return [];
  try {
    return read(file, since, true);
  } catch (thrown) {
    // What a crash left in the log can be read by a connection only that might write.
    if (needsWriter(thrown)) return read(file, since, false);
    throw thrown;
  }
}

function read(file: string, since: number, readOnly: boolean): AuditEntry[] {
  const connection = new Connection(file, { readOnly });
  try {
    // Made just now, or by a version that kept no audit.
    if (connection.pragma("schema_version") === 0) return [];
    if (connection.pragma("application_id") !== applicationId) {
      const details = { file, reason: "foreign" };
      throw new BridgeError("state-damaged", `${file} is a file of another program`, details);
    }
    checkVersion(connection);
    const isKept = connection.query("SELECT 1 FROM sqlite_schema WHERE name = 'audit'", () => true).find();
    return isKept ? queryAudit(connection).list({ since }) : [];
  } finally {
    connection.close();
  }
}
