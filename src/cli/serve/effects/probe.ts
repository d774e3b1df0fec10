import { say, type Sentence } from "../../../lib/sentence.ts";
import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { FlagCell } from "../../../flags/index.ts";
import type { Budget } from "../../../http/index.ts";
import { targetAt } from "../../../http/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import { callShadow, type Called } from "../../../mirror/index.ts";
import { randomHex, type Disposition, type EffectOperation, type FlagRecord, type Side } from "../../../model/index.ts";
import { fieldsFor, type Delivery, type Lane } from "../../../proxy/index.ts";
import { probeDelivery, sign } from "../../../whatsapp/index.ts";
import type { Probing } from "./probing.ts";

/** A call that came while a candidate was probed, and is tied to the probe. */
export interface ProbeCall {
  readonly side: Side;
  readonly operation: EffectOperation;
  readonly kind: string;
  readonly disposition: Disposition;
}

/** What came of probing the candidate of a route. */
export type ProbeReport = { readonly route: string } & (
  | { readonly kind: "refused"; readonly why: string; readonly pt?: string }
  | { readonly kind: "failed"; readonly failure: string }
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly calls: readonly ProbeCall[];
      /** Of the calls, those that only their recipient ties to it. */
      readonly weak: number;
      readonly waitedMs: number;
      /** No delivery has shown yet where the candidate is called, and for which number. */
      readonly blindly: boolean;
    }
);

export interface ProbeDeps {
  readonly lanes: readonly Lane[];
  readonly flags: FlagCell;
  /** The candidate's: the first signs. */
  readonly secrets: readonly string[];
  readonly probing: Probing;
  readonly clock: Clock;
  readonly budget: Budget;
}

export interface ProbeOrder {
  /** null: all that have a candidate. */
  readonly route: string | null;
  /** What comes later is not waited for; null: as long as effects are. */
  readonly maxWaitMs: number | null;
}

/** Asks the candidates. Never rejects. */
export type Probe = (order: ProbeOrder) => Promise<readonly ProbeReport[]>;

/** In Meta's shape. */
const profiles: ReadonlySet<string> = new Set(["meta", "360dialog", "simulated"]);
const maxCalls = 100;
const lookEveryMs = 50;
/** A call may be under way from another instance for so long. */
const leastQuietMs = 1_000;

export function createProbe(deps: ProbeDeps): Probe {
  const running = new Set<string>();
  return ({ route: wanted, maxWaitMs }) =>
    Promise.all(
      deps.lanes
        .filter(({ route, candidate }) => candidate !== null && (wanted ?? route.name) === route.name)
        .map(async (lane): Promise<ProbeReport> => {
          const { name } = lane.route;
          const not = running.has(name) ? PROBED_ALREADY : refusalOf(deps, lane);
          if (not !== null) return { route: name, kind: "refused", why: not.text, pt: not.pt };
          running.add(name);
          try {
            return await probe(deps, lane, maxWaitMs ?? lane.route.settle.maxMs);
          } finally {
            running.delete(name);
          }
        }),
    );
}

const PROBED_ALREADY = say("it is being probed already", "já está sendo sondado");

/** null: nothing that a probed candidate does can go out. */
function refusalOf({ flags, probing }: ProbeDeps, { route }: Lane): Sentence | null {
  const { name } = route.profile;
  if (!profiles.has(name)) {
    return say(`there is no probe in the shape of profile ${name}`, `não há sonda na forma do perfil ${name}`);
  }
  if (flags.current().killed) {
    return say(
      "the kill switch is thrown, which leaves the candidate alone",
      "o kill switch está ligado, o que deixa o candidate em paz",
    );
  }
  if (!probing.mayGoOut()) return null;
  return say(
    "the flags cut over some shopper, or did just now, so that a call which nothing ties to the probe could go out",
    "as flags fazem cutover de algum shopper, ou faziam há pouco, de modo que uma chamada que nada liga à sonda poderia sair",
  );
}

