// What extra permissions would allow (`item/permissions/requestApproval`, 0.169.0), one per line.
import { type Block, code, type Line, line, own, path } from "../../kit/blocks.ts";

type Params = Record<string, unknown>;

export function formatPermissions(permissions: unknown): Block[] {
  const { network, fileSystem, ...others } = record(permissions);
  const lines: Line[] = [
    ...(record(network).enabled === true ? [own("use of the network")] : []),
    ...formatFiles(record(fileSystem)),
    // What this version does not know is shown as it came: nothing is granted unseen.
    ...formatRest(record(network), ["enabled"], "network"),
    ...formatRest(record(fileSystem), ["entries", "read", "write"], "fileSystem"),
    ...formatRest(others, [], ""),
  ];
  return [{ list: lines.length === 0 ? [line`${code(show(permissions))}`] : lines }];
}

function formatFiles({ entries, read, write }: Params): Line[] {
  return [
    ...list(entries).map((entry) => formatEntry(record(entry))),
    ...list(read).map((each) => line`read ${path(show(each))}`),
    ...list(write).map((each) => line`write ${path(show(each))}`),
  ];
}

function formatEntry(entry: Params): Line {
  const { path: plain, pattern, value } = record(entry.path);
  return line`${code(show(entry.access))} ${path(show(plain ?? pattern ?? value ?? entry.path))}`;
}

function formatRest(given: Params, known: readonly string[], under: string): Line[] {
  return Object.entries(given)
    .filter(([name, value]) => !known.includes(name) && value !== null && value !== undefined)
    .map(([name, value]) => line`${code(under === "" ? name : `${under}.${name}`)}: ${code(show(value))}`);
}

function show(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
}

function record(value: unknown): Params {
  return typeof value === "object" && value !== null ? (value as Params) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
