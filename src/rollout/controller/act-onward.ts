import { joined, say, spoken, type Sentence } from "../../lib/sentence.ts";
import type { RolloutEvent } from "../ports.ts";
import type { Rollout, Status } from "../state.ts";
import { holding } from "../judge.ts";
import type { Ordered } from "./order.ts";
import { changed, refused, unchanged, type Answer, type Asked, type Precheck } from "./answer.ts";
import { entered, phaseOf } from "./change-status.ts";
import { phasesIn } from "../phases.ts";
import { nextPhase, phaseName, phaseNamed } from "./phases.ts";
import { isApproved, untickedIn } from "./time.ts";
import { KILLED, openIncidents } from "./conclude.ts";
import { IN_NO_PHASE, noPhase } from "./act-back.ts";
import { phaseBack } from "../way-back.ts";
import { duration, saidBy } from "./words.ts";

export function start({ by, breakGlass }: Ordered<"start">, asked: Asked): Answer {
  const { rollout, prechecks, environment } = asked;
  const phase = nextPhase(rollout.plan, -1, environment);
  if (phase === null) return refused("start", noneHere(environment));
  const red = prechecks.filter(({ green }) => !green).map(named);
  const why = forced(breakGlass, red);
  if (why.kind === "refused") return refused("start", why.said);
  // What was ticked was audited when it was.
  const { manual } = rollout.plan.prechecks;
  const found = prechecks.filter(({ green, name }) => green && !manual.includes(name));
  const green = found.length === 0 ? "" : `green: ${found.map(({ name, text }) => `${name}: ${text}`).join("; ")}`;
  const said = [why.why, green].filter((text) => text !== "");
  return enter(
    { ...asked, rollout: { ...rollout, startedBy: by, adjusted: [] } },
    { phase, from: null, what: "start", why: said.join("; ") },
  );
}

function noneHere(environment: string): Sentence {
  return say(`no phase takes place in ${environment}`, `nenhuma fase acontece em ${environment}`);
}

function named({ name, ...found }: Precheck): Sentence {
  const { text, pt } = spoken(found);
  return say(`${name}: ${text}`, `${name}: ${pt}`);
}

export function advanceByHand({ to, breakGlass, reason = "" }: Ordered<"advance">, asked: Asked): Answer {
  const { rollout, environment } = asked;
  const { plan, status } = rollout;
  const from = phaseOf(status);
  if (from === null) return refused("advance", IN_NO_PHASE);
  if (status.name === "rolled-back") return onFromThere(status, { to, reason: `${reason}${breakGlass ?? ""}` }, asked);
  const next = nextPhase(plan, from, environment);
  const target = to === null ? next : phaseNamed(plan, to);
  if (target === null)
    return refused(
      "advance",
      to === null ? say("this is the last phase: complete it", "esta é a última fase: conclua-o") : noPhase(to),
    );
  const phase = plan.phases[target];
  if (target === from) return unchanged(`it is in ${phaseName(plan, from)} already`);
  if (target < from) {
    return refused(
      "advance",
      say(`\`${to}\` is behind: roll back to it`, `\`${to}\` ficou para trás: reverta até ela`),
    );
  }
  if (phase === undefined || !phasesIn(plan, environment).includes(target)) {
    const [name, there] = [phaseName(plan, target), phase?.environment];
    return refused(
      "advance",
      say(
        `\`${name}\` takes place in ${there}, and this is ${environment}`,
        `\`${name}\` acontece em ${there}, e aqui é ${environment}`,
      ),
    );
  }
  // Forced twice by name, it moves once.
  if (breakGlass !== null && to === null)
    return refused(
      "advance",
      say(
        "who breaks the glass has to name the phase to go to",
        "quem quebra o vidro precisa nomear a fase de destino",
      ),
    );
  const missing = [
    ...notPassed(asked, from),
    ...(target === next
      ? []
      : [say(`\`${phase.name}\` is not the next phase`, `\`${phase.name}\` não é a próxima fase`)]),
  ];
  const why = forced(breakGlass, missing);
  if (why.kind === "refused") return refused("advance", why.said);
  if (to !== null && `${reason}${breakGlass ?? ""}`.trim() === "") return refused("advance", NAMED_SAY_WHY);
  return enter(asked, { phase: target, from, what: "advance", why: why.why === "" ? reason : why.why });
}

