import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { buildGeneratedFiles } from "../../../scripts/generate.ts";
import { buildManifest, buildPluginManifest } from "../../../src/config/manifest.ts";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const facts = JSON.parse(read("package.json"));

test("manifests and generated documents are what the code says (if not: npm run generate) [SHOW-5a]", async () => {
  for (const [path, text] of Object.entries(await buildGeneratedFiles())) expect(read(path), path).toBe(text);
});

test("OpenClaw finds what it needs: id, version, loading at start, and a label for every setting", () => {
  const { version, ...manifest } = buildPluginManifest({ ...facts, version: "9.8.7" });
  expect(version).toBe("9.8.7");
  expect(manifest).toMatchObject({
    id: "codex-threads",
    activation: { onStartup: true },
    categories: ["developer-tools"],
    configSchema: { type: "object", additionalProperties: false },
  });
  const { configSchema, uiHints } = manifest as { configSchema: { properties: object }; uiHints: object };
  expect(Object.keys(uiHints)).toEqual(Object.keys(configSchema.properties));
});

test("the schema in the manifest accepts empty settings and refuses what the program refuses", () => {
  const { configSchema } = buildManifest(facts) as { configSchema: object };
  const accepts = new Ajv().compile(configSchema);
  expect(accepts({})).toBe(true);
  expect(accepts({ codexHome: "/h", passEnv: ["A"], maxQueued: 3 })).toBe(true);
  for (const wrong of [
    { unknown: 1 },
    { sandbox: "workspaceWrite" },
    { maxQueued: 0 },
    { passEnv: ["A=1"] },
  ]) {
    expect(accepts(wrong)).toBe(false);
  }
});
