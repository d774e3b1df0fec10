import { setTimeout as delay } from "node:timers/promises";
import type { AdminDeps, DrillAnswer, FlagsInForce } from "../../../admin/index.ts";
import { documentId, documentsOf, type Edit, type FlagFields } from "../../../flags/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import { asIs, say, spoken, type Sentence } from "../../../lib/sentence.ts";
import type { RouteFlags } from "../../../model/index.ts";
import { isJudged, readRollout, type ActAnswer, type Order, type Rollout } from "../../../rollout/index.ts";
import type { Sign, Signs } from "./signs.ts";

export interface DrillDeps {
  readonly write: AdminDeps["write"];
  readonly known: () => FlagsInForce;
  readonly routes: readonly RouteFlags[];
  readonly signs: Pick<Signs, "all" | "turn">;
  readonly act: (order: Order) => Promise<ActAnswer>;
  readonly clock: Clock;
}

/** No instance takes longer to hear of a change, or it is away. */
const maxMs = 30_000;
const lookMs = 50;
const restoreTries = 5;

/**
 * The way back, for real: the flag is switched off in the store, every instance says when its data plane goes by that, and then
 * everything is as it was. Where it cannot be restored it stays off: everybody is on legacy.
 */
export async function drill(rollout: Rollout, by: string, deps: DrillDeps): Promise<DrillAnswer> {
  const { write, known, signs, act, clock } = deps;
  const { flag } = rollout.plan;
  const before = known();
  if (!before.store.up)
    return {
      kind: "failed",
      ...because("the store is not up: nobody could be told", "o store está fora: não se poderia avisar ninguém"),
    };
  if (before.snapshot.killed)
    return {
      kind: "refused",
      ...because(
        "the kill switch is thrown: everybody is on legacy already",
        "o kill switch está ligado: todos já estão no legacy",
      ),
    };
  // A machine's: whoever kills the flag meanwhile has the last word.
  const asked = { actor: { kind: "automatic", name: `drill of ${by}` }, rollout: rollout.id } as const;
  const off: Edit = { kind: "patch", key: flag, fields: { enabled: false } };
  const startMs = clock();
  const answer = await write({ ...asked, edits: [off], reason: "drill: everybody to legacy", expect: {} });
  if (answer.kind === "unchanged")
    return {
      kind: "refused",
      ...because(
        `\`${flag}\` is switched off already: there is no way back to measure`,
        `\`${flag}\` já está desligada: não há caminho de volta a medir`,
      ),
    };
  if (answer.kind !== "written") {
    return "why" in answer
      ? { kind: "failed", why: answer.why, pt: answer.pt }
      : { kind: "failed", ...because(`the write was ${answer.kind}`, `a gravação foi ${answer.kind}`) };
  }
  const seconds = await allAt(answer.version, { signs, clock, startMs });
  const instances = signs.all().length;
  const restored = await restore({ rollout, before, version: answer.version, asked }, deps);
  if (restored !== null)
    return {
      kind: "failed",
      ...because(`\`${flag}\` stays off: ${restored.text}`, `\`${flag}\` continua desligada: ${restored.pt}`),
    };
  if (seconds === null)
    return {
      kind: "failed",
      ...because(
        `not every instance was on legacy after ${maxMs / 1_000} s`,
        `nem toda instância estava no legacy depois de ${maxMs / 1_000} s`,
      ),
    };
  const noted = await act({ action: "drilled", rollout: rollout.id, by, seconds });
  if (noted.kind === "failed")
    return {
      kind: "failed",
      ...because(
        `it took ${seconds} s, which could not be noted: ${noted.why}`,
        `levou ${seconds} s, o que não pôde ser anotado: ${noted.pt ?? noted.why}`,
      ),
    };
  return { kind: "done", seconds, instances };
}

function because(why: string, pt: string): { readonly why: string; readonly pt: string } {
  return { why, pt };
}

interface Waiting extends Pick<DrillDeps, "signs" | "clock"> {
  readonly startMs: number;
}

