/** Whole JSON documents: how they are laid out, what their members are called, how deep they go. */
import { bodies, json, type Labelled, written } from "./pair.ts";

function nest(levels: number, innermost: unknown): unknown {
  return levels === 0 ? innermost : { in: nest(levels - 1, innermost) };
}

const delivery = (text: string, name = "Ana") => ({
  object: "whatsapp_business_account",
  entry: [
    {
      id: "102290129340398",
      changes: [
        {
          field: "messages",
          value: {
            messaging_product: "whatsapp",
            metadata: { display_phone_number: "15550783881", phone_number_id: "106540352242922" },
            contacts: [{ profile: { name }, wa_id: "447700900123" }],
            messages: [{ from: "447700900123", type: "text", text: { body: text } }],
          },
        },
      ],
    },
  ],
});

const wide = (change: Readonly<Record<string, unknown>>) => ({
  ...Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`field_${i}`, i])),
  ...change,
});

export const documents: readonly Labelled[] = [
  written("members in another order", ['{"a":1,"b":2}', '{"b":2,"a":1}']),
  written("spaces and line feeds between", ['{"a":[1,2]}', '{\n  "a": [ 1, 2 ]\n}']),
  written("a line feed at the end", ['{"a":1}', '{"a":1}\n']),
  written("accents as escapes", ['{"a":"olá"}', '{"a":"ol\\u00e1"}']),
  written("escapes in the other case", ['{"a":"ol\\u00E1"}', '{"a":"ol\\u00e1"}']),
  written("an emoji as a pair of escapes", ['{"a":"👋"}', '{"a":"\\ud83d\\udc4b"}']),
  written("slashes escaped", ['{"a":"https://a.example/b"}', '{"a":"https:\\/\\/a.example\\/b"}']),
  written("an at sign escaped", ['{"a":"ana@loja.example"}', '{"a":"ana\\u0040loja.example"}']),
  written("a name escaped", ['{"olá":1}', '{"ol\\u00e1":1}']),
  written("a key twice on both sides", ['{"a":1,"a":2}', '{"a":1, "a":2}']),
  written("a key twice, the last of them another", ['{"a":1,"a":2}', '{"a":1,"a":3}'], "minor changed /body/a/1"),
  written("a key twice, the first of them another", ['{"a":1,"a":3}', '{"a":2,"a":3}'], "minor changed /body/a/0"),
  written("a key twice against once", ['{"a":1,"a":2}', '{"a":2}'], "minor removed /body/a/0"),
  written("a key once against twice, both alike", ['{"a":1}', '{"a":1,"a":1}'], "minor added /body/a/1 or /body/a/0"),
  written("a key twice, deep inside", ['[{"b":{"a":1,"a":2}}]', '[{"b":{"a":1}}]'], "minor removed /body/0/b/a/1"),
  json("the same delivery relayed", [delivery("Olá"), delivery("Olá")]),
  json(
    "another text in a delivery relayed",
    [delivery("Olá"), delivery("Ola")],
    "minor changed /body/entry/0/changes/0/value/messages/0/text/body",
  ),
  json(
    "another profile name in a delivery relayed",
    [delivery("Olá", "Ana"), delivery("Olá", "Ana Maria")],
    "minor changed /body/entry/0/changes/0/value/contacts/0/profile/name",
  ),
  json("fifty levels down", [nest(50, 1), nest(50, 2)], `minor changed /body${"/in".repeat(50)}`),
  json(
    "fifty levels down, one level less",
    [nest(3, { a: 1 }), nest(2, { a: 1 })],
    "minor removed /body/in/in/in",
    "minor added /body/in/in/a",
  ),
  json("deep and the same", [nest(150, "x"), nest(150, "x")]),
  json("one of sixty members", [wide({}), wide({ field_33: "x" })], "minor type /body/field_33"),
  json("one more than sixty members", [wide({}), wide({ more: 1 })], "minor added /body/more"),
  json(
    "a member named by a number",
    [{ prices: { "447700900123": 1 } }, { prices: { "447700900123": 2 } }],
    "critical changed /body/prices/{}",
  ),
  json(
    "a member named by an address",
    [{ users: { "ana@loja.example": 1 } }, { users: {} }],
    "minor removed /body/users/{}",
  ),
  json("a member with a slash in its name", [{ "a/b": 1 }, { "a/b": 2 }], "minor changed /body/{}"),
  json("a member with a tilde in its name", [{ "a~b": 1 }, { "a~b": 2 }], "minor changed /body/{}"),
  json("a member without a name", [{ "": 1 }, { "": 2 }], "minor changed /body/{}"),
  json("a member without a name, on one side", [{ a: 1 }, { a: 1, "": 2 }], "minor added /body/{}"),
  written(
    "a member called __proto__",
    ['{"__proto__":{"a":1}}', '{"__proto__":{"a":2}}'],
    "minor changed /body/__proto__/a",
  ),
  written("a member called __proto__, on one side", ["{}", '{"__proto__":{"a":1}}'], "minor added /body/__proto__"),
  json("a member called constructor, on one side", [{}, { constructor: 1 }], "minor added /body/constructor"),
  json("a member called length", [{ length: 1 }, { length: 2 }], "minor changed /body/length"),
  json("accents in a name", [{ endereço: "a" }, { endereço: "b" }], "minor changed /body/{}"),
  bodies(
    "a problem document",
    "application/problem+json",
    ['{"title":"a"}', '{"title":"b"}'],
    "minor changed /body/title",
  ),
  bodies("JSON with a charset", "application/json; charset=utf-8", ['{"a":1}', '{"a":2}'], "minor changed /body/a"),
  bodies(
    "JSON under a byte order mark, on which its readers fail",
    "application/json",
    ["\uFEFF{}", "{}"],
    "minor type /body",
  ),
  written("an answer that is no JSON", ['{"a":1}', "Internal error"], "minor type /body"),
  written("a document cut off", ['{"a":1}', '{"a":'], "minor type /body"),
  written("neither is JSON", ["fail a", "fail b"], "minor changed /body/lines/0"),
  written("nothing against an empty object", ["", "{}"], "minor added /body"),
  written("an empty object against nothing", ["{}", ""], "minor removed /body"),
];
