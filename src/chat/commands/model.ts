// `/cx model`: shows the models, or takes another one for the next turns.
import { type Block, type Line, line, own, says } from "../../kit/blocks.ts";
import { buildNameButtons } from "../button-rows.ts";
import { type CommandCall, getBinding } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import { findModel, findModelName, listEfforts, type Model } from "../current-model.ts";
import type { Answer } from "../reply.ts";

export async function runModel(call: CommandCall): Promise<Answer> {
  const { services, signal } = call;
  const [name, ...rest] = call.line.words;
  if (rest.length > 0) throw buildBad(call.line.command, "one name, please");
  const binding = name === undefined ? call.binding : getBinding(call);
  const place = binding ? services.places.get(binding.place) : services.places.local;
  const models: Model[] = place.exec
    ? Object.keys(place.exec.policy.models).map((model) => ({ model }))
    : await place.threads.listModels(signal);
  if (name === undefined || !binding) {
    const current = findModelName(binding);
    const others = models.map(({ model }) => model).filter((model) => model !== current);
    const buttons = binding ? buildNameButtons("model", others) : [];
    return { blocks: formatModels(models, current), buttons, isForAsker: true };
  }
  const listed = findModel(models, name);
  const model = listed?.model ?? name;
  services.binder.setSettings(binding, { model });
  return {
    blocks: says(
      line`Model ${model} from the next turn on.`,
      listed ? undefined : own("Codex does not list it; if it cannot use it, the turn fails and says so."),
      formatEffortNote(listed, binding.requested.effort ?? binding.inForce.effort),
    ),
  };
}

function formatModels(models: readonly Model[], current: string | undefined): Block[] {
  const rows = models.map(({ model, isDefault }) => {
    const notes = [model === current ? "current" : "", isDefault ? "Codex's default" : ""].filter(
      (note) => note !== "",
    );
    return line`${model}${notes.length > 0 ? own(` (${notes.join(", ")})`) : undefined}`;
  });
  const unlisted =
    current !== undefined && !findModel(models, current) ? [line`${current} (current, not listed)`] : [];
  const list = [...rows, ...unlisted];
  return [
    ...(list.length > 0 ? [{ list }] : []),
    ...says(own("`/cx model <name>` takes another one from the next turn on.")),
  ];
}

function formatEffortNote(model: Model | undefined, effort: string | undefined): Line | undefined {
  const efforts = listEfforts(model);
  if (effort === undefined || efforts.length === 0 || efforts.includes(effort)) return undefined;
  return line`It does not list the effort ${effort}, only ${efforts.join(", ")}: ${own("`/cx effort <level>`.")}`;
}
