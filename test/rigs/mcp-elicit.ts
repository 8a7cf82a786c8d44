// A tiny MCP server over stdio for tests; run by Node as it is. Its tools ask the client: `ask_form` with a form,
// `ask_url` with a link, `ask_given` with the form it is given, `wipe` is destructive and needs approval, `look` is read-only.

interface Message {
  id?: number | string;
  method?: string;
  params?: { name?: string; protocolVersion?: string; arguments?: object };
  result?: unknown;
  error?: unknown;
}

const inputSchema = { type: "object", properties: {} };
const tools = [
  { name: "ask_form", description: "Asks with a form", inputSchema, annotations: { readOnlyHint: true } },
  { name: "ask_url", description: "Asks to open a link", inputSchema, annotations: { readOnlyHint: true } },
  {
    name: "ask_given",
    description: "Asks what it is given",
    inputSchema: { ...inputSchema, additionalProperties: true },
    annotations: { readOnlyHint: true },
  },
  {
    name: "wipe",
    description: "Wipes something",
    inputSchema: { type: "object", properties: { path: { type: "string" } } },
    annotations: { destructiveHint: true, readOnlyHint: false },
  },
  { name: "look", description: "Looks", inputSchema, annotations: { readOnlyHint: true } },
];

const form = {
  mode: "form",
  message: "Which branch shall be released?",
  requestedSchema: {
    type: "object",
    properties: {
      branch: { type: "string", title: "Branch", description: "Name of the branch", minLength: 2 },
      level: { type: "string", enum: ["low", "high"], default: "low" },
      count: { type: "integer", minimum: 1, maximum: 5 },
      confirm: { type: "boolean", default: false },
      channels: { type: "array", items: { type: "string", enum: ["beta", "stable"] } },
    },
    required: ["branch", "confirm"],
  },
};
const link = {
  mode: "url",
  message: "Sign in to the tracker",
  url: "https://example.com/sign-in?state=1",
  elicitationId: "sign-in-1",
};

const send = (message: object) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const replyText = (id: unknown, text: string) => send({ id, result: { content: [{ type: "text", text }] } });

/** Elicitations that wait for the client, by their id, with the tool call that made them. */
const open = new Map<unknown, unknown>();
let nextId = 1;

function elicit(call: unknown, params: object): void {
  const id = `elicit-${nextId++}`;
  open.set(id, call);
  send({ id, method: "elicitation/create", params });
}

function callTool(message: Message): void {
  switch (message.params?.name) {
    case "ask_form":
      elicit(message.id, form);
      break;
    case "ask_url":
      elicit(message.id, link);
      break;
    case "ask_given":
      elicit(message.id, { mode: "form", ...message.params.arguments });
      break;
    case "wipe":
      replyText(message.id, "wiped");
      break;
    default:
      replyText(message.id, "looked");
  }
}

function receive(message: Message): void {
  switch (message.method) {
    case undefined:
      replyText(open.get(message.id), JSON.stringify(message.result ?? message.error));
      open.delete(message.id);
      return;
    case "initialize": {
      const { protocolVersion } = message.params ?? {};
      const serverInfo = { name: "elicit", version: "1.0.0" };
      send({ id: message.id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo } });
      return;
    }
    case "tools/list":
      send({ id: message.id, result: { tools } });
      return;
    case "tools/call":
      callTool(message);
      return;
    default:
      if (message.id !== undefined)
        send({ id: message.id, error: { code: -32601, message: "unknown method" } });
  }
}

let rest = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (chunk: string) => {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) if (line !== "") receive(JSON.parse(line) as Message);
});
