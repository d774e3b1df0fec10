/**
 * What taking deliveries apart costs the thread that does it: median and worst of the rounds, beside what is allowed.
 * Run it with `node bench/items.ts`.
 */
import { encodeWire } from "../src/demo/wire.ts";
import { createLearnedAliases, createProfile } from "../src/identify/index.ts";
import type { Examined, Profile } from "../src/model/index.ts";
import { providers, sign, type ProviderName } from "../src/whatsapp/index.ts";
import { readPayloads } from "../test/support/handlers/payloads.ts";
import { median } from "./percentile.ts";

const rounds = 25;
const secret = "bench";
const deliveryLimitUs = 20;
const batchLimitUs = 5_000;
const batchItems = 1_000;

interface Delivery {
  readonly name: string;
  readonly provider?: ProviderName;
  /** Each is another text, so that nothing is remembered of the one before. */
  readonly bodies: readonly Buffer[];
  readonly signed?: boolean;
  readonly limitUs: number;
}

function profileOf({ provider = "meta", signed = false }: Delivery): Profile {
  const secrets = { legacy: [secret], candidate: [secret] };
  return createProfile(providers[provider], {
    extractors: [{ kind: "profile" }],
    aliases: new Map(),
    learned: createLearnedAliases({ max: 200_000 }),
    ...(signed ? { secrets } : {}),
  });
}

const numberOf = (i: number): string => `99901${String(i).padStart(7, "0")}`;
const wamidOf = (i: number): string =>
  `wamid.HBgMOTk5MDEwMDAwMDAwFQIAEhgWM0VCMDlDODVBRjMw${String(i).padStart(8, "0")}AA==`;
const personOf = (i: number) => ({ wa_id: numberOf(i), user_id: `BR.${10 ** 15 + i}` });

function change(more: object): object {
  const metadata = { display_phone_number: "999010000002", phone_number_id: "999010000000003" };
  return { field: "messages", value: { messaging_product: "whatsapp", metadata, ...more } };
}

function text(i: number): object {
  const body = "Olá 👋, ontem pedi duas luminárias de pé e um tapete, e o e-mail só menciona uma delas. Podem ver?";
  const { wa_id, user_id } = personOf(i);
  return { from: wa_id, from_user_id: user_id, id: wamidOf(i), timestamp: "1767225600", type: "text", text: { body } };
}

function status(i: number): object {
  const { wa_id, user_id } = personOf(i);
  return {
    id: wamidOf(i),
    status: "delivered",
    timestamp: "1767225600",
    recipient_id: wa_id,
    recipient_user_id: user_id,
    conversation: { id: "bf7a1b0c8c2d4e5f", origin: { type: "utility" } },
    pricing: { billable: true, pricing_model: "PMP", type: "regular", category: "utility" },
  };
}

const contact = (i: number): object => ({ profile: { name: "Zoë" }, ...personOf(i) });
const entry = (...changes: readonly object[]): Buffer =>
  encodeWire({ object: "whatsapp_business_account", entry: [{ id: "999010000000001", time: 1_767_225_600, changes }] });
const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
const many = (make: (i: number) => Buffer): readonly Buffer[] => range(200).map(make);

function twilioForm(i: number): Buffer {
  return Buffer.from(
    new URLSearchParams({
      SmsMessageSid: `SM${i}`,
      NumMedia: "0",
      ProfileName: "Zoë",
      WaId: numberOf(i),
      SmsStatus: "received",
      Body: "Olá, ontem pedi duas luminárias de pé e um tapete, e o e-mail só menciona uma delas.",
      To: "whatsapp:+999010000002",
      MessageSid: `SM${String(i).padStart(32, "0")}`,
      AccountSid: "AC00000000000000000000000000000001",
      From: `whatsapp:+${numberOf(i)}`,
      ApiVersion: "2010-04-01",
    }).toString(),
  );
}

const one = (i: number): Buffer => entry(change({ contacts: [contact(i)], messages: [text(i)] }));
const payloads = readPayloads().map(({ document }) => encodeWire(document));
const batch = range(batchItems);