/** In the phase that it went back to somebody may let it run again: with what that serves, and everything of it is asked anew. */
function onFromThere(
  { phase: from, to: backTo }: Extract<Status, { name: "rolled-back" }>,
  { to, reason }: { readonly to: string | null; readonly reason: string },
  asked: Asked,
): Answer {
  const { plan } = asked.rollout;
  const back = phaseBack(plan, from, backTo);
  if (back === null || to !== phaseName(plan, back)) {
    const name = back === null ? null : phaseName(plan, back);
    return refused(
      "advance",
      say(
        `the rollout is rolled-back: it never goes on by itself; start it anew${name === null ? "" : `, or name the phase it went back to, \`${name}\``}`,
        `o rollout está rolled-back: ele nunca continua sozinho; inicie-o de novo${name === null ? "" : `, ou nomeie a fase à qual voltou, \`${name}\``}`,
      ),
    );
  }
  if (reason.trim() === "") return refused("advance", NAMED_SAY_WHY);
  return enter(asked, { phase: back, from, what: "advance", why: `it runs again where it went back to: ${reason}` });
}

export function complete({ by, lessons, breakGlass }: Ordered<"complete">, asked: Asked): Answer {
  const { rollout, environment, nowMs } = asked;
  const { plan } = rollout;
  const phase = phaseOf(rollout.status);
  if (phase === null) return refused("complete", IN_NO_PHASE);
  if (lessons.trim() === "") {
    return refused("complete", say("say what was learned", "diga o que se aprendeu"));
  }
  if (nextPhase(plan, phase, environment) !== null) {
    const here = phaseName(plan, phase);
    return refused("complete", say(`${here} is not the last phase`, `${here} não é a última fase`));
  }
  const why = forced(breakGlass, notPassed(asked, phase));
  if (why.kind === "refused") return refused("complete", why.said);
  const since = new Date(nowMs).toISOString();
  // From cutover on, which is when the last phase was entered.
  const keepUntil = new Date(Date.parse(rollout.enteredAt ?? since) + plan.keepFlagsMs).toISOString();
  const next: Rollout = {
    ...rollout,
    status: { name: "completed", phase, since, keepUntil, by, lessons },
    approvals: [],
    shed: null,
    lowered: null,
  };
  const said = [...(why.why === "" ? [] : [why.why]), lessons].join("; ");
  const what = `completed, flags are kept until ${keepUntil}`;
  const name = phaseName(plan, phase);
  return changed(next, what, {
    why: said,
    events: [{ event: "rollout_phase", rollout: rollout.id, flag: plan.flag, phase: name, before: name, reason: what }],
  });
}

interface Entering {
  readonly phase: number;
  readonly from: number | null;
  readonly what: "start" | "advance";
  readonly why: string;
}

function enter({ rollout, moves, nowMs, incidents, killed }: Asked, { phase, from, what, why }: Entering): Answer {
  const { plan } = rollout;
  const name = phaseName(plan, phase);
  if (killed) {
    return refused(
      what,
      say(
        `${KILLED.text}: end that first (sombra kill --undo)`,
        `${KILLED.pt}: desfaça isso primeiro (sombra kill --undo)`,
      ),
    );
  }
  if (incidents.length > 0) return refused(what, openIncidents(incidents));
  const move = moves.enter(phase, from);
  if (move.kind === "refused") return refused(what, saidBy(move));
  const before = from === null ? null : phaseName(plan, from);
  const said = `${before ?? "start"} -> ${name}`;
  const reason = why === "" ? moves.told(move.edits) : `${why}; ${moves.told(move.edits)}`;
  const event: RolloutEvent = {
    event: "rollout_phase",
    rollout: rollout.id,
    flag: plan.flag,
    phase: name,
    before,
    reason: why === "" ? what : why,
  };
  const next = entered(rollout, phase, { at: new Date(nowMs).toISOString(), slowMs: null });
  return changed(next, said, { why: reason, flags: move.edits, events: [event] });
}

/** What stands between a phase and its end, in sentences. */
function notPassed({ rollout, last, progress, incidents, nowMs }: Asked, index: number): readonly Sentence[] {
  const phase = rollout.plan.phases[index];
  if (phase === undefined) return [say(`the plan has no phase ${index}`, `o plano não tem a fase ${index}`)];
  const ranMs = progress?.visit === rollout.visit ? progress.runningMs : 0;
  const isNew = last !== null && nowMs - Date.parse(last.at) <= 2 * rollout.plan.checkpoints.everyMs;
  const holds =
    last === null
      ? []
      : holding(last.gates).map(({ gate, verdict }) => say(`${gate} is ${verdict}`, `${gate} é ${verdict}`));
  return [
    ...(ranMs < phase.minMs ? [moreIn(phase.minMs - ranMs, phase.name)] : []),
    ...(isNew && last.scope === `${rollout.id}.${rollout.visit}` && last.status !== "ERROR"
      ? [...holds, ...(last.lacks === undefined ? [] : [spoken({ text: last.lacks, pt: last.lacksPt })])]
      : [
          say("there is no checkpoint of this phase yet that says so", "ainda não há checkpoint desta fase que o diga"),
        ]),
    ...untickedIn(rollout, phase).map((name) => say(`not ticked yet: ${name}`, `ainda não marcado: ${name}`)),
    ...(phase.approval !== null && !isApproved(rollout, phase)
      ? [say("approvals are missing", "faltam aprovações")]
      : []),
    ...(incidents.length === 0 ? [] : [openIncidents(incidents)]),
    ...(rollout.shed === null ? [] : [say("nobody is compared", "ninguém é comparado")]),
    ...(rollout.lowered === null ? [] : [lowered(rollout.lowered.from)]),
  ];
}

function moreIn(ms: number, phase: string): Sentence {
  return say(`${duration(ms)} more in ${phase}`, `mais ${duration(ms)} em ${phase}`);
}

function lowered(from: string): Sentence {
  return say(`lowered from ${from}: resume it first`, `reduzido de ${from}: retome-o primeiro`);
}

const NAMED_SAY_WHY = say("whoever names the phase has to say why", "quem nomeia a fase precisa dizer por quê");

type Forced = { readonly kind: "may"; readonly why: string } | { readonly kind: "refused"; readonly said: Sentence };

/** Whether somebody may all the same. */
function forced(breakGlass: string | null, missing: readonly Sentence[]): Forced {
  if (breakGlass?.trim() === "") {
    return { kind: "refused", said: say("breaking the glass takes a reason", "quebrar o vidro exige um motivo") };
  }
  if (missing.length === 0) return { kind: "may", why: "" };
  const all = joined(missing, "; ");
  if (breakGlass === null) {
    const said = say(
      `${all.text}: wait, or break the glass with a reason (--break-glass)`,
      `${all.pt}: espere, ou quebre o vidro com um motivo (--break-glass)`,
    );
    return { kind: "refused", said };
  }
  return { kind: "may", why: `glass broken: ${breakGlass} (${all.text})` };
}
