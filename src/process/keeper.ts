// A tiny watcher beside a detached server: when no process of ours owns the server any more, it asks the server to stop.
import { rename, writeFile } from "node:fs/promises";
import { isBridgeError } from "../errors.ts";
import { startDetached } from "./detached.ts";
import type { ProcessIdentity } from "./identity.ts";

/** What an idle check ends with while a turn runs (EX_TEMPFAIL: try again later). */
export const busyExitCode = 75;

/**
 * Arguments: 1 pid and 2 start of the server, 3 owner file, 4 socket or "", 5 seconds between looks, 6 looks without an
 * owner before it acts, 7… the idle check. `born` builds the text of identity.ts, so that a pid used again is nobody we know.
 * On SIGTERM a codex socket server (0.169) lets its running turns end first and then removes its socket; on a second one
 * it ends at once.
 */
const script = `
server=$1 server_start=$2 owner_file=$3 socket=$4 seconds=$5 patience=$6
shift 6
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)

# prints when the process started; nothing when it is gone or a zombie
born() {
  if [ -n "$boot" ]; then
    line=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
    set -- \${line##*) }
    case $1 in Z | X) return 0 ;; esac
    shift 19
    echo "$boot:$1"
  else
    set -- $(LC_ALL=C TZ=UTC ps -o stat= -o lstart= -p "$1" 2>/dev/null)
    case \${1-} in '' | Z*) return 0 ;; esac
    shift
    echo "$*"
  fi
}

server_runs() { [ "$(born "$server")" = "$server_start" ]; }

# an owner file holds one line: pid, blank, start; several owners have a file each, the pid after the name
owner_runs() {
  for file in "$owner_file" "$owner_file".*; do
    owner='' owner_start=''
    { read -r owner owner_start < "$file"; } 2>/dev/null
    case $owner in '' | *[!0-9]*) continue ;; esac
    if [ "$(born "$owner")" = "$owner_start" ]; then return 0; fi
  done
  return 1
}

# a draining server takes no answers any more: while a turn runs, and perhaps asks something, it is left alone
is_busy() {
  [ "$#" -gt 0 ] || return 1
  "$@" >/dev/null 2>&1
  [ "$?" -eq ${busyExitCode} ]
}

missed=0
while server_runs; do
  if owner_runs; then missed=0; else missed=$((missed + 1)); fi
  if [ "$missed" -ge "$patience" ] && is_busy "$@"; then missed=0; fi
  if [ "$missed" -ge "$patience" ]; then
    kill -TERM "$server"
    looks=0
    while server_runs; do
      sleep "$seconds"
      looks=$((looks + 1))
      # what kept it is a turn that nobody can follow any more: a second TERM cuts it off
      if [ "$looks" -eq "$patience" ]; then kill -TERM "$server"; fi
    done
    break
  fi
  sleep "$seconds"
done

# an owner that came back may already have a new server on the same path
if [ -n "$socket" ] && ! owner_runs; then
  # codex puts a link here and the socket itself into /tmp/codex-daemon-<uid> (0.169)
  real=$(readlink "$socket") || real=$socket
  if [ -S "$real" ]; then rm -f "$real"; fi
  if [ -L "$socket" ]; then rm -f "$socket"; fi
  rmdir "\${socket%/*}" 2>/dev/null
  # what codex/private-server.ts keeps of this server; of another one that somebody has begun it is left alone
  folder=\${owner_file%/*}
  if grep -qF ":$server_start:$server\\"" "$folder/server.json" 2>/dev/null && ! owner_runs; then
    rm -f "$folder/server.json" "$folder/app-server.log" "$folder/app-server.log.1" "$owner_file".* "$folder/owner.json" "$folder/lock.sqlite"
    rmdir "$folder" && rmdir "\${folder%/*}" && rmdir "\${folder%/*/*}"
  fi 2>/dev/null
fi
`;

/**
 * Starts the watcher, which outlives us and ends with the server. After a minute without a living owner it sends TERM;
 * afterwards, and when the server died alone, it removes a socket left behind. Undefined when the server has ended and the
 * watcher with it. Throws as `startDetached` does, but for `server-exited`.
 */
export async function startKeeper(options: {
  server: ProcessIdentity;
  ownerFile: string;
  socketPath?: string;
  secondsBetweenLooks?: number;
  looksWithoutOwner?: number;
  /** Asked before TERM; while it ends with `busyExitCode` the server stays. Without it nothing is asked. */
  idleCheck?: readonly string[];
  /** As for `startDetached`. */
  scope?: Parameters<typeof startDetached>[0]["scope"];
}): Promise<ProcessIdentity | undefined> {
  const {
    server,
    ownerFile,
    socketPath = "",
    secondsBetweenLooks = 5,
    looksWithoutOwner = 12,
    idleCheck = [],
  } = options;
  const watched = [String(server.pid), server.startedAt, ownerFile, socketPath];
  const keeper = startDetached({
    command: "/bin/sh",
    args: [
      "-c",
      script,
      "codex-threads-keeper",
      ...watched,
      String(secondsBetweenLooks),
      String(looksWithoutOwner),
      ...idleCheck,
    ],
    env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
    cwd: "/",
    scope: options.scope,
  });
  return keeper.catch((error: unknown) => {
    if (isBridgeError(error, "server-exited")) return undefined;
    throw error;
  });
}

/** Says who owns the server now; whoever adopts it writes a file too. Replaces the file in one step. */
export async function writeOwnerFile(path: string, owner: ProcessIdentity): Promise<void> {
  const fresh = `${path}.${owner.pid}`;
  await writeFile(fresh, `${owner.pid} ${owner.startedAt}\n`, { mode: 0o600 });
  await rename(fresh, path);
}
