/** Values that are new each time, which say nothing; and values that look so and do say something. */
import { ana, flow, nowMs, text } from "./calls.ts";
import { answers, bodies, json, type Labelled, outside, written } from "./pair.ts";

const one = "7f1d2c3a-0b4e-4a5f-8c6d-1e2f3a4b5c6d";
const two = "0b2c4d6e-8f1a-4b3c-9d5e-7f6a5b4c3d2e";
const at = (ms: number): string => new Date(nowMs + ms).toISOString();
const seconds = (ms: number): number => Math.round((nowMs + ms) / 1000);
const wamid = (ending: string) => `wamid.HBgLNDQ3NzAwOTAwMTIzFQIAERgSQjk2NzQ3NDQxQ0VCNzU0${ending}A=`;
const token = "EAAGm0PX4ZCpsBAKZCZBxq7Yt9Lw3Rk5";
const otherToken = "EAAGm0PX4ZCpsBAHq2Vn8Dd4Jf6Ls1Wc";
const hour = 3_600_000;
const day = 24 * hour;

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const jwt = (claims: string, signature: string): string =>
  [...['{"alg":"HS256"}', claims].map((each) => Buffer.from(each).toString("base64url")), signature].join(".");
/** Bytes that look random. */
const file = (step: number): string =>
  Buffer.from(Array.from({ length: 90 }, (_, i) => (i * i * step + 131 * i) % 256)).toString("base64");

/** Texts that say something, alone and inside another. */
const said = (name: string, one: string, two: string): readonly Labelled[] => [
  json(name, [{ code: one }, { code: two }], "minor changed /body/code"),
  json(`${name}, in a sentence`, [{ a: `Use ${one} now` }, { a: `Use ${two} now` }], "minor changed /body/a"),
  bodies(`${name}, as an answer`, "text/plain", [one, two], "minor changed /body/lines/0"),
];

