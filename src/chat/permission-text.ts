// What extra permissions would allow (`item/permissions/requestApproval`, 0.169.0), one per line.
import { cutText } from "../kit/text.ts";

type Params = Record<string, unknown>;

const shownChars = 1_000;

export function formatPermissions(permissions: unknown): string[] {
  const { network, fileSystem, ...others } = record(permissions);
  const lines = [
    ...(record(network).enabled === true ? ["- use of the network"] : []),
    ...formatFiles(record(fileSystem)),
    // What this version does not know is shown as it came: nothing is granted unseen.
    ...Object.entries(others).map(([name, value]) => `- ${name}: ${show(value)}`),
  ];
  return lines.length === 0 ? [`- ${show(permissions)}`] : lines;
}

function formatFiles({ entries, read, write }: Params): string[] {
  return [
    ...list(entries).map((entry) => `- ${show(record(entry).access)} ${formatPath(record(entry).path)}`),
    ...list(read).map((path) => `- read ${show(path)}`),
    ...list(write).map((path) => `- write ${show(path)}`),
  ];
}

function formatPath(path: unknown): string {
  const { path: plain, pattern, value } = record(path);
  return show(plain ?? pattern ?? value ?? path);
}

function show(value: unknown): string {
  return cutText(typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing"), shownChars);
}

function record(value: unknown): Params {
  return typeof value === "object" && value !== null ? (value as Params) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
