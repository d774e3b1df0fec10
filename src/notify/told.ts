import type { NoticeEvent, NoticeSeverity } from "../model/index.ts";
import { cellBlocks, nextOf, plainly, who, type Block, type Document } from "../report/index.ts";
import type { Checkpoint, GateResult, Rollout } from "../rollout/index.ts";
import type { Audited } from "./audited.ts";
import { cut, linkText, withoutNumbers, type Notice } from "./notice.ts";
import { phaseOf, phaseText, wayBack } from "./words.ts";

/** Where a notice is made. */
export interface Place {
  readonly environment: string;
  /** Where people find the dashboard, without a slash at its end; null: not configured. */
  readonly publicUrl: string | null;
}

/** What is told of a rollout. */
export interface Telling {
  /** Of what happened: the same whoever tells it. */
  readonly id: string;
  readonly event: NoticeEvent;
  readonly severity: NoticeSeverity;
  readonly at: string;
  readonly what: string;
  readonly why: string;
  readonly by: string | null;
  /** Index; null: that it is in. */
  readonly phase: number | null;
  /** null: that of the checkpoint. */
  readonly verdict: string | null;
}

const maxWhy = 1_500;
const maxGates = 20;

export function rolloutNotice(
  telling: Telling,
  rollout: Rollout,
  around: Place & { readonly checkpoint: Checkpoint | null },
): Notice {
  const { checkpoint, environment } = around;
  const { id, plan } = rollout;
  const at = telling.phase === null ? phaseOf(rollout) : (plan.phases[telling.phase] ?? null);
  const verdict = telling.verdict ?? checkpoint?.status ?? null;
  const why = cut(withoutNumbers(telling.why), maxWhy);
  const said = cut(withoutNumbers(plainly(telling.why)), maxWhy);
  const next = telling.event === "local-trip" ? TRIPPED : nextOf(rollout, { last: checkpoint, environment });
  const back = wayBack(rollout);
  const gates = gravestFirst(checkpoint?.gates ?? []).slice(0, maxGates);
  const isMove = telling.event === "phase" || telling.event === "rollback";
  const title = `${id}: ${telling.what}${at === null || isMove ? "" : ` in ${at.name}`}`;
  const facts = [
    fact("Flag", plan.flag),
    fact("Phase", at === null ? "none" : phaseText(rollout, at, telling.event === "rollback")),
    fact("Verdict", verdict ?? "none yet"),
    ...(telling.by === null ? [] : [fact("By", byText(telling.by))]),
    fact("When", telling.at),
    fact("Environment", environment),
  ];
  const link = linkTo(around, `/rollouts/${encodeURIComponent(id)}`);
  const document: Document = {
    title,
    blocks: [
      { kind: "facts", facts },
      ...(said === "" ? [] : [heading("Why"), text(said)]),
      ...evidence(gates, checkpoint),
      heading("What happens next"),
      text(next),
      heading("How to go back"),
      text(back.text),
      ...back.procedures.flatMap(({ component, steps, expected }): readonly Block[] => [
        text(`${component}, expected to take ${expected}:`),
        { kind: "steps", items: steps },
      ]),
      ...(link === null ? [] : [text(linkText(link))]),
    ],
  };
  return {
    id: telling.id,
    event: telling.event,
    severity: telling.severity,
    at: telling.at,
    environment,
    rollout: id,
    flag: plan.flag,
    phase: at?.name ?? null,
    verdict,
    document,
    link,
    facts: {
      what: telling.what,
      why,
      by: telling.by,
      status: rollout.status.name,
      evidence: gates.map(({ gate, type, verdict: said, text: found, figures }) => ({
        gate,
        type,
        verdict: said,
        text: found,
        figures,
      })),
      checkpoint: checkpoint === null ? null : { name: checkpoint.name, at: checkpoint.at },
      next,
      back,
    },
  };
}

/** Of what is about no rollout: an incident, the kill switch, a rollout that is not there any more. */
export function plainNotice(audited: Audited, telling: Pick<Telling, "id" | "at">, place: Place): Notice {
  const { event, severity, by } = audited;
  const isIncident = event.startsWith("incident");
  const isRollout = !isIncident && audited.subject !== "";
  const what = withoutNumbers(audited.what);
  const why = cut(withoutNumbers(audited.why), maxWhy);
  const link = linkTo(place, isIncident ? "/incidents" : "/");
  const next = plainNext(event);
  return {
    ...telling,
    event,
    severity,
    environment: place.environment,
    rollout: isRollout ? audited.subject : null,
    flag: null,
    phase: null,
    verdict: null,
    link,
    document: {
      title: `${isRollout ? audited.subject : "Sombra"}: ${what}`,
      blocks: [
        {
          kind: "facts",
          facts: [fact("By", byText(by)), fact("When", telling.at), fact("Environment", place.environment)],
        },
        ...(why === "" ? [] : [heading("Why"), text(why)]),
        ...(next === "" ? [] : [heading("What happens next"), text(next)]),
        ...(link === null ? [] : [text(linkText(link))]),
      ],
    },
    facts: { what, why, by, next, ...(isIncident ? { incident: audited.subject } : {}) },
  };
}

function plainNext(event: NoticeEvent): string {
  switch (event) {
    case "kill":
      return "Legacy answers everybody on all instances until: sombra kill --undo. No phase is entered or left, and time stands still.";
    case "kill-undone":
      return "Flags are as they were before; rollouts go on.";
    case "incident-opened":
      return "sombra incident close ID ends it.";
    case "incident-closed":
      return "Rollouts go on where nothing else holds them.";
    default:
      return "";
  }
}

export function linkTo({ publicUrl }: Place, path: string): string | null {
  return publicUrl === null ? null : publicUrl + path;
}

function evidence(gates: readonly GateResult[], checkpoint: Checkpoint | null): readonly Block[] {
  if (checkpoint === null) return [];
  const title = heading(`Evidence, checkpoint ${checkpoint.name}`);
  if (gates.length === 0) return [title, text(`${checkpoint.status}: ${checkpoint.why}`)];
  const rows = gates.map(({ gate, verdict, text: found, expected }) => [
    gate,
    expected ? `${verdict}, expected` : verdict,
    found,
  ]);
  const table: Block = { kind: "table", columns: ["Gate", "Verdict", "Found"], rows };
  return [title, table, ...cellBlocks(gates)];
}

const order = ["FAIL", "ERROR", "WARN", "INCONCLUSIVE", "PASS"];

function gravestFirst(gates: readonly GateResult[]): readonly GateResult[] {
  return gates.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
}

const TRIPPED =
  "Legacy answers everybody on this instance at once, whatever else is. The rollback for all instances follows as soon as the store " +
  "takes it, and is told by itself; until then others go on as they were.";

/** Who names nobody is Sombra. */
function byText(by: string): string {
  if (by.startsWith("local-trip ")) return `Sombra itself, instance ${by.slice("local-trip ".length)}`;
  return by === "rollout" ? "Sombra itself" : by.includes(":") ? who(by) : by;
}

const heading = (said: string): Block => ({ kind: "heading", text: said });
export const text = (said: string): Block => ({ kind: "text", text: said });
export const fact = (name: string, value: string) => ({ name, value });
