import { filledIn, span, type AudienceTemplate, type Phase, type TemplateField } from "../rollout/index.ts";
import type { Block, Document } from "./document.ts";
import type { TemplateFacts } from "./template-facts.ts";

/** What an audience of a plan is sent. Pure. */
export function templateDocument(template: AudienceTemplate, facts: TemplateFacts): Document {
  if (typeof template === "object") {
    const fields = fieldsOf(facts);
    const paragraphs = filledIn(template.text, fields).split(/\n{2,}/);
    return {
      title: filledIn(template.title, fields).replaceAll("\n", " "),
      blocks: paragraphs.filter((one) => one.trim() !== "").map((one) => text(one.trim())),
    };
  }
  switch (template) {
    case "digest":
      return digest(facts);
    case "product":
      return product(facts);
    case "executive":
      return executive(facts);
    case "release-notes":
      return releaseNotes(facts);
  }
}

/** For who runs it: everything that is open. */
function digest(facts: TemplateFacts): Document {
  const { rollout, checkpoint, next, back } = facts;
  const fields = fieldsOf(facts);
  return {
    title: `Team digest: ${rollout.id} is ${fields.status}${phaseOf(facts) === null ? "" : ` in ${fields.phase}`}`,
    blocks: [
      factsBlock(
        ["Flag", fields.flag],
        ["Phase", fields.phase],
        ["Served by the candidate", fields.serve],
        ["Compared", fields.compare],
        ["In this state since", fields.since],
        ["Last checkpoint", fields.verdict],
        ["Why it waits", fields.why],
        ["Running time", facts.progress === null ? "not known" : span(facts.progress.runningMs)],
        ["Events of 24 h", fields.events],
        ["Owner", fields.owner],
        ["Environment", fields.environment],
      ),
      ...gatesBlock(checkpoint?.gates ?? []),
      ...happenedBlock(facts),
      heading("What happens next"),
      text(next),
      heading("How to go back"),
      text(back),
    ],
  };
}

/** For who answers for the product: whom it reaches, and whether it is well. */
function product(facts: TemplateFacts): Document {
  const fields = fieldsOf(facts);
  const gates = facts.checkpoint?.gates ?? [];
  const open = gates.filter(({ verdict, expected }) => verdict !== "PASS" && !expected);
  const well =
    facts.checkpoint === null
      ? "Nothing was judged yet."
      : open.length === 0
        ? `All ${gates.length} gates pass.`
        : `${gates.length - open.length} of ${gates.length} gates pass; ${open.map(({ gate, text: found }) => `${gate}: ${found}`).join("; ")}.`;
  return {
    title: `Product summary: ${facts.rollout.plan.name}, ${fields.serve} served by the candidate`,
    blocks: [
      ...describing(facts),
      text(reachText(facts)),
      heading("How it fares"),
      text(well),
      text(`Events of the last 24 hours: ${fields.events}.`),
      ...happenedBlock(facts),
      heading("What happens next"),
      text(facts.next),
    ],
  };
}

/** For who decides: where it stands among its phases, what went wrong, and what is asked of them. */
function executive(facts: TemplateFacts): Document {
  const { rollout, happened } = facts;
  const { plan } = rollout;
  const fields = fieldsOf(facts);
  const current = phaseOf(facts);
  const at = current === null ? -1 : plan.phases.indexOf(current);
  const stateOf = (index: number): string => {
    if (rollout.status.name === "completed" || index < at) return "done";
    return index === at ? fields.status : "to come";
  };
  const rows = plan.phases.map(({ name, serve, kind, minMs }, index) => [
    name,
    kind === "baseline" ? "legacy alone" : `${serve} %`,
    span(minMs),
    stateOf(index),
  ]);
  const back = happened.filter(({ what }) => what.startsWith("rolled back"));
  return {
    title: `Executive report: ${plan.name} is ${fields.status}`,
    blocks: [
      ...describing(facts),
      text(`${reachText(facts)} Last verdict: ${fields.verdict}.`),
      { kind: "table", columns: ["Phase", "Served by the candidate", "At least", "State"], rows },
      heading("What went wrong"),
      text(
        back.length === 0
          ? "Nothing was rolled back."
          : back.map(({ at: when, what, why }) => `${when}: ${what}, as ${why}`).join("; "),
      ),
      heading("What is asked"),
      text(facts.next),
      text(`Answers for it: ${facts.owner}. ${facts.back}`),
    ],
  };
}

