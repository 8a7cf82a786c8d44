// `/cx doctor`: what was checked, one line each.
import { line, own, says } from "../../kit/blocks.ts";
import type { CommandCall } from "../command-call.ts";
import type { Check } from "../doctor.ts";
import type { Reply } from "../reply.ts";

export async function runDoctor({ services, signal }: CommandCall): Promise<Reply> {
  const checks = await services.doctor(signal);
  const count = (state: Check["state"]) => checks.filter((check) => check.state === state).length;
  const [fails, warns] = [count("fail"), count("warn")];
  const end = fails + warns === 0 ? own("All is well.") : line`${fails} failed, ${warns} to look at.`;
  const rows = checks.map(({ state, name, says: found }) => line`[${own(state)}] ${own(name)}: ${found}`);
  return { blocks: says(...rows, end), inGroup: [] };
}
