// `/cx model`: shows the models, or takes another one for the next turns.
import { buildNameButtons } from "../button-rows.ts";
import { type CommandCall, getBinding } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import { findModel, findModelName, listEfforts, type Model } from "../current-model.ts";
import type { Reply } from "../reply.ts";

export async function runModel(call: CommandCall): Promise<string | Reply> {
  const { services, line, signal } = call;
  const [name, ...rest] = line.words;
  if (rest.length > 0) throw buildBad(line.command, "one name, please");
  const binding = name === undefined ? call.binding : getBinding(call);
  const place = binding ? services.places.get(binding.place) : services.places.local;
  const models: Model[] = place.exec
    ? Object.keys(place.exec.policy.models).map((model) => ({ model }))
    : await place.threads.listModels(signal);
  if (name === undefined || !binding) {
    const current = findModelName(binding);
    const others = models.map(({ model }) => model).filter((model) => model !== current);
    const buttons = binding ? buildNameButtons("model", others) : [];
    return { text: formatModels(models, current), buttons, isForAsker: true };
  }
  const listed = findModel(models, name);
  const model = listed?.model ?? name;
  services.binder.setSettings(binding, { model });
  return [
    `Model ${model} from the next turn on.`,
    ...(listed ? [] : ["Codex does not list it; if it cannot use it, the turn fails and says so."]),
    ...formatEffortNote(listed, binding.requested.effort ?? binding.inForce.effort),
  ].join("\n");
}

function formatModels(models: readonly Model[], current: string | undefined): string {
  const rows = models.map(({ model, isDefault }) => {
    const notes = [model === current ? "current" : "", isDefault ? "Codex's default" : ""].filter(
      (note) => note !== "",
    );
    return `- ${model}${notes.length > 0 ? ` (${notes.join(", ")})` : ""}`;
  });
  const unlisted =
    current !== undefined && !findModel(models, current) ? [`- ${current} (current, not listed)`] : [];
  return [...rows, ...unlisted, "`/cx model <name>` takes another one from the next turn on."].join("\n");
}

function formatEffortNote(model: Model | undefined, effort: string | undefined): string[] {
  const efforts = listEfforts(model);
  if (effort === undefined || efforts.length === 0 || efforts.includes(effort)) return [];
  return [`It does not list the effort ${effort}, only ${efforts.join(", ")}: \`/cx effort <level>\`.`];
}
