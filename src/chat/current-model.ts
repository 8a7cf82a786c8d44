// The model of the next turn, and what Codex's list says about it.
import type { Threads } from "../codex/threads.ts";
import type { Binding } from "../store/rows.ts";

export type Model = Awaited<ReturnType<Threads["listModels"]>>[number];

/** As asked for, else as it is in force; undefined: Codex decides. */
export function findModelName(binding: Binding | undefined): string | undefined {
  return binding?.requested.model ?? binding?.inForce.model;
}

export function findModel(models: readonly Model[], name: string | undefined): Model | undefined {
  if (name === undefined) return models.find((model) => model.isDefault);
  return models.find(({ model }) => model.toLowerCase() === name.toLowerCase());
}

/** Empty: not known. */
export function listEfforts(model: Model | undefined): string[] {
  return (model?.supportedReasoningEfforts ?? []).map(({ reasoningEffort }) => reasoningEffort);
}
