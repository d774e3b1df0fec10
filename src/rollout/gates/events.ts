import { en, pt, say } from "../../lib/sentence.ts";
import type { GateResult } from "../gate.ts";
import { boundsText, isWithin } from "./bounds.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { judgeLimited } from "./limited.ts";
import { resultOf } from "./result.ts";

const HOUR_MS = 3_600_000;

/**
 * Events that a side declared in the last hour. Too many are so at once; that there are too few can be said once the whole hour was
 * one of this phase in which every instance counted, and the candidate answered in it.
 */
export function judgeEvents(gate: GateOf<"events">, context: GateContext): GateResult {
  const { surroundings, windows, nowMs, runningMs } = context;
  const { events } = surroundings;
  if (events === null) {
    return resultOf(gate, { verdict: "INCONCLUSIVE", said: say("nobody counts events", "ninguém conta eventos") });
  }
  const { phase, window } = windows.total;
  const answered = (window ?? phase).raw("served-candidate", "item");
  const value = events.counts.reduce((sum, { side, type, n }) => (isAsked(gate, side, type) ? sum + n : sum), 0);
  const [what, bounds] = [gate.event === null ? "" : ` ${gate.event}`, boundsText(gate)];
  const said = say(
    `${en.count(value)} events${what} of the ${gate.side} in the last hour, ${bounds.text}`,
    `${pt.count(value)} eventos${what} do ${gate.side} na última hora, ${bounds.pt}`,
  );
  const figures = { value, min: gate.min, max: gate.max, N: answered };
  if (!isWithin(value, { min: gate.min, max: null })) {
    if (!(answered > 0)) {
      const unasked = say(
        `${said.text}: the candidate was asked nothing`,
        `${said.pt}: ao candidate não se perguntou nada`,
      );
      return resultOf(gate, { verdict: "INCONCLUSIVE", said: unasked, figures });
    }
    if (Math.min(nowMs - events.sinceMs, runningMs) < HOUR_MS) {
      const early = say(`${said.text}: not counted for an hour yet`, `${said.pt}: ainda não contado por uma hora`);
      return resultOf(gate, { verdict: "INCONCLUSIVE", said: early, figures });
    }
  }
  return judgeLimited(gate, context, { said, figures, holds: isWithin(value, gate) });
}

function isAsked({ side, event }: GateOf<"events">, of: string, type: string): boolean {
  return of === side && (event === null || type === event);
}
