// A tiny watcher beside a detached server: when no process of ours owns the server any more, it asks the server to stop.
import { rename, writeFile } from "node:fs/promises";
import { startDetached } from "./detached.ts";
import type { ProcessIdentity } from "./identity.ts";

/** What an idle check ends with while a turn runs (EX_TEMPFAIL: try again later). */
export const busyExitCode = 75;

/**
 * Arguments: 1 pid and 2 start of the server, 3 owner file, 4 socket or "", 5 seconds between looks, 6 looks without an
 * owner before it acts, 7… the idle check. `born` builds the text of identity.ts, so that a pid used again is nobody we know.
 * On SIGTERM a codex socket server (0.169) ends its running turns first and then removes its socket.
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

# the owner file holds one line: pid, blank, start
owner_runs() {
  owner='' owner_start=''
  { read -r owner owner_start < "$owner_file"; } 2>/dev/null
  case $owner in '' | *[!0-9]*) return 1 ;; esac
  [ "$(born "$owner")" = "$owner_start" ]
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
    while server_runs; do sleep "$seconds"; done
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
fi
`;

/**
 * Starts the watcher, which outlives us and ends with the server. After a minute without a living owner it sends TERM;
 * afterwards, and when the server died alone, it removes a socket left behind. Throws as `startDetached` does.
 */
export function startKeeper(options: {
  server: ProcessIdentity;
  ownerFile: string;
  socketPath?: string;
  secondsBetweenLooks?: number;
  looksWithoutOwner?: number;
  /** Asked before TERM; while it ends with `busyExitCode` the server stays. Without it nothing is asked. */
  idleCheck?: readonly string[];
}): Promise<ProcessIdentity> {
  const {
    server,
    ownerFile,
    socketPath = "",
    secondsBetweenLooks = 5,
    looksWithoutOwner = 12,
    idleCheck = [],
  } = options;
  const watched = [String(server.pid), server.startedAt, ownerFile, socketPath];
  return startDetached({
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
  });
}

/** Says who owns the server now; whoever adopts it writes it again. Replaces the file in one step. */
export async function writeOwnerFile(path: string, owner: ProcessIdentity): Promise<void> {
  const fresh = `${path}.${owner.pid}`;
  await writeFile(fresh, `${owner.pid} ${owner.startedAt}\n`, { mode: 0o600 });
  await rename(fresh, path);
}
