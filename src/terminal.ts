#!/usr/bin/env node
// The bin entry. It only looks at the Node it runs on, in words that old ones understand; the rest is loaded afterwards.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 24 || (major === 24 && minor < 16)) {
  process.stderr.write(
    `codex-threads needs Node 24.16 or newer, this is ${process.versions.node}: install a newer Node and run it again.\n`,
  );
  process.exitCode = 1;
} else {
  const { runCli } = await import("./hosts/terminal/cli.ts");
  process.exitCode = await runCli(process.argv.slice(2));
}
