import { targetAt, type Budget } from "../http/index.ts";
import type { Clock } from "../lib/clock.ts";
import { randomHex } from "../model/index.ts";
import type { Delivery, Lane, ToldSide } from "../proxy/index.ts";
import type { AwaitEffects } from "./following-deps.ts";
import type { Following } from "./following.ts";
import type { Gate } from "./gate.ts";
import type { Mirrored } from "./mirrored.ts";
import type { Caller } from "./caller.ts";
import { callShadow, type Called } from "./shadow-call.ts";

/** What calling a side beside the answer takes. */
export interface CallingDeps {
  /** The fields that a side gets. */
  readonly fieldsFor: (delivery: Delivery, call: ToldSide) => string[];
  readonly effects: Pick<AwaitEffects<Following>, "reversing">;
  readonly budget: Budget;
  readonly clock: Clock;
}

export interface CallOf {
  readonly following: Following;
  readonly caller: Caller;
  readonly mirrored: Mirrored;
  /** The delivery's, whole. */
  readonly body: Buffer;
}

/** Of a route. */
interface Entry {
  readonly lane: Lane;
  readonly gate: Gate;
  /** The twin takes no place that the candidate could have. */
  readonly twinGate: Gate;
}

/** Lets the side that does not answer be called when there is room. */
export function callBeside(deps: CallingDeps, entry: Entry | undefined, of: CallOf): void {
  const { following, caller, mirrored } = of;
  const beside = entry === undefined ? null : besideOf(entry.lane, mirrored);
  if (entry === undefined || beside === null) return caller.shed(mirrored, "not-enabled");
  const gate = mirrored.isTwins ? entry.twinGate : entry.gate;
  const begin = (waitedMs: number): void => {
    if (!caller.wants(mirrored)) {
      mirrored.leave();
      return gate.leave();
    }
    if (!beside.breaker.allows()) {
      gate.leave();
      return caller.shed(mirrored, "breaker-open");
    }
    mirrored.spanId = randomHex(8);
    start(deps, { ...of, beside, waitedMs }, (called) => {
      if (called.outcome.kind === "answered") beside.breaker.succeeded();
      else beside.breaker.failed();
      gate.leave();
      caller.called(mirrored, called);
    });
  };
  const entered = gate.enter((mirrored.errand.body ?? of.body).length, (waitedMs) => {
    if (mirrored.errand.side === "candidate" || mirrored.isTwins || following.closed) return begin(waitedMs);
    const may = deps.effects.reversing(following, mirrored.errand);
    const follow = (yes: boolean): void => {
      if (yes) return begin(waitedMs);
      gate.leave();
      caller.shed(mirrored, "cut-over");
    };
    if (may instanceof Promise) void may.then(follow);
    else follow(may);
  });
  if (!entered) caller.shed(mirrored, "queue-full");
}

/** Whom to call beside the answer; null: there is nobody. */
function besideOf({ route, candidate, reverse }: Lane, { errand }: Mirrored): Lane["reverse"] | Beside {
  if (errand.side === "legacy") return reverse;
  return candidate === null || route.candidate === null ? null : { ...candidate, upstream: route.candidate };
}

type Beside = Pick<NonNullable<Lane["reverse"]>, "upstream" | "transport" | "breaker">;

function start(
  deps: CallingDeps,
  of: CallOf & { readonly beside: Beside; readonly waitedMs: number },
  done: (called: Called) => void,
): void {
  const { delivery } = of.following;
  const { upstream, transport } = of.beside;
  const { errand, side, spanId, laneMs } = of.mirrored;
  const headers = deps.fieldsFor(delivery, { errand, side, held: true, upstream, spanId });
  const body = errand.body ?? of.body;
  callShadow(
    {
      transport,
      request: {
        method: delivery.head.method,
        target: targetAt(upstream.url, delivery.head.target),
        headers,
        body: body.length === 0 ? null : body,
        chunked: delivery.chunked,
      },
      timeoutMs: upstream.timeoutMs,
      waitedMs: laneMs + of.waitedMs,
      maxBodyBytes: delivery.route.maxBodyBytes,
    },
    deps,
    done,
  );
}