/** For who tells customers: to be edited by somebody who knows what is new. */
function releaseNotes(facts: TemplateFacts): Document {
  const { rollout } = facts;
  const { plan, status } = rollout;
  const day = new Date(facts.nowMs).toISOString().slice(0, 10);
  const known = (facts.checkpoint?.gates ?? []).filter(({ verdict }) => verdict !== "PASS");
  return {
    title: `Draft of release notes: ${plan.name}, ${day}`,
    blocks: [
      text("A draft: somebody who knows what is new completes and sends it."),
      ...describing(facts),
      heading("Who gets it"),
      text(reachText(facts)),
      heading("Known limits"),
      known.length === 0
        ? text("None was found by its gates.")
        : { kind: "list", items: known.map(({ gate, text: found }) => `${gate}: ${found}`) },
      ...(status.name === "completed" ? [heading("What was learned"), text(status.lessons)] : []),
      heading("Support"),
      text(facts.back),
    ],
  };
}

function describing({ rollout }: TemplateFacts): readonly Block[] {
  return rollout.plan.description === "" ? [] : [text(rollout.plan.description)];
}

function reachText(facts: TemplateFacts): string {
  const { rollout, reach } = facts;
  const phase = phaseOf(facts);
  const flag = reach === null ? "is not there" : reach.enabled ? `is on for ${reach.percentage} %` : "is off";
  if (phase === null) return `It is in no phase; its flag ${rollout.plan.flag} ${flag}.`;
  const list = phase.allowlist === null ? "" : ` of a list of ${phase.allowlist.length} shoppers`;
  return `In phase ${phase.name} the candidate answers ${phase.serve} %${list}; its flag ${rollout.plan.flag} ${flag}.`;
}

function happenedBlock({ happened }: TemplateFacts): readonly Block[] {
  if (happened.length === 0) return [];
  const rows = happened.map(({ at, what, why, by }) => [at, what, why, by]);
  return [heading("What happened"), { kind: "table", columns: ["When", "What", "Why", "By"], rows }];
}

function gatesBlock(gates: NonNullable<TemplateFacts["checkpoint"]>["gates"]): readonly Block[] {
  if (gates.length === 0) return [];
  const rows = gates.map(({ gate, verdict, text: found }) => [gate, verdict, found]);
  return [heading("Gates"), { kind: "table", columns: ["Gate", "Verdict", "Found"], rows }];
}

function phaseOf({ rollout: { plan, status } }: TemplateFacts): Phase | null {
  return "phase" in status ? (plan.phases[status.phase] ?? null) : null;
}

function fieldsOf(facts: TemplateFacts): Readonly<Record<TemplateField, string>> {
  const { rollout, checkpoint, happened, environment, owner, next, back } = facts;
  const { id, plan, status } = rollout;
  const phase = phaseOf(facts);
  const gates = (checkpoint?.gates ?? []).map(({ gate, verdict, text: found }) => `${gate} ${verdict}: ${found}`);
  return {
    rollout: id,
    plan: plan.name,
    description: plan.description,
    flag: plan.flag,
    environment,
    status: status.name,
    phase: phase?.name ?? "none",
    serve: phase === null ? "nobody" : `${phase.serve} %`,
    compare: phase === null ? "nobody" : `${phase.compare} %`,
    since: "since" in status ? status.since : "not begun",
    verdict: checkpoint === null ? "none yet" : `${checkpoint.status} (${checkpoint.name})`,
    why: checkpoint?.why ?? "there was no checkpoint yet",
    evidence: gates.length === 0 ? "none yet" : gates.join("; "),
    happened: happened.length === 0 ? "nothing" : happened.map(({ at, what }) => `${at} ${what}`).join("; "),
    next,
    back,
    events: eventsText(facts.events),
    owner,
    time: new Date(facts.nowMs).toISOString(),
  };
}

/** By type, the most frequent first; that none was recorded is said. */
export function eventsText(events: TemplateFacts["events"]): string {
  if (events === "unknown") return "not known, as they could not be counted";
  const counts = Object.entries(events ?? {}).filter(([, n]) => n > 0);
  if (counts.length === 0) return "none was recorded";
  return counts
    .toSorted(([, a], [, b]) => b - a)
    .map(([type, n]) => `${type} ${n}`)
    .join(", ");
}

const heading = (said: string): Block => ({ kind: "heading", text: said });
const text = (said: string): Block => ({ kind: "text", text: said });

function factsBlock(...facts: readonly (readonly [string, string])[]): Block {
  return { kind: "facts", facts: facts.map(([name, value]) => ({ name, value })) };
}
