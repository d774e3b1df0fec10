/** What rules say of a place, and do not say of any other. */
import type { RuleAction } from "../../src/model/index.ts";
import { ana, api, list, text } from "./calls.ts";
import { answers, json, type Labelled, outside, written } from "./pair.ts";

/** A pair that is looked at by a rule. */
function by(path: string, action: RuleAction, pair: Labelled): Labelled {
  const scope = { route: null, itemKind: null, where: null, path };
  const about = { owner: "ana", reason: "known", expiresAt: null, source: "file" } as const;
  return { ...pair, rules: [{ id: "it", ...scope, ...about, action }] };
}

const ignore: RuleAction = { kind: "ignore" };
const near = (absolute: number): RuleAction => ({ kind: "tolerance", absolute, relative: null, ms: null });
const minute: RuleAction = { kind: "tolerance", absolute: null, relative: null, ms: 60_000 };
const digits: RuleAction = { kind: "mask", patterns: ["[0-9]+"] };
const anyCase: RuleAction = { kind: "case" };
const asNumber: RuleAction = { kind: "equivalents", values: ["number"] };
const asNull: RuleAction = { kind: "equivalents", values: ["null"] };
const words: RuleAction = { kind: "equivalents", values: [["sent", "accepted"]] };
const set: RuleAction = { kind: "unordered", by: null };
const byId: RuleAction = { kind: "unordered", by: "/id" };
const grave: RuleAction = { kind: "severity", severity: "critical" };

const one = { id: "a", qty: 1, room: "A" };
const two = { id: "b", qty: 1, room: "A" };
const three = { id: "c", qty: 1, room: "A" };
const sp = { id: "sp", title: "São Paulo" };
const rj = { id: "rj", title: "Rio" };
const rows = "/effects/send.interactive/*/interactive/action/sections/*/rows";

