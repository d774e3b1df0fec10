/** Pairs made up for when there is no traffic to try on: one of each shape that handlers have. */
import type { Answer, CompareRules, Effect, Json } from "../../model/index.ts";
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
    template: { name: "pedido", components: [{ type: "body", parameters: [parameter("Ana"), parameter("7")] }] },
  }),
  sent("send.text", "15550100456", { text: { body: "Um pedido novo" } }),
  effect("media", "media-upload", { payload: { file: { sha256: "00", size: 3, type: "image/png" } } }),
  effect("write", "write.crm", { target: "POST /orders", payload: { body: { id: 7, total: 12.9, items: ["a"] } } }),
  effect("event", "event.order_created", { payload: { order: 7 } }),
];

const none = { legacy: [], candidate: [] };
const twiml = '<?xml version="1.0"?><Response><Message>Oi</Message></Response>';

/** As if items of this kind of a route had matched. */
export function syntheticPairs(route: string, itemKind: string): readonly SamplePair[] {
  const pair = (some: Pick<SamplePair, "answers" | "effects">): SamplePair => ({ route, itemKind, ...some });
  return [
    pair({ answers: answers("application/json", JSON.stringify(document)), effects: none }),
    pair({ answers: answers("application/json", '{"error":{"code":100}}', 400), effects: none }),
    pair({ answers: answers("text/plain", "EVENT_RECEIVED"), effects: none }),
    pair({ answers: answers("text/xml", twiml), effects: none }),
    pair({ answers: answers("application/x-www-form-urlencoded", "Body=Oi&NumMedia=0"), effects: none }),
    pair({ answers: answers("image/png", "\u0089PNG"), effects: none }),
    pair({ answers: null, effects: { legacy: effects, candidate: effects } }),
  ];
}
