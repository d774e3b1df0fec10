import type { Verdict } from "../../../effects/index.ts";
import type { CallKeys, Exchanges, Found, Holding, OutboundCall, Place } from "../../../exchanges/index.ts";
import type { Following } from "../../../mirror/index.ts";
import type { Errand } from "../../../proxy/index.ts";
import { canonicalId } from "../../../whatsapp/index.ts";
import { recipientOf } from "./opened.ts";
import type { Reversed, TiedTo } from "./reversed.ts";
import type { LegacyTies } from "./legacy-ties.ts";

/** Reverse shadow: when legacy may be given what the candidate has answered, and which of its calls are held then. */
export interface Reverse {
  /** Never rejects. */
  begin(following: Following, errand: Errand): boolean | Promise<boolean>;
  /** Whether any call of legacy's may have to be held: else they stream as they come. */
  judges(): boolean;
  /** Decides on a call of legacy's. Never rejects. */
  judge(call: OutboundCall): Verdict | Promise<Verdict>;
}

export interface ReverseDeps {
  readonly exchanges: Exchanges;
  readonly holding: Holding;
  readonly reversed: Reversed;
  readonly ties: Pick<LegacyTies, "of">;
}

const streams: Verdict = { decision: "release", exchange: null };

export function createReverse({ exchanges, holding, reversed, ties }: ReverseDeps): Reverse {
  return {
    begin({ delivery, judgement }, { items }) {
      const { exchange, trace, route } = delivery;
      // What a twin does is held whatever it bears.
      if (route.twin !== null) return true;
      if (ties.of(route.name) !== "tied" || !exchanges.reverse(exchange, items)) return false;
      const all = items.flatMap((i) => judgement?.items[i]?.item ?? []);
      const given = all.map(({ id, shopper, person }) => ({ id, shopper: recipientOf(person, shopper) }));
      return reversed.note({ exchange, traceId: trace.traceId, items: given });
    },
    judges: () => reversed.any(),
    judge(call) {
      if (call.isMediaUpload) return streams;
      const keys = { ...call.keys, recipient: null };
      const found = exchanges.find(keys);
      if (holding.decide(call) === "hold") {
        return { decision: "hold", exchange: found.kind === "one" ? found.exchange.exchange : null };
      }
      if (isKnown(exchanges, call.keys, found)) return streams;
      const verdictOf = (tied: TiedTo | null): Verdict => {
        if (tied === null || (!tied.isNamed && isAnswered(exchanges, call.keys.recipient))) return streams;
        return { decision: "hold", exchange: tied.exchange };
      };
      const known = reversed.find(call.keys);
      return known instanceof Promise ? known.then(verdictOf) : verdictOf(known);
    },
  };
}

/** What a call of legacy's is about is known here, and not held. A trace may be that of a delivery elsewhere as well. */
function isKnown(exchanges: Exchanges, keys: CallKeys, found: Found): boolean {
  const { exchange, recipient, refersTo } = keys;
  if (exchange !== null) return exchanges.ties({ ...noKeys, exchange, recipient: null }).standings.size > 0;
  if (refersTo !== null && exchanges.ties({ ...noKeys, refersTo, recipient: null }).standings.size > 0) return true;
  if (recipient === null) return refersTo === null && found.kind !== "none";
  return isAnswered(exchanges, recipient) || (found.kind === "one" && matches(found, recipient));
}

function matches({ exchange }: Place, recipient: string): boolean {
  return exchange.items.some(({ shopper }) => shopper === canonicalId(recipient));
}

/** Legacy answers this person itself: work queues carry on the trace of whoever started them. */
function isAnswered(exchanges: Exchanges, recipient: string | null): boolean {
  const { elsewhere } = exchanges.ties({ ...noKeys, recipient });
  return elsewhere.has("legacy") || elsewhere.has("held");
}

const noKeys = { side: "legacy", exchange: null, traceId: null, refersTo: null, phone: null } as const;
