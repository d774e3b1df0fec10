/**
 * What a comparison costs: typical pairs, beside a peer that parses both sides of the same pair and asks deep-diff, then the
 * worst pairs we know how to make, at the size up to which comparisons run in place.
 * Node 26: `node_modules/.bin/node bench/compare.ts`
 */
import deepDiff from "deep-diff";
import type { Outcome } from "../src/model/index.ts";
import type { Pair } from "../src/compare/index.ts";
import { compareOutcomes, createKeyedHash, IN_PLACE_BYTES, noRules } from "../src/compare/index.ts";

interface Case {
  readonly name: string;
  readonly legacy: string;
  readonly candidate: string;
  readonly type: string;
}

const json = "application/json; charset=utf-8";
const text = "text/plain; charset=utf-8";
const form = "application/x-www-form-urlencoded";
const xml = "text/xml; charset=utf-8";
const multipart = "multipart/form-data; boundary=b";
/** Of CPU: a busy machine counts it in ticks of 4 ms. */
const roundMs = 60;
const roundCount = 7;
const side = Math.floor(IN_PLACE_BYTES / 2);
const deps = { hash: createKeyedHash("bench"), rules: noRules, at: Date.now() };
/** Bytes of text, XML and multipart bodies count twice. */
const lightSide = side / 2;

/** `make(0), make(1), …` joined up to `bytes`. */
function fill(
  make: (i: number) => string,
  [open, between, close]: readonly [string, string, string],
  bytes = side,
): string {
  const parts: string[] = [];
  let length = open.length + close.length;
  for (let i = 0; ; i += 1) {
    const part = make(i);
    length += part.length + between.length;
    if (length > bytes) break;
    parts.push(part);
  }
  return open + parts.join(between) + close;
}

const inArray = ["[", ",", "]"] as const;
const inObject = ["{", ",", "}"] as const;
const letters = (i: number): string =>
  i.toString(26).replaceAll(/[0-9]/g, (digit) => "qrstuvwxyz".charAt(Number(digit)));
/** Numbers below 1,000 in an order of the side's own. */
const shuffled = (i: number, x: string): number => (i * (x === "1" ? 367 : 743)) % 1009;
const nest = (levels: number, inner: string): string => '{"a":'.repeat(levels) + inner + "}".repeat(levels);

const lamp = { sku: "lamp", quantity: 2 };
const rug = { sku: "rug", quantity: 1 };

/** A delivery in WhatsApp's shape, 1.1 KB, as a handler that logs what it got gives it back. */
function typical(id: string, status: string, items: readonly unknown[] = [lamp, rug]): string {
  return JSON.stringify({
    object: "whatsapp_business_account",
    entry: [
      {
        id: "999010000000001",
        changes: [
          {
            value: {
              messaging_product: "whatsapp",
              metadata: { display_phone_number: "999010000002", phone_number_id: "999010000000003" },
              contacts: [{ profile: { name: "Zoë Ibáñez" }, wa_id: "999010000042" }],
              messages: [
                {
                  from: "999010000042",
                  id,
                  timestamp: "1767225600",
                  text: { body: "Hola 👋 ".repeat(55) },
                  type: "text",
                },
              ],
            },
            field: "messages",
          },
        ],
      },
    ],
    reply: { status, items },
  });
}

const wamid = "wamid.HBgMOTk5MDEwMDAwMDQyFQIAEhgWM0VCMDlDAA==";
const usual = typical(wamid, "queued");