export const noise: readonly Labelled[] = [
  json(
    "ids made at random",
    [
      { id: one, ok: true },
      { id: two, ok: true },
    ],
    "noise(uuid) changed /body/id",
  ),
  json(
    "random ids in capitals",
    [{ id: one.toUpperCase() }, { id: two.toUpperCase() }],
    "noise(uuid) changed /body/id",
  ),
  json("the same random id", [{ id: one }, { id: one }]),
  json("a random id in each element", [[{ id: one }], [{ id: two }]], "noise(uuid) changed /body/0/id"),
  json("the moment of the answer", [{ at: at(30) }, { at: at(1200) }], "noise(time) changed /body/at"),
  json(
    "the moment in another zone",
    [{ at: "2026-07-04T12:00:02Z" }, { at: "2026-07-04T09:00:01-03:00" }],
    "noise(time) changed /body/at",
  ),
  json(
    "the moment in seconds",
    [{ timestamp: seconds(1000) }, { timestamp: seconds(2000) }],
    "noise(time) changed /body/timestamp",
  ),
  json("the moment in milliseconds", [{ ts: nowMs + 4 }, { ts: nowMs + 37 }], "noise(time) changed /body/ts"),
  json(
    "the moment in seconds, as text",
    [{ timestamp: String(seconds(2000)) }, { timestamp: String(seconds(1000)) }],
    "noise(time) changed /body/timestamp",
  ),
  json(
    "ids of messages",
    [{ messages: [{ id: wamid("NDE") }] }, { messages: [{ id: wamid("NTI") }] }],
    "noise(wamid) changed /body/messages/0/id",
  ),
  json("tokens made at random", [{ session: token }, { session: otherToken }], "noise(token) changed /body/session"),
  json(
    "two of them at once",
    [
      { id: one, at: at(10) },
      { id: two, at: at(900) },
    ],
    "noise(uuid) changed /body/id",
    "noise(time) changed /body/at",
  ),
  bodies("a random id as the whole text", "text/plain", [one, two], "noise(uuid) changed /body/lines/0"),
  bodies(
    "a random id in a form",
    "application/x-www-form-urlencoded",
    [`id=${one}`, `id=${two}`],
    "noise(uuid) changed /body/id/0",
  ),
  answers(
    "a random id in a field",
    [{ headers: ["X-A", one] }, { headers: ["X-A", two] }],
    "noise(uuid) changed /headers/x-a",
  ),
  answers(
    "a random id in refusals",
    [
      { status: 400, type: "application/json", body: `{"trace":"${one}"}` },
      { status: 400, type: "application/json", body: `{"trace":"${two}"}` },
    ],
    "noise(uuid) changed /body/trace",
  ),
  outside(
    "a flow's token made at random",
    [[flow(ana, one)], [flow(ana, two)]],
    "noise(uuid) changed /effects/send.interactive/0/interactive/action/parameters/flow_token",
  ),

  json(
    "noise, and a difference",
    [
      { id: one, total: 1 },
      { id: two, total: 2 },
    ],
    "noise(uuid) changed /body/id",
    "critical changed /body/total",
  ),
  json("a random id against none", [{ id: one, ok: true }, { ok: true }], "minor removed /body/id"),
  json("a random id against null", [{ id: one }, { id: null }], "minor type /body/id"),
  json("a random id against a word", [{ id: one }, { id: "none" }], "minor changed /body/id"),
  json("a random id against a time", [{ id: one }, { id: at(0) }], "minor changed /body/id"),
  json("a random id against the id of a message", [{ id: one }, { id: wamid("NDE") }], "minor changed /body/id"),
  json(
    "a random id against the one that is all noughts",
    [{ id: one }, { id: "00000000-0000-0000-0000-000000000000" }],
    "minor changed /body/id",
  ),
  json("a random id cut off", [{ id: one }, { id: one.slice(0, -1) }], "minor changed /body/id"),
  json(
    "times that are not now: appointments",
    [{ at: "2026-08-01T10:00:00Z" }, { at: "2026-08-01T11:00:00Z" }],
    "minor changed /body/at",
  ),
  json("a whole minute against a moment", [{ at: at(0) }, { at: at(1500) }], "minor changed /body/at"),
  json("now against tomorrow", [{ due: at(0) }, { due: at(day) }], "minor changed /body/due"),
  json("now against an hour ago", [{ at: at(0) }, { at: at(-hour) }], "minor changed /body/at"),
  json("now against the epoch", [{ at: at(0) }, { at: "1970-01-01T00:00:00Z" }], "minor changed /body/at"),
  json(
    "now in seconds against now in milliseconds",
    [{ ts: seconds(1000) }, { ts: nowMs + 1000 }],
    "minor changed /body/ts",
  ),
  json("now as a number against now as text", [{ ts: seconds(0) }, { ts: String(seconds(0)) }], "minor type /body/ts"),
  json("dates without a time", [{ day: "2026-07-04" }, { day: "2026-07-05" }], "minor changed /body/day"),
  json("numbers as long as a time", [{ order: 1200000001 }, { order: 1200000002 }], "minor changed /body/order"),
  json("phone numbers as long as a time", [{ to: "5511912345678" }, { to: "5511912345679" }], "minor changed /body/to"),
  json("order numbers", [{ order: "PED-2026-000123" }, { order: "PED-2026-000124" }], "minor changed /body/order"),
  json(
    "names of templates",
    [{ template: "order_update_v1_pt_br" }, { template: "order_update_v2_pt_br" }],
    "minor changed /body/template",
  ),
  ...said("coupons in groups", "X7K2-9QWE-81ZT-3M4P", "B5L1-0RTY-27VU-6N8S"),
  ...said("commits", "9fceb02d0ae598e95dc970b74767f19372d61af8", "1fceb02d0ae598e95dc970b74767f19372d61af9"),
  ...said(
    "texts in base64",
    base64("Seu pedido 1234 chegou hoje às 10h"),
    base64("Seu pedido 9999 foi cancelado pela loja"),
  ),
  ...said("documents in base64", base64("Pedido 1 ".repeat(40)), base64("Pedido 2 ".repeat(40))),
  ...said("files in base64", file(7), file(11)),
  ...said("JSON Web Tokens", jwt('{"role":"admin"}', "abc123XYZ"), jwt('{"role":"user"}', "zzz999AAA")),
  json("codes of cash", [{ coupon: "JULHO20" }, { coupon: "JULHO30" }], "minor changed /body/coupon"),
  json("long words", [{ w: "responsabilidade" }, { w: "responsabilizar" }], "minor changed /body/w"),
  json(
    "links that end in a random id",
    [{ url: `https://a.example/o/${one}` }, { url: `https://a.example/o/${two}` }],
    "noise(text+uuid) changed /body/url",
  ),
  json(
    "a random id inside a sentence",
    [{ text: `Protocolo ${one}` }, { text: `Protocolo ${two}` }],
    "noise(text+uuid) changed /body/text",
  ),
  json(
    "business-scoped ids of users",
    [{ user_id: "US.13491208655302741918" }, { user_id: "US.13491208655302741919" }],
    "minor changed /body/user_id",
  ),
  json(
    "ids of catalogs",
    [{ catalog_id: "194836987003835" }, { catalog_id: "194836987003836" }],
    "minor changed /body/catalog_id",
  ),
  written("a random id, and another after it", [`["${one}"]`, `["${one}","${two}"]`], "minor added /body/1"),
  outside(
    "a random id in what the customer reads",
    [[text(ana, `Protocolo ${one}`)], [text(ana, `Protocolo ${two}`)]],
    "critical changed /effects/send.text/0/text/body",
  ),
  answers(
    "noise in the body of another status",
    [
      { status: 200, type: "application/json", body: `{"id":"${one}"}` },
      { status: 500, type: "application/json", body: `{"id":"${two}"}` },
    ],
    "critical changed /status",
    "noise(uuid) changed /body/id",
  ),
];