const deliveries: readonly Delivery[] = [
  { name: "one text", bodies: many(one), limitUs: deliveryLimitUs },
  { name: "one text, signature checked", bodies: many(one), signed: true, limitUs: deliveryLimitUs },
  { name: "one status", bodies: many((i) => entry(change({ statuses: [status(i)] }))), limitUs: deliveryLimitUs },
  {
    name: "one change of the account, its id a digest",
    bodies: many((i) => entry({ field: "account_update", value: { event: "PARTNER_ADDED", n: i } })),
    limitUs: deliveryLimitUs,
  },
  ...(payloads.length === 0
    ? []
    : [{ name: `${payloads.length} bodies of public repositories`, bodies: payloads, limitUs: deliveryLimitUs }]),
  { name: "one message of Twilio", provider: "twilio", bodies: many(twilioForm), limitUs: deliveryLimitUs },
  {
    name: "1,000 statuses in one change",
    bodies: [entry(change({ statuses: batch.map(status) }))],
    limitUs: batchLimitUs,
  },
  {
    name: "1,000 texts in one change",
    bodies: [entry(change({ contacts: batch.map(contact), messages: batch.map(text) }))],
    limitUs: batchLimitUs,
  },
  {
    name: "1,000 statuses in a change each",
    bodies: [entry(...batch.map((i) => change({ statuses: [status(i)] })))],
    limitUs: batchLimitUs,
  },
];

/** Microseconds of the thread per delivery, of each round: what else the machine does is not counted. */
function measure(times: number, run: (i: number) => unknown): readonly number[] {
  const perDelivery: number[] = [];
  for (let round = -5; round < rounds; round += 1) {
    const before = process.threadCpuUsage();
    for (let i = 0; i < times; i += 1) run(i);
    const { user, system } = process.threadCpuUsage(before);
    if (round >= 0) perDelivery.push((user + system) / times);
  }
  return perDelivery.toSorted((a, b) => a - b);
}

function print(name: string, took: readonly number[], { bytes, limitUs }: { bytes: number; limitUs: number }): void {
  const [middle, worst] = [median(took), took.at(-1) ?? 0];
  const verdict = middle < limitUs ? "ok" : "MISSED";
  const columns = [String(bytes), middle.toFixed(1), worst.toFixed(1), String(limitUs)];
  console.log(`${name.padEnd(48)}${columns.map((column) => column.padStart(11)).join("")}  ${verdict}`);
}

console.log(
  `${"".padEnd(48)}${["bytes", "median us", "worst us", "limit us"].map((head) => head.padStart(11)).join("")}`,
);
for (const delivery of deliveries) {
  const { name, bodies, limitUs } = delivery;
  const profile = profileOf(delivery);
  const heads = bodies.map((body) => ({
    method: "POST",
    target: "/hooks",
    rawHeaders: ["Content-Type", "application/json", "X-Hub-Signature-256", sign(body, secret)],
  }));
  const examine = (i: number): Examined => {
    const [head, body] = [heads[i % heads.length], bodies[i % bodies.length]];
    if (head === undefined || body === undefined) throw new Error("No delivery");
    const examined = profile.examine(head, body);
    if (examined.kind === "bad-signature") throw new Error("Badly signed");
    profile.resolve(examined);
    return examined;
  };
  const bytes = Math.round(bodies.reduce((sum, body) => sum + body.length, 0) / bodies.length);
  const isBatch = limitUs === batchLimitUs;
  print(name, measure(isBatch ? 10 : 2_000, examine), { bytes, limitUs });
  if (!isBatch) continue;
  // Bodies as large as these are taken apart on another thread: this is what is left for the data plane's.
  const elsewhere = examine(0);
  const took = measure(10, () => {
    const examined = structuredClone(elsewhere);
    if (examined.kind === "read") profile.resolve(examined);
  });
  print("  taken apart elsewhere, passed on and resolved", took, { bytes, limitUs });
}