/** An answer in Twilio's shape, 1 KB. */
function twiml(...texts: readonly string[]): string {
  const messages = texts.map(
    (said) => `<Message to="whatsapp:+999010000042" from="whatsapp:+999010000002"><Body>${said}</Body></Message>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Response>${messages.join("")}</Response>`;
}

const said = ["Hola &amp; gracias", "Tu pedido salió", "Llega mañana", "Adiós"].map((line) => line.repeat(8));

const typicalCases: readonly Case[] = [
  { name: "typical, equal bytes", type: json, legacy: usual, candidate: usual },
  { name: "typical, spaced otherwise", type: json, legacy: usual, candidate: `${usual}\n` },
  { name: "typical, one value", type: json, legacy: usual, candidate: usual.replace("queued", "sent") },
  {
    name: "typical, two values and a member",
    type: json,
    legacy: usual,
    candidate: typical(wamid.replace("DAA", "EAA"), "sent").replace("{", '{"retry":false,'),
  },
  { name: "typical, reordered list", type: json, legacy: usual, candidate: typical(wamid, "queued", [rug, lamp]) },
  {
    name: "typical, one more at the front",
    type: json,
    legacy: usual,
    candidate: typical(wamid, "queued", [{ sku: "vase", quantity: 1 }, lamp, rug]),
  },
  {
    name: "typical, a number as written",
    type: json,
    legacy: usual,
    candidate: usual.replace('"quantity":2', '"quantity":2.0'),
  },
  { name: "TwiML, spaced otherwise", type: xml, legacy: twiml(...said), candidate: `${twiml(...said)}\n` },
  { name: "TwiML, one more at the front", type: xml, legacy: twiml(...said), candidate: twiml("Hola", ...said) },
];

/** Both sides made alike, `x` telling them apart. */
function both(name: string, type: string, make: (x: "1" | "2") => string): Case {
  return { name, type, legacy: make("1"), candidate: make("2") };
}

const worstCases: readonly Case[] = [
  both("digits", json, (x) => fill(() => x, inArray)),
  both("numbers of 40 digits", json, (x) => fill((i) => `${x}.${"7".repeat(39)}e-${i % 300}`, inArray)),
  both("strings", json, (x) => fill((i) => `"\\u00e${x}${i}"`, inArray)),
  both("empty objects, equal", json, (x) => fill(() => "{}", inArray) + " ".repeat(Number(x))),
  both("small objects", json, (x) => fill(() => `{"a":${x}}`, inArray)),
  both("small objects, names of their own", json, (x) => fill((i) => `{"${letters(i)}":${x}}`, inArray)),
  both("small objects, other names", json, (x) => fill((i) => `{"${letters(i)}${x}":1}`, inArray)),
  both("wide object", json, (x) => fill((i) => `"${letters(i)}":${x}`, inObject)),
  both("wide object, other names", json, (x) => fill((i) => `"${letters(i)}${x}":1`, inObject)),
  both("wide object, hidden names", json, (x) => fill((i) => `"${i}":${x}`, inObject)),
  both("objects of 32", json, (x) => fill(() => fill((i) => `"${letters(i)}":${x}`, inObject, 32 * 5), inArray)),
  both("objects in each other", json, (x) => fill(() => nest(180, x), inArray)),
  both("objects in each other, equal", json, (x) => fill(() => nest(180, "1"), inArray) + " ".repeat(Number(x))),
  both("wide below 180 levels", json, (x) =>
    nest(
      180,
      fill((i) => `"${letters(i)}":${x}`, inObject, side - 180 * 6),
    ),
  ),
  both("type against type", json, (x) => fill((i) => (i % 2 === Number(x) - 1 ? "1" : "{}"), inArray)),
  {
    name: "one side alone",
    type: json,
    legacy: fill((i) => `{"${letters(i)}":1}`, inArray, IN_PLACE_BYTES - 2),
    candidate: "{}",
  },
  both("lines", text, (x) => fill(() => x, ["", "\n", ""], lightSide)),
  both("form fields", form, (x) => fill((i) => `${letters(i)}${x}=%20`, ["", "&", ""])),
  both("one form field again and again", form, (x) => fill(() => `a=${x}`, ["", "&", ""])),
  both("numbers as written", json, (x) => fill(() => `${x}.0`, inArray)),
  both("members twice", json, (x) => fill((i) => `"${letters(i >> 1)}":${x}`, inObject)),
  both("near-equal objects", json, (x) => fill((i) => `{"id":${i},"at":"${x}${i}","name":"n"}`, inArray)),
  both("near-equal objects, turned round", json, (x) =>
    fill((i) => `{"id":${x === "1" ? i : 999 - i},"name":"n${x}"}`, inArray),
  ),
  both("lists of near-equal objects", json, (x) =>
    fill(() => fill((i) => `{"a":${i},"b":${x}}`, inArray, 32 * 14), inArray),
  ),
  both("strings in another order", json, (x) => fill((i) => `"${shuffled(i, x)}"`, inArray)),
  both("digits in another order", json, (x) => fill((i) => String(shuffled(i, x) % 10), inArray)),
  both("bits in another order", json, (x) => fill((i) => String(shuffled(i, x) % 2), inArray)),
  both("lists of bits in another order", json, (x) =>
    fill((k) => fill((i) => String(shuffled(i + 99 * k, x) % 2), inArray, 130), inArray),
  ),
  both("lines alike", text, (x) => fill((i) => `line ${i % 7}${x}`, ["", "\n", ""], lightSide)),
  both("elements", xml, (x) => fill(() => `<a>${x}</a>`, ["<r>", "", "</r>"], lightSide)),
  both("elements with attributes", xml, (x) => fill((i) => `<a b="${x}" c="${i}"/>`, ["<r>", "", "</r>"], lightSide)),
  both("elements in each other", xml, (x) =>
    fill(() => "<a>".repeat(180) + x + "</a>".repeat(180), ["<r>", "", "</r>"], lightSide),
  ),
  both("parts", multipart, (x) => fill((i) => `\r\n\r\n${x}${i}\r\n`, ["--b", "--b", "--b--"], lightSide)),
  both("bytes", "image/png", (x) => x.repeat(side)),
];

function outcome(body: string, type: string): Outcome {
  const rawHeaders = ["Content-Type", type, "Date", "Thu, 01 Jan 2026 00:00:00 GMT", "Connection", "keep-alive"];
  return { kind: "answered", answer: { status: 200, rawHeaders, body: Buffer.from(body) }, latencyMs: 1, waitedMs: 0 };
}

function pairOf({ legacy, candidate, type }: Case): Pair {
  const rules = { headers: ["content-type"] };
  const outcomes = { legacy: outcome(legacy, type), candidate: outcome(candidate, type) };
  return { route: "default", itemKind: "message.text", rules, scope: "whole", ...outcomes };
}

type Work = () => void;

const ours = (one: Case): Work => {
  const pair = pairOf(one);
  return () => void compareOutcomes(pair, deps);
};

/** What anybody would write: it reads no header, aligns no array, and says of a difference neither class nor hash. */
function peer({ legacy, candidate, type }: Case): Work | null {
  if (type !== json) return null;
  const [one, other] = [Buffer.from(legacy), Buffer.from(candidate)];
  return () => void deepDiff(JSON.parse(one.toString()), JSON.parse(other.toString()));
}

/** CPU time of one run of each in microseconds: the median of rounds, each the mean of its runs, taken in turns. */
function measure(works: readonly Work[]): readonly number[] {
  const timed = works.map((work) => ({ work, runs: runsIn(roundMs, work), rounds: new Array<number>() }));
  for (let round = 0; round < roundCount; round += 1) {
    for (const { work, runs, rounds } of timed) {
      const since = process.threadCpuUsage();
      for (let run = 0; run < runs; run += 1) work();
      rounds.push((usedMs(since) * 1e3) / runs);
    }
  }
  return timed.map(({ rounds }) => median(rounds));
}

function runsIn(ms: number, work: Work): number {
  const since = process.threadCpuUsage();
  let runs = 0;
  for (; usedMs(since) < ms; runs += 1) work();
  return runs;
}

function usedMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(since);
  return (user + system) / 1e3;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

interface Cost {
  readonly us: number;
  /** null: nobody else reads it. */
  readonly ratio: number | null;
}

function cost(one: Case, beside: Work | null): Cost {
  const [us = Number.NaN, theirs = null] = measure([ours(one), ...(beside === null ? [] : [beside])]);
  const verdict = compareOutcomes(pairOf(one), deps);
  const said = "divergences" in verdict ? `${verdict.kind} (${verdict.divergences.length})` : verdict.kind;
  const bytes = Buffer.byteLength(one.legacy) + Buffer.byteLength(one.candidate);
  const ratio = theirs === null ? null : us / theirs;
  const against = ratio === null ? "" : `, ${ratio.toFixed(2)} times the peer's ${theirs?.toFixed(1)} us`;
  console.log(
    `${one.name.padEnd(36)} ${String(bytes).padStart(7)} B ${us.toFixed(1).padStart(9)} us  ${said}${against}`,
  );
  return { us, ratio };
}

// Every case meets code that has seen the others.
for (const one of [...typicalCases, ...worstCases]) runsIn(roundMs, ours(one));
for (const one of typicalCases) runsIn(roundMs, peer(one) ?? ours(one));

const usually = typicalCases.map((one) => cost(one, peer(one)));
const most = Math.max(...worstCases.map((one) => cost(one, null).us));
const ratio = median(usually.flatMap((each) => each.ratio ?? []));
console.log(`The median of typical pairs: ${median(usually.map(({ us }) => us)).toFixed(1)} us of the 25 it may take`);
console.log(`The median beside JSON.parse of both and deep-diff: ${ratio.toFixed(2)} times as much`);
console.log(
  `The worst of ${IN_PLACE_BYTES} bytes: ${most.toFixed(0)} us of the 5,000 that a comparison in place may take`,
);
