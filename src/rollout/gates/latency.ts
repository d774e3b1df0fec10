import { en, pt, say } from "../../lib/sentence.ts";
import type { GateResult } from "../gate.ts";
import type { GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { resultOf } from "./result.ts";
import { judgeTested } from "./tested.ts";

/** What the candidate answers, against a limit of its own: with a budget of 5 % that is its p95. */
export function judgeLatency(gate: GateOf<"latency">, context: GateContext): GateResult {
  const { overMs } = context.rollout.limits;
  if (overMs !== gate.maxMs) {
    const counted =
      overMs === null
        ? say("items are not counted by how long they take", "os itens não são contados por quanto levam")
        : say(`items are counted above ${en.span(overMs)}`, `os itens são contados acima de ${pt.span(overMs)}`);
    const said = say(
      `${counted.text}, and the gate asks for ${en.span(gate.maxMs)}`,
      `${counted.pt}, e o gate pergunta por ${pt.span(gate.maxMs)}`,
    );
    return resultOf(gate, { verdict: "ERROR", said, figures: { maxMs: gate.maxMs, overMs } });
  }
  return judgeTested(gate, context, ({ cells }) => [
    {
      kind: "budget",
      name: "",
      what: say(
        `that the candidate answered after more than ${en.span(gate.maxMs)}`,
        `respondidas pelo candidate depois de mais de ${pt.span(gate.maxMs)}`,
      ),
      bad: cells("served-candidate", "over"),
      all: cells("served-candidate", "item"),
      budget: gate.budget,
      spare: 0,
      proves: true,
    },
  ]);
}
