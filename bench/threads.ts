/**
 * What crossing to another thread costs, beside what the work costs where it is: see docs/decisions/0003-threads.md.
 * Node 26: `node_modules/.bin/node bench/threads.ts`
 */
import { once } from "node:events";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import type { Batch } from "../src/account/index.ts";
import { compareOutcomes, createKeyedHash, noRules, type Pair } from "../src/compare/index.ts";
import { createProfile } from "../src/identify/index.ts";
import type { ExchangeRecord, Outcome, RequestHead } from "../src/model/index.ts";
import { providers, sign } from "../src/whatsapp/index.ts";
import { median } from "./percentile.ts";

interface Case {
  readonly name: string;
  readonly message: unknown;
  /** The same work on the thread that would send the message; null: that thread would never do it. */
  readonly inPlace: (() => unknown) | null;
  /** Round trips in each round. */
  readonly trips: number;
}

const rounds = 15;
const deps = { hash: createKeyedHash("bench"), rules: noRules, at: Date.now() };
const secret = "bench";
const profile = createProfile(providers.meta, {
  extractors: [{ kind: "profile" }],
  aliases: new Map(),
  secrets: { legacy: [secret], candidate: [secret] },
});
const rawHeaders = ["Content-Type", "application/json", "Date", "Thu, 01 Jan 2026 00:00:00 GMT"];
const head: RequestHead = { method: "POST", target: "/webhook", rawHeaders };

/** A delivery of texts of one shopper, 1.1 KB each, up to so many bytes. */
function delivery(bytes: number): Buffer {
  const message = {
    from: "999010000042",
    id: "wamid.HBgMOTk5MDEwMDAwMDQyFQIAEhgWM0VCMDlDAA==",
    timestamp: "1767225600",
    type: "text",
    text: { body: "Hola 👋 ".repeat(80) },
  };
  const count = Math.max(1, Math.floor(bytes / (Buffer.byteLength(JSON.stringify(message)) + 1)));
  const value = { messaging_product: "whatsapp", messages: Array.from({ length: count }, () => message) };
  return Buffer.from(JSON.stringify({ entry: [{ id: "1", changes: [{ field: "messages", value }] }] }));
}

function identify(name: string, bytes: number, trips: number): Case {
  // Its own memory, as a body that came in several pieces has: cloning a view copies all that it is a view of.
  const body = Buffer.from(new Uint8Array(delivery(bytes)).buffer);
  const message = { kind: "examine", route: "default", head, body };
  return { name, message, inPlace: () => profile.identify(head, body), trips };
}

function verify(name: string, bytes: number, trips: number): Case {
  const body = Buffer.from(new Uint8Array(delivery(bytes)).buffer);
  const signed = { ...head, rawHeaders: [...rawHeaders, "X-Hub-Signature-256", sign(body, secret)] };
  const message = { kind: "examine", route: "default", head: signed, body };
  return { name, message, inPlace: () => profile.examine(signed, body), trips };
}

/** `memory`: bytes of what each body is a view of. */
function compare(name: string, memory: number): Case {
  const outcome = (text: string): Outcome => {
    const bytes = new TextEncoder().encode(text);
    const body = Buffer.from(new ArrayBuffer(Math.max(memory, bytes.length)), 0, bytes.length);
    body.set(bytes);
    return { kind: "answered", answer: { status: 200, rawHeaders, body }, latencyMs: 1, waitedMs: 0 };
  };
  const answer = (status: string): Outcome => outcome(JSON.stringify({ status, echo: delivery(1).toString() }));
  const rules = { headers: ["content-type"] };
  const pair: Pair = {
    route: "default",
    itemKind: "message.text",
    rules,
    scope: "whole",
    legacy: answer("queued"),
    candidate: answer("sent"),
  };
  return {
    name,
    message: { kind: "compare", pair, at: deps.at },
    inPlace: () => compareOutcomes(pair, deps),
    trips: 300,
  };
}

