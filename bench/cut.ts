/**
 * What it costs to cut a delivery in half: milliseconds of the thread, median and worst of the rounds. Run it with
 * `node bench/cut.ts`. Goal: a batch of 1,000 items in well below 5 ms, the parsing and the signature included.
 */
import { createProfile, createReading } from "../src/identify/index.ts";
import { providers, sign } from "../src/whatsapp/index.ts";

const ROUNDS = 60;
/** Until the compiler has seen enough of it. */
const WARM_UP = 20;

const secret = "bench";
const { meta } = providers;

const number = (i: number): string => `55119${String(i).padStart(8, "0")}`;
const metadata = { display_phone_number: "15550100000", phone_number_id: "106540352242922" };
const value = (lists: object): object => ({ messaging_product: "whatsapp", metadata, ...lists });
const contact = (i: number): object => ({ profile: { name: `Shopper ${i}` }, wa_id: number(i) });

/** As long as such a status is, with the figures that come with it. */
function status(i: number): object {
  return {
    id: `wamid.HBgNNTUxMTk${String(i).padStart(30, "A")}==`,
    status: "delivered",
    timestamp: "1790000000",
    recipient_id: number(i),
    conversation: { id: "6ceb9d929c9bdc4f90967a32f8639b4d", origin: { type: "utility" } },
    pricing: { billable: true, pricing_model: "PMP", category: "utility", type: "regular" },
  };
}

function message(i: number): object {
  const id = `wamid.HBgNNTUxMTk${String(i).padStart(30, "B")}==`;
  return { from: number(i), id, timestamp: "1790000000", text: { body: `Olá! Pedido ${i} \u{1f44d}` }, type: "text" };
}

function delivery(...changes: readonly object[]): Buffer {
  const entry = [{ id: "102290129340398", changes }];
  return Buffer.from(JSON.stringify({ object: "whatsapp_business_account", entry }));
}

const times = <T>(count: number, make: (i: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i));

const bodies: readonly (readonly [name: string, items: number, body: Buffer])[] = [
  ["2 messages, a change each", 2, delivery(...times(2, changeOf))],
  [
    "1,000 statuses in one change",
    1000,
    delivery({ field: "messages", value: value({ statuses: times(1000, status) }) }),
  ],
  ["1,000 messages, a change and a contact each", 1000, delivery(...times(1000, changeOf))],
  [
    "1,000 messages and 1,000 contacts in one change",
    1000,
    delivery({ field: "messages", value: value({ contacts: times(1000, contact), messages: times(1000, message) }) }),
  ],
  [
    "3 MB of statuses in one change",
    9300,
    delivery({ field: "messages", value: value({ statuses: times(9300, status) }) }),
  ],
];

function changeOf(i: number): object {
  return { field: "messages", value: value({ contacts: [contact(i)], messages: [message(i)] }) };
}

function measure(name: string, work: () => unknown): void {
  const rounds: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const start = performance.now();
    if (work() === null) throw new Error(`"${name}" came to nothing`);
    if (round >= WARM_UP) rounds.push(performance.now() - start);
  }
  rounds.sort((a, b) => a - b);
  const [median = 0, worst = 0] = [rounds[ROUNDS >> 1], rounds.at(-1)];
  console.log(`  ${name.padEnd(42)} ${median.toFixed(3).padStart(8)} ms ${worst.toFixed(3).padStart(8)} ms`);
}

for (const [name, count, body] of bodies) {
  const head = {
    method: "POST",
    target: "/",
    rawHeaders: ["content-length", String(body.length), "x-hub-signature-256", sign(body, secret)],
  };
  const profile = createProfile(meta, {
    extractors: [{ kind: "profile" }],
    aliases: new Map(),
    secrets: { legacy: [secret], candidate: ["other"] },
  });
  const half = times(count / 2, (i) => i * 2);
  const kept = new Set(half);
  const read = createReading(head, body);
  read.json();
  console.log(`${name}: ${(body.length / 1000).toFixed(1)} kB`.padEnd(44), "   median       worst");
  measure("parse", () => createReading(head, body).json());
  measure("cut, once parsed", () => meta.cut?.(read, kept) ?? null);
  measure("part: parse, cut, check and sign", () => profile.part(head, body, { items: half, side: "candidate" }));
}
