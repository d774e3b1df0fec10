import { asIs, say, type Sentence } from "../../lib/sentence.ts";
import { durationMs } from "../plan-fields.ts";
import type { Rollout } from "../state.ts";
import { changed, refused, unchanged, type Answer, type Asked } from "./answer.ts";
import { abort, pause, resume, rollback } from "./act-back.ts";
import { advanceByHand, complete, start } from "./act-onward.ts";
import { approve, reject } from "./act-approve.ts";
import { legal } from "./legal.ts";
import type { Order, Ordered } from "./order.ts";
import { isJudged, isUnstarted } from "./statuses.ts";
import { untickedIn } from "./time.ts";

const MAX_NOTES = 20;
const MAX_ACKNOWLEDGED = 50;

/** What an order comes to: another rollout with edits of flags and a reason, or why not. Pure; asked twice it changes once. */
export function act(order: Exclude<Order, { action: "create" }>, asked: Asked): Answer {
  const { status } = asked.rollout;
  const says = legal[order.action][status.name];
  if (says === "is") return unchanged(`it is ${status.name} already`);
  if (says !== "may") return illegal(order.action, status.name, says.not);
  switch (order.action) {
    case "check":
      return check(asked);
    case "start":
      return start(order, asked);
    case "pause":
      return pause(order, asked);
    case "resume":
      return resume(order, asked);
    case "advance":
      return advanceByHand(order, asked);
    case "approve":
      return approve(order, asked);
    case "reject":
      return reject(order, asked);
    case "acknowledge":
      return acknowledge(order, asked);
    case "rollback":
      return rollback(order, asked);
    case "abort":
      return abort(order, asked);
    case "complete":
      return complete(order, asked);
    case "tick":
      return tick(order, asked);
    case "note":
      return note(order, asked);
    case "drilled":
      return drilled(order, asked);
    default:
      return order satisfies never;
  }
}

function illegal(action: Parameters<typeof refused>[0] | "check" | "drilled", status: string, not: Sentence): Answer {
  const said = say(`the rollout is ${status}: ${not.text}`, `o rollout está ${status}: ${not.pt}`);
  // Nobody asks for these by hand.
  if (action === "check" || action === "drilled")
    return { kind: "refused", why: `cannot ${action}: ${said.text}`, pt: said.pt };
  return refused(action, said);
}

/** A rollout of a plan as it is written down: nothing is checked, nothing moves. */
export function draft(id: string, plan: Rollout["plan"], planHash: string): Rollout {
  return {
    id,
    plan,
    planHash,
    startedBy: null,
    status: { name: "draft" },
    visit: 0,
    enteredAt: null,
    shed: null,
    lowered: null,
    adjusted: [],
    limits: { lateMs: null, slowMs: null, overMs: null },
    approvals: [],
    acknowledged: [],
    ticked: [],
    baseline: null,
    drill: null,
    notes: [],
  };
}

function check({ rollout, prechecks }: Asked): Answer {
  if (!isUnstarted(rollout.status)) return unchanged("it was started");
  const red = prechecks.filter(({ green }) => !green);
  const name = red.length === 0 ? "ready" : "pending";
  const what =
    red.length === 0
      ? "every precheck is green"
      : `missing: ${red.map((one) => `${one.name}: ${one.text}`).join("; ")}`;
  return rollout.status.name === name ? unchanged(what) : changed({ ...rollout, status: { name } }, what);
}

function acknowledge({ gate, by, why, until }: Ordered<"acknowledge">, { rollout, nowMs }: Asked): Answer {
  if (gate.trim() === "") return refused("acknowledge", say("say which gate or alarm", "diga qual gate ou alarme"));
  if (why.trim() === "") {
    return refused("acknowledge", say("say why it is expected", "diga por que é esperado"));
  }
  const forMs = durationMs(until);
  const untilMs = forMs === null ? Date.parse(until) : nowMs + forMs;
  if (!(untilMs > nowMs)) {
    return refused(
      "acknowledge",
      say(`until must be a time to come: it is "${until}"`, `o prazo deve ser um momento por vir: é "${until}"`),
    );
  }
  const before = rollout.acknowledged.find((one) => one.gate === gate);
  const end = new Date(untilMs).toISOString();
  if (before?.why === why && before.until === end) return unchanged(`\`${gate}\` is acknowledged already`);
  const acknowledgement = { gate, by, at: new Date(nowMs).toISOString(), why, until: end };
  const others = rollout.acknowledged.filter((one) => one.gate !== gate && Date.parse(one.until) > nowMs);
  const acknowledged = [...others, acknowledgement].slice(-MAX_ACKNOWLEDGED);
  return changed({ ...rollout, acknowledged }, `\`${gate}\` is expected until ${end}`, { why });
}

function tick({ precheck, by, evidence }: Ordered<"tick">, { rollout, nowMs }: Asked): Answer {
  const { plan, status, ticked } = rollout;
  const phase = isJudged(status) ? plan.phases[status.phase] : undefined;
  const manual = phase === undefined ? plan.prechecks.manual : phase.manual;
  const what =
    phase === undefined
      ? say("the plan has no precheck by hand", "o plano não tem verificação manual")
      : say(
          `nothing is to be ticked in ${phase.name} that is called`,
          `em ${phase.name} não há nada a marcar com o nome`,
        );
  if (!manual.includes(precheck)) {
    const [name, names] = [`\`${precheck}\``, listed(manual)];
    return refused("tick", say(`${what.text} ${name}: it has ${names.text}`, `${what.pt} ${name}: há ${names.pt}`));
  }
  if (evidence.trim() === "") return refused("tick", say("say by what evidence", "diga com que evidência"));
  const isTicked =
    phase === undefined ? ticked.some(({ name }) => name === precheck) : !untickedIn(rollout, phase).includes(precheck);
  if (isTicked) return unchanged(`\`${precheck}\` is ticked already`);
  const others = ticked.filter(({ name }) => name !== precheck);
  const now = { name: precheck, by, at: new Date(nowMs).toISOString(), evidence };
  return changed({ ...rollout, ticked: [...others, now] }, `\`${precheck}\` is ticked`, { why: evidence });
}

function note({ text, by }: Ordered<"note">, { rollout, nowMs }: Asked): Answer {
  if (text.trim() === "") return refused("note", say("there is no text", "não há texto"));
  const notes = [...rollout.notes, { by, at: new Date(nowMs).toISOString(), text }].slice(-MAX_NOTES);
  return changed({ ...rollout, notes }, "note", { why: text });
}

function drilled({ seconds, by }: Ordered<"drilled">, { rollout, nowMs }: Asked): Answer {
  if (!Number.isFinite(seconds) || seconds < 0) {
    const why = `cannot note a drill of ${seconds} seconds`;
    return { kind: "refused", why, pt: `não é possível anotar um ensaio de ${seconds} segundos` };
  }
  const drill = { at: new Date(nowMs).toISOString(), by, seconds };
  return changed({ ...rollout, drill }, `drilled: every instance was on legacy after ${seconds} s`);
}

function listed(names: readonly string[]): Sentence {
  if (names.length === 0) return say("none", "nenhuma");
  return asIs(names.map((name) => `\`${name}\``).join(", "));
}