/** Seconds until every instance that was heard of goes by that version; null: it takes too long. */
async function allAt(version: number, { signs, clock, startMs }: Waiting): Promise<number | null> {
  const isThere = (sign: Sign): boolean => sign.version >= version;
  while (clock() - startMs < maxMs) {
    await signs.turn().catch(() => undefined);
    if (signs.all().every(isThere)) return Math.round(clock() - startMs) / 1_000;
    await delay(lookMs);
  }
  return null;
}

interface Restoring {
  readonly rollout: Rollout;
  readonly before: FlagsInForce;
  /** Of the write that switched the flag off. */
  readonly version: number;
  readonly asked: Pick<Parameters<AdminDeps["write"]>[0], "actor" | "rollout">;
}

/**
 * Exactly what was, as far as the drill changed it; null: done, else why not. Whoever moved the rollout or its flags meanwhile, as a
 * rollback does, is not undone.
 */
async function restore(restoring: Restoring, deps: DrillDeps): Promise<Sentence | null> {
  const { rollout, before, asked } = restoring;
  const edits = editsOf(before, rollout.plan.flag, deps.routes);
  let why = asIs("");
  for (let tries = 0; tries < restoreTries; tries += 1) {
    if (tries > 0) await delay(1_000);
    const expect = untouched(restoring, deps);
    if (expect === null) {
      return say(
        "somebody killed it, or changed the rollout or its flags meanwhile",
        "alguém a desligou, ou mudou o rollout ou as flags enquanto isso",
      );
    }
    const answer = await deps.write({ ...asked, edits, reason: "drill: as it was", expect });
    if (answer.kind === "written" || answer.kind === "unchanged") return null;
    why = "why" in answer ? spoken({ text: answer.why, pt: answer.pt }) : asIs(answer.kind);
    if (answer.kind !== "unavailable" && answer.kind !== "conflict") return why;
  }
  return why;
}

/** Versions on which nobody but the drill has moved anything; null: somebody has. */
function untouched(
  { rollout, before, version }: Restoring,
  { known, routes }: DrillDeps,
): Parameters<AdminDeps["write"]>[0]["expect"] | null {
  const { flags, documents } = known().state;
  const id = documentId("rollout", rollout.id);
  const document = documentsOf(documents, "rollout").get(rollout.id);
  const now = document === undefined ? null : readRollout(document.value);
  if (document === undefined || now?.visit !== rollout.visit || isJudged(now.status) !== isJudged(rollout.status))
    return null;
  const versions = new Map([[rollout.plan.flag, version]]);
  for (const key of comparedOf(routes, rollout.plan.flag)) {
    const was = before.state.flags.get(key)?.version;
    if (flags.get(key)?.version !== was) return null;
    if (was !== undefined) versions.set(key, was);
  }
  if (flags.get(rollout.plan.flag)?.version !== version) return null;
  return { documents: { [id]: document.version }, flags: Object.fromEntries(versions) };
}

function comparedOf(routes: readonly RouteFlags[], flag: string): ReadonlySet<string> {
  return new Set(routes.filter(({ enabled }) => enabled === flag).flatMap(({ shadow, dualRun }) => [shadow, dualRun]));
}

function editsOf({ state }: FlagsInForce, flag: string, routes: readonly RouteFlags[]): readonly Edit[] {
  const stored = state.flags.get(flag);
  if (stored === undefined) return [{ kind: "remove", key: flag }];
  // Whom the candidate answers is said anew, as nobody is cut over by a flag that is merely switched on.
  const said = [...comparedOf(routes, flag)].flatMap((key): readonly Edit[] => {
    const one = state.flags.get(key);
    if (one === undefined) return [];
    const fields: FlagFields = { enabled: one.enabled, percent: one.percent };
    return [{ kind: "patch", key, fields }];
  });
  return [{ kind: "patch", key: flag, fields: { enabled: stored.enabled } }, ...said];
}
