// What a run may do: it may write in its folder, or less where the settings say so, and asks nobody unless told to.
import type { Settings } from "../config/settings.ts";
import type { TurnSettings } from "../store/rows.ts";

export function buildRunSettings(
  settings: Pick<Settings, "sandbox" | "approvalPolicy" | "model" | "effort">,
  { ask, model = settings.model }: { ask: boolean; model?: string },
): TurnSettings {
  const asks = settings.approvalPolicy === "untrusted" ? "untrusted" : "on-request";
  return {
    sandbox: settings.sandbox === "read-only" ? "read-only" : "workspace-write",
    approvalPolicy: ask ? asks : "never",
    ...(model === undefined ? {} : { model }),
    ...(settings.effort === undefined ? {} : { effort: settings.effort }),
  };
}
