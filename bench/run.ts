// `npm run bench`: everything measured in one run, printed, and written to docs/benchmarks.md. Never a test.
import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { holdProcess } from "../src/kit/clock.ts";
import { benchFootprint } from "./footprint.ts";
import { benchGateway } from "./gateway.ts";
import { benchListing } from "./listing.ts";
import { startModelProcess } from "./model-process.ts";
import { benchNodeTurns } from "./node-turns.ts";
import { benchResume } from "./resume.ts";
import { benchTurns } from "./turns.ts";

const release = holdProcess();
const model = await startModelProcess();
const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() || "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.versions.node}, codex 0.169.0, a scripted model that answers at once`;
const sections = [
  await benchTurns(model),
  await benchNodeTurns(model),
  await benchResume(model),
  await benchListing(model),
  benchFootprint(),
  await benchGateway(),
];
const page = [
  "# Benchmarks",
  "",
  "One run of `npm run bench`. The numbers change with the machine; the ratios of one run hold.",
  "",
  `Machine: ${machine}.`,
  ...sections.flatMap((rows) => ["", ...rows]),
  "",
].join("\n");
writeFileSync(join(import.meta.dirname, "../docs/benchmarks.md"), page);
process.stdout.write(page);
await model.close();
release();
