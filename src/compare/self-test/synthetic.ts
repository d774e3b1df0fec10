/** Pairs made up for when there is no traffic to try on: one of each shape that handlers have, and those that rules name. */
import type { Answer, CompareRules, Effect, Json, Rule } from "../../model/index.ts";
import { speaksOf } from "../rules/scope.ts";
import type { Subject } from "../subject.ts";
import type { SampleAnswers, SamplePair } from "./pair.ts";

const rules: CompareRules = { headers: ["content-type", "location"] };

function answers(type: string, body: string, status = 200): SampleAnswers {
  const answer: Answer = { status, rawHeaders: ["content-type", type], body: Buffer.from(body) };
  return { legacy: answer, candidate: answer, rules };
}

const document = {
  object: "whatsapp_business_account",
  accepted: true,
  count: 2,
  note: null,
  total: 12.9,
  text: "12.90",
  at: "2020-01-31T10:20:30Z",
  seconds: 1_580_466_030,
  entry: [{ id: "102290129340398", changes: [{ field: "messages", value: { from: "15550100123", text: "Olá" } }] }],
};

function effect(operation: Effect["operation"], kind: string, more: Partial<Effect>): Effect {
  return {
    side: "legacy",
    operation,
    kind,
    recipient: null,
    phone: null,
    target: null,
    payload: {},
    refersTo: null,
    ids: [],
    produced: [],
    succeeded: true,
    atMs: 0,
    disposition: "held",
    traceId: null,
    exchange: null,
    ...more,
  };
}

const sent = (kind: string, recipient: string, payload: Json): Effect =>
  effect("send", kind, { recipient, phone: "104452097716532", payload });

const parameter = (text: string): Json => ({ type: "text", text });

const effects: readonly Effect[] = [
  effect("mark-read", "mark-read", { refersTo: "wamid.1" }),
  sent("send.text", "15550100123", { text: { body: "Seu pedido chegou" } }),
  sent("send.template", "15550100123", {
    template: { name: "pedido", components: [{ type: "body", parameters: [parameter("Ana"), parameter("12.90")] }] },
  }),
  sent("send.text", "15550100456", { text: { body: "Um pedido novo" } }),
  sent("send.image", "15550100123", { image: { id: "1013859600285441", caption: "O cardápio" } }),
  sent("send.audio", "15550100123", { audio: { id: "1013859600285442" } }),
  sent("send.video", "15550100123", { video: { link: "https://cdn.test/1.mp4", caption: "O prato" } }),
  sent("send.document", "15550100123", { document: { link: "https://cdn.test/1.pdf", filename: "nota.pdf" } }),
  sent("send.sticker", "15550100123", { sticker: { id: "1013859600285443" } }),
  sent("send.location", "15550100123", { location: { latitude: -23.55, longitude: -46.63, name: "Loja" } }),
  sent("send.contacts", "15550100123", { contacts: [{ name: { formatted_name: "Bia" } }] }),
  sent("send.reaction", "15550100123", { reaction: { message_id: "wamid.1", emoji: "👍" } }),
  sent("send.interactive", "15550100123", {
    interactive: {
      type: "button",
      body: { text: "Confirma?" },
      action: { buttons: [{ type: "reply", reply: { id: "yes", title: "Sim" } }] },
    },
  }),
  sent("send.other", "15550100123", { poll: { question: "Quando?" } }),
  effect("media", "media-upload", { payload: { file: { sha256: "00", size: 3, type: "image/png" } } }),
  effect("write", "write.crm", { target: "POST /orders", payload: { body: { id: 7, total: 12.9, items: ["a"] } } }),
  effect("event", "event.order_created", { payload: { order: 7 } }),
];

const none = { legacy: [], candidate: [] };
const twiml = '<?xml version="1.0"?><Response><Message>Oi</Message></Response>';

type Made = Pick<SamplePair, "answers" | "effects">;

/** As if items of this kind of a route had matched. */
export function syntheticPairs({ route, itemKind }: Subject, rules: readonly Rule[]): readonly SamplePair[] {
  const pair = (some: Made): SamplePair => ({ route, itemKind, ...some });
  const paths = (where: "answer" | "effect"): readonly string[] => [
    ...new Set(rules.filter((rule) => speaksOf(rule, { route, itemKind }, where)).map(({ path }) => path)),
  ];
  return [
    ...paths("answer").flatMap(answersAt).map(pair),
    ...paths("effect").flatMap(effectsAt).map(pair),
    pair({ answers: answers("application/json", JSON.stringify(document)), effects: none }),
    pair({ answers: answers("application/json", '{"error":{"code":100}}', 400), effects: none }),
    pair({ answers: answers("text/plain", "EVENT_RECEIVED"), effects: none }),
    pair({ answers: answers("text/xml", twiml), effects: none }),
    pair({ answers: answers("application/x-www-form-urlencoded", "Body=Oi&NumMedia=0"), effects: none }),
    pair({ answers: answers("image/png", "\u0089PNG"), effects: none }),
    pair({ answers: null, effects: { legacy: effects, candidate: effects } }),
  ];
}

/** What rules make of texts, numbers and times. */
const LEAVES: readonly Json[] = ["Um pedido", "12.90", 12.9, "2020-01-31T10:20:30Z"];

/** Documents that have the place of a path, and something of every type there or below. */
function documentsAt(names: readonly string[]): readonly Json[] {
  const below = names.at(-1) === "**";
  const leaves = below ? [Object.fromEntries(LEAVES.map((leaf, i) => [`m${i}`, leaf]))] : LEAVES;
  const way = (below ? names.slice(0, -1) : names).map(unescaped);
  return leaves.map((leaf) =>
    way.reduceRight<Json>((inner, name) => (name === "*" ? [inner] : { [name]: inner }), leaf),
  );
}

function unescaped(name: string): string {
  return name.replaceAll("~1", "/").replaceAll("~0", "~");
}

function answersAt(path: string): readonly Made[] {
  const [, first, ...names] = path.split("/");
  if (first !== "body" || names.length === 0) return [];
  return documentsAt(names)
    .filter((body) => typeof body === "object")
    .map((body) => ({ answers: answers("application/json", JSON.stringify(body)), effects: none }));
}

/** Kinds without a point in them are those of the provider, and are made up above. */
const KIND = /^(send|write|event)\.[^*]+$/;

function effectsAt(path: string): readonly Made[] {
  const [, first, kind = "", index, ...names] = path.split("/");
  const operation = KIND.exec(kind)?.[1];
  if (first !== "effects" || operation === undefined) return [];
  const payloads = index === "*" && names.length > 0 ? documentsAt(names) : documentsAt(["planted", "**"]);
  return payloads.map((payload) => {
    const did = operation === "send" ? [sent(kind, "15550100123", payload)] : [effectOf(operation, kind, payload)];
    return { answers: null, effects: { legacy: did, candidate: did } };
  });
}

function effectOf(operation: string, kind: string, payload: Json): Effect {
  return effect(operation === "write" ? "write" : "event", kind, { payload });
}