export const ruled: readonly Labelled[] = [
  by("/body/id", ignore, json("a place that is ignored", [{ id: 1 }, { id: 2 }], "noise(rule) changed /body/id")),
  by("/body/id", ignore, json("a place beside the one ignored", [{ ids: 1 }, { ids: 2 }], "minor changed /body/ids")),
  by("/body/id", ignore, json("a place below", [{ id: { a: 1 } }, { id: { a: 2 } }], "minor changed /body/id/a")),
  by(
    "/body/m/**",
    ignore,
    json("a place somewhere below", [{ m: { a: [1] } }, { m: { a: [2] } }], "noise(rule) changed /body/m/a/0"),
  ),
  by(
    "/body/*/at",
    ignore,
    json(
      "a place in each element, and another",
      [[{ at: "x", n: 1 }], [{ at: "y", n: 2 }]],
      "noise(rule) changed /body/0/at",
      "minor changed /body/0/n",
    ),
  ),
  by(
    "/status",
    ignore,
    answers("a status that is ignored", [{ status: 200 }, { status: 202 }], "noise(rule) changed /status"),
  ),
  by(
    "/headers/x-a",
    ignore,
    answers(
      "a field that is ignored",
      [{ headers: ["X-A", "1"] }, { headers: ["X-A", "2"] }],
      "noise(rule) changed /headers/x-a",
    ),
  ),

  by("/body/eta", near(5), json("numbers that are near", [{ eta: 30 }, { eta: 35 }], "noise(rule) changed /body/eta")),
  by("/body/eta", near(5), json("numbers that are not near", [{ eta: 30 }, { eta: 36 }], "minor changed /body/eta")),
  by(
    "/body/eta",
    near(0),
    written("a number in another form, tolerated", ['{"eta":1.0}', '{"eta":1}'], "noise(rule) changed /body/eta"),
  ),
  by(
    "/body/eta",
    near(0.1),
    written("numbers near in another form", ['{"eta":2.50}', '{"eta":2.55}'], "noise(rule) changed /body/eta"),
  ),
  by(
    "/body/eta",
    near(5),
    json("a number against none, where near is tolerated", [{ eta: 1 }, {}], "minor removed /body/eta"),
  ),
  by(
    "/**",
    near(1000),
    answers("statuses, which no tolerance is about", [{ status: 200 }, { status: 500 }], "critical changed /status"),
  ),
  by(
    "/**",
    near(1000),
    outside(
      "how often, which no tolerance is about",
      [[text(ana, "a")], [text(ana, "a"), text(ana, "a")]],
      "critical duplicated /effects/send.text/0",
    ),
  ),
  by(
    "/**",
    near(1000),
    outside(
      "whom, which no tolerance is about",
      [[text("447700900123", "a")], [text("447700900124", "a")]],
      "critical changed /effects/send.text/0/recipient",
    ),
  ),
  by(
    "/body/at",
    minute,
    json(
      "times within a minute",
      [{ at: "2026-08-01T10:00:00Z" }, { at: "2026-08-01T10:01:00Z" }],
      "noise(rule) changed /body/at",
    ),
  ),
  by(
    "/body/at",
    minute,
    json(
      "times beyond a minute",
      [{ at: "2026-08-01T10:00:00Z" }, { at: "2026-08-01T10:02:00Z" }],
      "minor changed /body/at",
    ),
  ),

  by(
    "/body/text",
    digits,
    json("what a mask covers", [{ text: "Senha 17" }, { text: "Senha 18" }], "noise(rule) changed /body/text"),
  ),
  by(
    "/body/text",
    digits,
    json("what a mask does not cover", [{ text: "Senha 17" }, { text: "Ficha 18" }], "minor changed /body/text"),
  ),
  by(
    "/body/text",
    digits,
    json(
      "a number that a mask covers, which is missing",
      [{ text: "Senha 17" }, { text: "Senha " }],
      "minor changed /body/text",
    ),
  ),
  by("/body/s", anyCase, json("another case", [{ s: "sent" }, { s: "SENT" }], "noise(rule) changed /body/s")),
  by("/body/s", anyCase, json("another word, in any case", [{ s: "sent" }, { s: "SEND" }], "minor changed /body/s")),
  by("/body/n", asNumber, json("a number as text", [{ n: 5 }, { n: "5" }], "noise(rule) type /body/n")),
  by("/body/n", asNumber, json("another number as text", [{ n: 5 }, { n: "6" }], "minor type /body/n")),
  by(
    "/body/n",
    asNumber,
    written(
      "a big integer as the same text",
      ['{"n":9007199254740993}', '{"n":"9007199254740993"}'],
      "noise(rule) type /body/n",
    ),
  ),
  by(
    "/body/n",
    asNumber,
    written(
      "a big integer as another text",
      ['{"n":9007199254740993}', '{"n":"9007199254740992"}'],
      "minor type /body/n",
    ),
  ),
  by("/body/e", asNull, json("null where nothing is", [{ a: 1, e: null }, { a: 1 }], "noise(rule) removed /body/e")),
  by("/body/e", asNull, json("an empty text where nothing is", [{ a: 1, e: "" }, { a: 1 }], "minor removed /body/e")),
  by(
    "/body/s",
    words,
    json("two words for one thing", [{ s: "sent" }, { s: "accepted" }], "noise(rule) changed /body/s"),
  ),
  by(
    "/body/s",
    words,
    json("a word that is not one of the two", [{ s: "sent" }, { s: "failed" }], "minor changed /body/s"),
  ),
  by(
    "/body/s",
    grave,
    json("a word that people say is grave", [{ s: "sent" }, { s: "failed" }], "critical changed /body/s"),
  ),

  by(
    "/body",
    set,
    json("elements without an order", [
      [1, 2, 3],
      [3, 1, 2],
    ]),
  ),
  by(
    "/body",
    set,
    json(
      "elements without an order, one more",
      [
        [1, 2],
        [2, 3, 1],
      ],
      "minor added /body/1",
    ),
  ),
  by(
    "/body",
    set,
    json(
      "elements without an order, one twice",
      [
        [1, 2],
        [2, 1, 1],
      ],
      "minor added /body/2 or /body/1",
    ),
  ),
  by(
    "/body",
    byId,
    json("near-equal elements without an order", [
      [one, two, three],
      [three, one, two],
    ]),
  ),
  by(
    "/body",
    byId,
    json(
      "one of the near-equal elements is another",
      [
        [one, two, three],
        [three, { ...one, qty: 2 }, two],
      ],
      "minor changed /body/0/qty",
    ),
  ),
  by(
    "/body",
    byId,
    json(
      "one of the near-equal elements is missing",
      [
        [one, two, three],
        [three, one],
      ],
      "minor removed /body/1",
    ),
  ),
  by(
    "/body",
    byId,
    json(
      "an element under another key",
      [
        [one, two],
        [two, { ...one, id: "z" }],
      ],
      "minor removed /body/0",
      "minor added /body/1",
    ),
  ),
  by(rows, byId, outside("rows of a list without an order", [[list(ana, "?", [sp, rj])], [list(ana, "?", [rj, sp])]])),
  by(
    "/effects/write.crm/*/body/tags",
    set,
    outside("tags without an order", [
      [api("POST", "/t", { tags: ["a", "b"] })],
      [api("POST", "/t", { tags: ["b", "a"] })],
    ]),
  ),
];
