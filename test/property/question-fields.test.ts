import fc from "fast-check";
import { expect, test } from "vitest";
import { buildFieldsAnswer, readFormFields, readInputFields } from "../../src/codex/question-fields.ts";
import { readAsked } from "../../src/codex/questions.ts";
import { BridgeError } from "../../src/errors.ts";

const property = fc.oneof(
  fc.record(
    {
      type: fc.constantFrom("string", "number", "integer", "boolean", "array"),
      title: fc.anything(),
      description: fc.anything(),
      enum: fc.oneof(fc.array(fc.string()), fc.anything()),
      items: fc.anything(),
      oneOf: fc.oneof(fc.array(fc.record({ const: fc.string(), title: fc.string() })), fc.anything()),
    },
    { requiredKeys: [] },
  ),
  fc.anything(),
);
const schema = fc.oneof(
  fc.record(
    {
      properties: fc.dictionary(fc.string(), property),
      required: fc.oneof(fc.array(fc.string()), fc.anything()),
    },
    { requiredKeys: [] },
  ),
  fc.anything(),
);
const questions = fc.oneof(
  fc.array(fc.oneof(fc.record({ id: fc.string(), options: fc.anything() }), fc.anything())),
  fc.anything(),
);

const tryTo = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(BridgeError);
  }
};

test("whatever a server asks and a person types, only a BridgeError is thrown [TURN-11d]", () => {
  const words = fc.oneof(
    fc.string(),
    fc.array(fc.string()).map((parts) => parts.join("|")),
  );
  fc.assert(
    fc.property(schema, questions, words, (form, asked, typed) => {
      tryTo(() => buildFieldsAnswer("elicitation", readFormFields(form), typed));
      tryTo(() => buildFieldsAnswer("user-input", readInputFields({ questions: asked }), typed));
    }),
  );
});

test("whatever a server sends, reading its question throws nothing [SRV-5g]", () => {
  const methods = [
    "item/commandExecution/requestApproval",
    "item/permissions/requestApproval",
    "item/fileChange/requestApproval",
    "item/tool/requestUserInput",
    "mcpServer/elicitation/request",
  ];
  const params = fc.record(
    {
      availableDecisions: fc.anything(),
      permissions: fc.anything(),
      questions,
      _meta: fc.anything(),
      mode: fc.constantFrom("form", "url", 3),
      requestedSchema: schema,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.constantFrom(...methods), params, (method, given) => {
      expect(readAsked({ id: 0, method, params: given })?.kind).toBeDefined();
    }),
  );
});
