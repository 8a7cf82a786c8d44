// The schema of the store as numbered steps; a step that was released is never edited, the next one is added.
import { BridgeError } from "../errors.ts";
import type { Connection } from "./connection.ts";

/** Marks a SQLite file as ours ("cxth"), so that a file of another program is never taken for a store. */
export const applicationId = 0x63787468;

/** Step n brings `user_version` from n-1 to n. */
export const migrations: readonly string[] = [
  `
  PRAGMA application_id = ${applicationId};

  CREATE TABLE bindings (
    id TEXT PRIMARY KEY, conversation TEXT NOT NULL UNIQUE, place TEXT NOT NULL, threadId TEXT, cwd TEXT NOT NULL,
    requested TEXT NOT NULL, inForce TEXT NOT NULL, ceiling TEXT NOT NULL, owner TEXT NOT NULL, drivers TEXT NOT NULL,
    ownerChat TEXT, threadSeen INTEGER NOT NULL, hostRecord TEXT, createdAt INTEGER NOT NULL, updatedAt INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX bindingsByThread ON bindings (place, threadId);

  -- AUTOINCREMENT: ids are the order of acceptance, and one is never used again after its row was pruned.
  CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, conversation TEXT NOT NULL, hostMessageId TEXT NOT NULL,
    bindingId TEXT NOT NULL, actor TEXT NOT NULL, text TEXT, images TEXT NOT NULL, clientId TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL, turnId TEXT, attempts INTEGER NOT NULL, acceptedAt INTEGER NOT NULL, submittedAt INTEGER,
    settledAt INTEGER, UNIQUE (conversation, hostMessageId)
  ) STRICT;
  CREATE INDEX messagesOpen ON messages (bindingId, id) WHERE state NOT IN ('delivered', 'refused', 'dropped');

  CREATE TABLE turns (
    id TEXT PRIMARY KEY, place TEXT NOT NULL, threadId TEXT NOT NULL, conversation TEXT, origin TEXT NOT NULL,
    state TEXT NOT NULL, startedAt INTEGER NOT NULL, endedAt INTEGER
  ) STRICT;
  CREATE INDEX turnsRunning ON turns (startedAt) WHERE state = 'running';

  CREATE TABLE questions (
    token TEXT PRIMARY KEY, kind TEXT NOT NULL, conversation TEXT NOT NULL, asker TEXT NOT NULL, place TEXT NOT NULL,
    serverInstance TEXT NOT NULL, requestId TEXT NOT NULL, threadId TEXT, turnId TEXT, payload TEXT NOT NULL,
    state TEXT NOT NULL, answer TEXT, answeredBy TEXT, createdAt INTEGER NOT NULL, closedAt INTEGER
  ) STRICT;
  CREATE INDEX questionsOpen ON questions (conversation) WHERE state = 'open';
  CREATE INDEX questionsByRequest ON questions (serverInstance, requestId);

  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, conversation TEXT NOT NULL, kind TEXT NOT NULL,
    text TEXT NOT NULL, messageId INTEGER REFERENCES messages (id) ON DELETE SET NULL, state TEXT NOT NULL,
    attempts INTEGER NOT NULL, nextAttemptAt INTEGER NOT NULL, expiresAt INTEGER, hostId TEXT, replyTo TEXT,
    buttons TEXT, createdAt INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX outboxOpen ON outbox (conversation, id) WHERE state IN ('pending', 'sending');
  CREATE INDEX outboxByMessage ON outbox (messageId);

  CREATE TABLE addresses (conversation TEXT PRIMARY KEY, address TEXT NOT NULL) STRICT;

  CREATE TABLE pendingBindings (
    id TEXT PRIMARY KEY, conversation TEXT NOT NULL UNIQUE, draft TEXT NOT NULL, says TEXT NOT NULL,
    expiresAt INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE released (conversation TEXT PRIMARY KEY, hostRecord TEXT NOT NULL) STRICT;

  CREATE TABLE buttons (
    token TEXT PRIMARY KEY, conversation TEXT NOT NULL, line TEXT NOT NULL, actor TEXT, messageId INTEGER,
    usedAt INTEGER, createdAt INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE lists (
    conversation TEXT PRIMARY KEY, entries TEXT NOT NULL, rememberedAt INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- The thread that codex exec goes on with in a folder.
  CREATE TABLE execThreads (
    workspace TEXT NOT NULL, codexHome TEXT NOT NULL, threadId TEXT NOT NULL, rememberedAt INTEGER NOT NULL,
    PRIMARY KEY (workspace, codexHome)
  ) STRICT;
  `,
  `
  ALTER TABLE messages ADD COLUMN files TEXT NOT NULL DEFAULT '[]';
  `,
  `
  -- What is said is kept as blocks. A reply that is still on its way is the model's; all else is shown as it was written.
  ALTER TABLE outbox RENAME COLUMN text TO blocks;
  UPDATE outbox SET blocks = CASE
    WHEN state NOT IN ('pending', 'sending') THEN '[]'
    WHEN kind = 'final' THEN json_array(json_object('model', blocks))
    ELSE json_array(json_object('literal', blocks, 'as', 'text')) END;
  ALTER TABLE outbox ADD COLUMN typed TEXT;
  ALTER TABLE outbox ADD COLUMN isSilent INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE outbox ADD COLUMN isPlain INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE outbox ADD COLUMN maybeSeen INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE outbox ADD COLUMN edits TEXT;
  ALTER TABLE outbox ADD COLUMN question TEXT;
  UPDATE outbox SET question = substr(key, 10, instr(substr(key, 10), ' ') - 1)
    WHERE kind = 'question' AND key LIKE 'question % %';
  CREATE INDEX outboxByQuestion ON outbox (question) WHERE question IS NOT NULL;
  -- Order is a number: the newest part of the outbox when the question was closed.
  ALTER TABLE questions ADD COLUMN closedAfter INTEGER;
  ALTER TABLE questions ADD COLUMN reminders INTEGER NOT NULL DEFAULT 0;
  UPDATE pendingBindings SET says = json_array(json_object('literal', says, 'as', 'text'));
  `,
  `
  -- AUTOINCREMENT: ids are the order, and none comes again after its row was pruned.
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL, act TEXT NOT NULL,
    conversation TEXT, place TEXT, threadId TEXT, about TEXT, digest TEXT
  ) STRICT;
  -- One row, while the machine's operator has locked everything.
  CREATE TABLE lockdown (id INTEGER PRIMARY KEY CHECK (id = 1), by TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
  ALTER TABLE questions ADD COLUMN digest TEXT;
  CREATE INDEX questionsByTurn ON questions (turnId);
  -- What earlier versions kept of parts that are over, and of answers; an open question's prompt is edited later.
  UPDATE outbox SET blocks = '[]', typed = NULL, buttons = NULL WHERE state NOT IN ('pending', 'sending')
    AND (question IS NULL OR question NOT IN (SELECT token FROM questions WHERE state = 'open'));
  UPDATE questions SET answer = NULL WHERE state <> 'open'
    AND coalesce(turnId, '') NOT IN (SELECT id FROM turns WHERE state = 'running');
  `,
  `
  -- Drivers were ids alone; what they lack, they get at the first look.
  UPDATE bindings SET drivers = (
    SELECT json_group_array(json_object('id', value, 'seenAt', 0, 'dayAt', 0, 'turns', 0)) FROM json_each(drivers));
  CREATE TABLE hostOwners (one INTEGER PRIMARY KEY, ids TEXT NOT NULL) STRICT;
  -- Answers are forgotten with their turn; that one of them holds for the session is not.
  ALTER TABLE questions ADD COLUMN rule TEXT;
  `,
];

/**
 * Brings the schema up to date, all steps in one transaction.
 * @throws BridgeError `state-newer` {file, found, supported}; nothing is changed then
 */
export function migrate(connection: Connection, steps: readonly string[] = migrations): void {
  const found = checkVersion(connection, steps.length);
  if (found === steps.length) return;
  connection.transaction(() => {
    for (const step of steps.slice(found)) connection.exec(step);
    connection.exec(`PRAGMA user_version = ${steps.length}`);
  });
}

/** The version found. @throws BridgeError `state-newer` */
export function checkVersion(connection: Connection, supported: number = migrations.length): number {
  const found = connection.pragma("user_version");
  if (found <= supported) return found;
  throw new BridgeError(
    "state-newer",
    `${connection.file} has schema ${found}, this version knows ${supported}`,
    {
      file: connection.file,
      found,
      supported,
    },
  );
}