function record(exchange: string): ExchangeRecord {
  const call = {
    items: [0],
    spanId: "b7ad6b7169203331",
    startMs: 0,
    endMs: 9,
    latencyMs: 9,
    waitedMs: 0,
    status: 200,
    failure: null,
  };
  const divergence = {
    where: "answer",
    path: "/body/status",
    kind: "changed",
    severity: "minor",
    signature: "00000000000000aa",
    legacy: { type: "string", length: 6, hash: "00000000000000bb" },
    candidate: { type: "string", length: 4, hash: "00000000000000cc" },
    change: "string",
    noise: null,
    downstream: false,
  } as const;
  const item = {
    kind: "message.text",
    id: "00000000000000ee",
    shopper: "00000000000000dd",
    mode: "dual-run",
    reason: "percent",
    flags: Array.from({ length: 6 }, () => ({ flag: "WHATSAPP_DUAL_RUN", value: true, reason: "percent" })),
    state: { state: "compared", substate: "divergent" },
    divergences: [divergence, divergence],
    divergenceCount: 2,
    addedLatencyMs: 0.1,
    compareMs: 0.1,
    orderUncertain: false,
    story: null,
    effects: [],
  } as const;
  return {
    exchange,
    route: "default",
    method: "POST",
    receivedAt: 1_767_225_600_000,
    flagVersion: 1,
    trace: { traceId: "0".repeat(32), spanId: "0".repeat(16), parentSpanId: null, tracestate: null, sampled: true },
    mode: "dual-run",
    answeredBy: "legacy",
    status: 200,
    latencyMs: 12.5,
    overheadMs: 0.4,
    calls: [
      { side: "legacy", ...call },
      { side: "candidate", ...call },
    ],
    egress: [],
    items: [item],
  };
}

function batch(count: number): Batch {
  const records = Array.from({ length: count }, (_, index) => record(String(index).padStart(24, "0")));
  const none = {
    counts: [],
    histograms: [],
    gauges: [],
    groups: [],
    twin: [],
    evidence: [],
    pending: {},
    recordsDropped: 0,
  };
  const nothing = { ...none, calls: [] };
  return { seq: 1, at: 1_767_225_600_000, ...nothing, records };
}

const cases: readonly Case[] = [
  { name: "empty message", message: {}, inPlace: null, trips: 300 },
  compare("compare 1 KB with 1 KB", 0),
  compare("the same, each a piece of 64 KiB as read from a socket", 65_536),
  identify("take apart 1 KB", 1, 300),
  identify("take apart 32 KiB", 32_768, 100),
  identify("take apart 256 KiB", 262_144, 30),
  identify("take apart 3 MB", 3_000_000, 6),
  verify("check the signature of 1 KB", 1, 300),
  verify("check the signature of 32 KiB", 32_768, 100),
  verify("check the signature of 256 KiB", 262_144, 30),
  verify("check the signature of 3 MB", 3_000_000, 6),
  { name: "batch of 15 records", message: { kind: "batch", batch: batch(15) }, inPlace: null, trips: 100 },
  { name: "batch of 100 records", message: { kind: "batch", batch: batch(100) }, inPlace: null, trips: 50 },
  // As many as may wait for a control thread that does not answer.
  { name: "batch of 5,000 records", message: { kind: "batch", batch: batch(5_000) }, inPlace: null, trips: 2 },
];

interface Sample {
  /** CPU time of this thread per trip: sending, and receiving a small answer. */
  readonly hereUs: number;
  /** Median of the round's trips, by the clock. The other thread does nothing but take the message in and answer. */
  readonly tripUs: number;
  /** CPU time of this thread where it does the work itself. */
  readonly inPlaceUs: number | null;
}

async function round(worker: Worker, { message, inPlace, trips }: Case): Promise<Sample> {
  const taken: number[] = [];
  const here = process.threadCpuUsage();
  for (let trip = 0; trip < trips; trip += 1) {
    const answered = once(worker, "message");
    const start = performance.now();
    worker.postMessage(message);
    await answered;
    taken.push((performance.now() - start) * 1_000);
  }
  const hereUs = since(here) / trips;
  const work = process.threadCpuUsage();
  for (let trip = 0; trip < trips; trip += 1) inPlace?.();
  return { hereUs, tripUs: median(taken), inPlaceUs: inPlace === null ? null : since(work) / trips };
}

function since(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before);
  return user + system;
}

async function measure(): Promise<void> {
  const worker = new Worker(new URL(import.meta.url));
  const samples = new Map<Case, Sample[]>(cases.map((one) => [one, []]));
  for (let n = 0; n <= rounds; n += 1) {
    for (const [one, taken] of samples) {
      const sample = await round(worker, one);
      // Code of the first round is not compiled yet.
      if (n > 0) taken.push(sample);
    }
  }
  await worker.terminate();
  console.log(`Medians of ${rounds} rounds in microseconds, Node ${process.version}`);
  print(["", "CPU here", "there and back", "CPU in place"]);
  for (const [{ name }, taken] of samples) {
    const of = (figure: keyof Sample): string => {
      const values = taken.flatMap((sample) => sample[figure] ?? []);
      return values.length === 0 ? "" : median(values).toFixed(0);
    };
    print([name, of("hereUs"), of("tripUs"), of("inPlaceUs")]);
  }
}

function print([name = "", ...figures]: readonly string[]): void {
  console.log(`${name.padEnd(56)}${figures.map((figure) => figure.padStart(16)).join("")}`.trimEnd());
}

if (isMainThread) await measure();
else parentPort?.on("message", () => parentPort?.postMessage({ id: 1, answer: { kind: "done" } }));
