// `/cx effort`: shows the reasoning effort, or takes another one for the next turns.
import { line, own, says } from "../../kit/blocks.ts";
import { buildNameButtons } from "../button-rows.ts";
import { type CommandCall, getBinding } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import { findModel, findModelName, listEfforts } from "../current-model.ts";
import type { Answer } from "../reply.ts";

export async function runEffort(call: CommandCall): Promise<Answer> {
  const { services, signal } = call;
  const binding = getBinding(call);
  const [given, ...others] = call.line.words;
  if (others.length > 0) throw buildBad(call.line.command, "one level, please");
  const models = await services.places.get(binding.place).threads.listModels(signal);
  const name = findModelName(binding);
  const model = findModel(models, name);
  const efforts = listEfforts(model);
  const label = model?.model ?? name ?? "the model";
  if (given === undefined) {
    const current = binding.requested.effort ?? binding.inForce.effort;
    const listed =
      efforts.length > 0
        ? line`${label} lists ${efforts.join(", ")}.`
        : line`What ${label} takes is not known.`;
    const others = efforts.filter((effort) => effort !== current);
    return {
      blocks: says(
        line`Effort: ${current ?? own("what Codex decides")}. ${listed} ${own("`/cx effort <level>` takes another one.")}`,
      ),
      buttons: buildNameButtons("effort", others),
      isForAsker: true,
    };
  }
  const effort = given.toLowerCase();
  if (efforts.length > 0 && !efforts.includes(effort)) {
    throw buildBad(call.line.command, `${label} takes ${efforts.join(", ")}`);
  }
  services.binder.setSettings(binding, { effort });
  const note =
    efforts.length > 0
      ? undefined
      : line` Whether ${label} takes it is not known; if not, the turn fails and says so.`;
  return line`Effort ${effort} from the next turn on.${note}`;
}