async function probe(deps: ProbeDeps, lane: Lane, maxWaitMs: number): Promise<ProbeReport> {
  const { secrets, probing, clock, budget, flags } = deps;
  const { route, candidate } = lane;
  if (candidate === null || route.candidate === null) throw new Error("A route without a candidate is not probed");
  const last = probing.last(route.name);
  const from = {
    id: `wamid.${Buffer.from(`SOMBRA-PROBE-${randomHex(8)}`).toString("base64")}`,
    // E.164 has given the code 999 to no country: nobody has this number, and no list of shoppers.
    shopper: `999${randomInt(10 ** 9, 10 ** 10 - 1)}`,
    phone: last?.phone ?? "0",
    atMs: Date.now(),
  };
  const body = probeDelivery(from);
  const delivery = deliveryOf(lane, { target: last?.target ?? route.path, snapshot: flags.current(), clock });
  const calls: ProbeCall[] = [];
  let weak = 0;
  let lastMs = clock();
  const item = {
    id: from.id,
    shopper: from.shopper,
    nameless: false,
    phone: last?.phone ?? null,
    mode: "shadow",
    compared: false,
  } as const;
  const { exchange, trace } = delivery;
  const end = probing.begin(
    { exchange, traceId: trace.traceId, route: route.name, items: [item] },
    {
      did({ side, operation, kind, disposition }) {
        lastMs = clock();
        if (calls.length < maxCalls) calls.push({ side, operation, kind, disposition });
      },
      weaklyTied: () => void (weak += 1),
    },
  );
  try {
    const { outcome } = await called(lane, { delivery, body, secret: secrets[0] ?? null }, { clock, budget });
    if (outcome.kind === "failed") return { route: route.name, kind: "failed", failure: outcome.failure };
    const { status } = outcome.answer;
    const answeredMs = clock();
    const quietMs = Math.max(leastQuietMs, route.settle.quietMs);
    const isOver = (): boolean => {
      const sent = status >= 400 || calls.some(({ operation }) => operation === "send");
      const quiet = sent && clock() - Math.max(lastMs, answeredMs) >= quietMs;
      return quiet || clock() - answeredMs >= Math.max(quietMs, maxWaitMs);
    };
    while (!isOver()) await delay(lookEveryMs, undefined, { ref: false });
    const waitedMs = clock() - answeredMs;
    return { route: route.name, kind: "answered", status, calls, weak, waitedMs, blindly: last === null };
  } finally {
    end();
  }
}

interface Seen extends Pick<Delivery, "snapshot"> {
  readonly target: string;
  readonly clock: Clock;
}

/** As if it had come in, which it has not: nothing counts it. */
function deliveryOf({ route }: Lane, { target, snapshot, clock }: Seen): Delivery {
  return {
    exchange: randomHex(12),
    route,
    head: { method: "POST", target, rawHeaders: [] },
    makesItems: true,
    chunked: false,
    receivedMs: clock(),
    receivedAt: Date.now(),
    trace: { traceId: randomHex(16), spanId: randomHex(8), parentSpanId: null, tracestate: null, sampled: false },
    snapshot,
  };
}

interface ToCall {
  readonly delivery: Delivery;
  readonly body: Buffer;
  readonly secret: string | null;
}

function called(
  { route, candidate }: Lane,
  { delivery, body, secret }: ToCall,
  deps: Parameters<typeof callShadow>[1],
): Promise<Pick<Called, "outcome">> {
  const { candidate: upstream, maxBodyBytes } = route;
  if (candidate === null || upstream === null) throw new Error("A route without a candidate is not probed");
  const headers = [
    "host",
    upstream.url.host,
    "user-agent",
    "sombra-probe",
    "content-type",
    "application/json",
    "content-length",
    String(body.length),
    ...(secret === null ? [] : ["x-hub-signature-256", sign(body, secret)]),
  ];
  const errand = { side: "candidate", mode: "shadow", items: [0], flags: flagsOf(route), body, headers } as const;
  const call = { errand, side: "candidate", held: true, upstream, spanId: randomHex(8) } as const;
  const fields = fieldsFor(delivery, call);
  const request = {
    method: "POST",
    target: targetAt(upstream.url, delivery.head.target),
    headers: [...fields, "x-sombra-probe", "true"],
    body,
    chunked: false,
  };
  return new Promise((resolve) => {
    callShadow(
      { transport: candidate.transport, request, timeoutMs: upstream.timeoutMs, waitedMs: 0, maxBodyBytes },
      deps,
      (done) => {
        done.release();
        resolve(done);
      },
    );
  });
}

/** As whoever is compared in shadow gets them: a candidate may do nothing for anybody else. */
function flagsOf({ flags: { enabled, shadow, dualRun, reverseShadow } }: Lane["route"]): readonly FlagRecord[] {
  const on = (flag: string): FlagRecord => ({ flag, value: true, reason: "probe" });
  const off = (flag: string): FlagRecord => ({ flag, value: false, reason: "probe" });
  return [on(enabled), on(shadow), off(dualRun), off(reverseShadow)];
}
