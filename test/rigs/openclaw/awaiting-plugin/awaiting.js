// What `npm run compare:claim` compares us with: the least plugin that answers a message of a bound chat with a turn of
// Codex, and awaits that turn in its claim.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { definePluginEntry } from "openclaw/plugin-sdk/plugin-entry";

async function runTurn(text) {
  const child = spawn("codex", ["exec", "--skip-git-repo-check", "-"], { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.end(text);
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  await once(child, "close");
  return Buffer.concat(chunks).toString("utf8").trim();
}

export default definePluginEntry({
  id: "awaiting",
  name: "Awaiting",
  description: "Awaits a turn in its claim.",
  register(api) {
    api.registerCommand({
      name: "awaiting",
      description: "Binds this conversation.",
      handler: async (context) => {
        const answer = await context.requestConversationBinding({ summary: "a turn for each message" });
        return answer.status === "pending" ? answer.reply : { text: answer.status };
      },
    });
    api.on("inbound_claim", async (event, { pluginBinding }) => {
      if (pluginBinding?.pluginId !== api.id) return undefined;
      return { handled: true, reply: { text: await runTurn(event.bodyForAgent ?? event.content) } };
    });
  },
});
