/**
 * What it costs to know whose call it is: nanoseconds per exchange that is opened and settled and per call, median and worst of the
 * rounds, with as many exchanges remembered as 2,000 deliveries a second leave in 30 s; and the memory they take.
 * Run it with `node --expose-gc bench/exchanges.ts`.
 */
import {
  createExchanges,
  createHolding,
  createSettling,
  type Exchanges,
  type OpenExchange,
} from "../src/exchanges/index.ts";
import { monotonic } from "../src/lib/clock.ts";
import { type Effect, type Mode, randomHex } from "../src/model/index.ts";
import { canonicalId } from "../src/whatsapp/index.ts";

const REMEMBERED = 60_000;
const PER_ROUND = 20_000;
const ROUNDS = 15;
const PERIOD_MS = 30_000;

let nowMs = 0;
const clock = (): number => nowMs;
let serial = 0;

/** Fresh strings, as a parser makes them. */
function delivery(mode: Mode): OpenExchange {
  serial += 1;
  const shopper = Buffer.from(`55119${String(serial % 1_000_000).padStart(8, "0")}`).toString("latin1");
  const id = Buffer.from(`wamid.HBgNNTUxMTk4NzY1NDMyMRUCABIYFDNB${randomHex(8)}${serial}`).toString("latin1");
  return {
    exchange: randomHex(12),
    traceId: randomHex(16),
    route: "default",
    items: [{ id, shopper, nameless: false, phone: "104452097716532", mode, compared: mode !== "legacy" }],
  };
}

function deliveries(mode: Mode): readonly OpenExchange[] {
  return Array.from({ length: PER_ROUND }, () => delivery(mode));
}

function setUp(): Exchanges {
  return createExchanges({ settleMs: PERIOD_MS, max: 2 * REMEMBERED, maxAlone: REMEMBERED, canonicalId }, clock);
}

function report(name: string, perCall: number[], note = ""): void {
  perCall.sort((a, b) => a - b);
  const [median = 0, worst = 0] = [perCall[ROUNDS >> 1], perCall.at(-1)];
  console.log(`${name.padEnd(62)} ${median.toFixed(0).padStart(6)} ns ${worst.toFixed(0).padStart(6)} ns   ${note}`);
}

/** `act` gets what `make` made, one after the other, with time going on as at 2,000 a second. */
function measure<T>(name: string, make: () => readonly T[], act: (one: T) => unknown): void {
  const perCall: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const all = make();
    const startMs = monotonic();
    for (const one of all) {
      nowMs += PERIOD_MS / REMEMBERED;
      act(one);
    }
    perCall.push(((monotonic() - startMs) * 1e6) / all.length);
  }
  report(name, perCall);
}

function heapMb(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

function effectOf({ exchange, traceId, items: [item] }: OpenExchange, some: Partial<Effect>): Effect {
  return {
    side: "legacy",
    operation: "send",
    kind: "send.text",
    recipient: canonicalId(item?.shopper ?? ""),
    phone: item?.phone ?? null,
    target: null,
    payload: {},
    refersTo: item?.id ?? null,
    ids: [],
    produced: [],
    succeeded: true,
    atMs: 0,
    disposition: "released",
    traceId,
    exchange,
    ...some,
  };
}

for (const mode of ["legacy", "shadow"] as const) {
  const before = heapMb();
  const exchanges = setUp();
  for (let i = 0; i < REMEMBERED; i += 1) {
    nowMs += PERIOD_MS / REMEMBERED;
    const one = delivery(mode);
    exchanges.open(one);
    exchanges.settle(one.exchange);
  }
  console.log(`${mode}: ${(heapMb() - before).toFixed(1)} MB for ${REMEMBERED} remembered`);
  measure(
    `${mode}: open and settle`,
    () => deliveries(mode),
    (one) => {
      exchanges.open(one);
      exchanges.settle(one.exchange);
    },
  );
  const recent = deliveries(mode);
  for (const one of recent) exchanges.open(one);
  const none = { exchange: null, traceId: null, refersTo: null, recipient: null };
  const finding: readonly [string, Partial<Effect>][] = [
    ["all keys", {}],
    ["trace and recipient", { exchange: null, refersTo: null }],
    ["message", { exchange: null, traceId: null }],
    ["recipient", { exchange: null, traceId: null, refersTo: null }],
    ["nothing that is known", { ...none, recipient: "447700900123", traceId: "0".repeat(32) }],
  ];
  for (const [by, some] of finding) {
    measure(
      `${mode}: find by ${by}`,
      () => recent.map((one) => effectOf(one, some)),
      (effect) => {
        nowMs -= PERIOD_MS / REMEMBERED;
        exchanges.find(effect);
      },
    );
  }
  const holding = createHolding(exchanges, { cutoverPossible: () => true, inCutoverNow: () => true });
  measure(
    `${mode}: hold, release or refuse by trace and recipient`,
    () => recent.map((one) => ({ keys: effectOf(one, { side: "candidate", exchange: null }), isMediaUpload: false })),
    (call) => {
      nowMs -= PERIOD_MS / REMEMBERED;
      holding.decide(call);
    },
  );
}

const settling = createSettling(
  {
    exchanges: setUp(),
    bounds: () => ({ quietMs: 500, maxMs: PERIOD_MS }),
    strayMs: 300,
    max: REMEMBERED,
    complete: ({ legacy, candidate }) => legacy.length === candidate.length,
    counted: () => undefined,
    givenUp: () => undefined,
  },
  clock,
);
const closeDue = (): void => {
  const due = settling.due();
  if (due !== null && due <= nowMs) settling.close(nowMs);
};
measure(
  "settling: open, answered and closed",
  () => deliveries("shadow"),
  (one) => {
    settling.open(one);
    settling.answered(one.exchange);
    closeDue();
  },
);
measure(
  "settling: the same with a send of each side",
  () => {
    const all = deliveries("shadow");
    return all.map((one) => ({ one, sends: [effectOf(one, {}), effectOf(one, { side: "candidate" })] }));
  },
  ({ one, sends }) => {
    settling.open(one);
    for (const send of sends) settling.effect(send);
    settling.answered(one.exchange);
    closeDue();
  },
);
