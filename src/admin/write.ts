import type { Context } from "hono";
import type { WriteRequest } from "../registry/index.ts";
import { actorOf } from "./actor.ts";
import { glassOf, reasonOf } from "./body.ts";
import { cutRefusal } from "./cut.ts";
import type { AdminDeps, AdminEdited, AdminWriteAnswer, FlagsInForce } from "./deps.ts";
import type { Expected } from "./etag.ts";
import { flagsNow } from "./in-force.ts";
import { invalid, problem } from "./problem.ts";
import type { Wanted } from "./wanted.ts";

/** A write that was done, or had nothing to do. */
export interface Written {
  readonly version: number;
  /** What was in force before and is now. */
  readonly before: FlagsInForce;
  readonly after: FlagsInForce;
  /** Empty: everything was already as wanted. */
  readonly edited: readonly AdminEdited[];
}

export interface Order {
  readonly wanted: Wanted;
  readonly expect?: WriteRequest["expect"];
  /** The version that the writer has seen, and whether that was all of it. */
  readonly seen?: Extract<Expected, { ok: true }>;
  /** What the audit is told; where it is absent, `?reason=`. */
  readonly reason?: string | null | undefined;
  /** Although a rollout holds the flags; where it is absent, `?break_glass=true`. */
  readonly breakGlass?: boolean | undefined;
}

/** One write, and what to answer where it was done; where it was not, the answer is why. */
export async function write(
  c: Context,
  { deps, order }: { readonly deps: Pick<AdminDeps, "write" | "flags">; readonly order: Order },
  answer: (written: Written) => Response,
): Promise<Response> {
  const { wanted, expect = {} } = order;
  const given = order.reason === undefined ? reasonOf(c) : ({ ok: true, reason: order.reason } as const);
  if (!given.ok) return given.refusal;
  const glass = glassOf(c, given.reason, order.breakGlass);
  if (!glass.ok) return glass.refusal;
  const { reason, broken: breakGlass } = glass;
  const seen = flagsNow(deps);
  const cut = cutRefusal(wanted, seen, order.seen);
  if (cut !== null) return problem(c, 409, cut);
  const outcome = await deps.write({ edits: wanted.edits, actor: actorOf(c), reason, expect, breakGlass });
  switch (outcome.kind) {
    case "unchanged": {
      const now = flagsNow(deps);
      return answer({ version: outcome.version, before: now, after: now, edited: [] });
    }
    case "written": {
      const { version, edited } = outcome;
      // Others may have written between the look and the write, or since.
      const [before, after] = [deps.flags(version - 1) ?? seen, deps.flags(version) ?? flagsNow(deps)];
      return answer({ version, before, after, edited });
    }
    default:
      return refusal(c, outcome);
  }
}

/** Of a flag, by list: how many members came and went. */
export function movedMembers({ edited }: Written, key: string): object {
  const lists = edited.filter(({ subject }) => subject === key).flatMap((one) => one.lists);
  return Object.fromEntries(lists.map(({ list, ...counts }) => [list.replace(/:.*$/s, ""), counts]));
}

/** Why a write was not done. */
export function refusal(c: Context, answer: Exclude<AdminWriteAnswer, { kind: "written" | "unchanged" }>): Response {
  switch (answer.kind) {
    case "invalid":
      return invalid(c, answer.problems);
    case "unknown":
      return problem(c, 404, `There is no ${answer.subject}: look at what there is, then write`);
    case "refused":
      return problem(c, 409, answer.why);
    case "conflict": {
      const { subject, expected, actual } = answer;
      const what = subject ?? "The flags";
      const told = `${what} changed meanwhile: version ${expected} was expected, it is ${actual}. Look again, then write`;
      return problem(c, 409, told, { ...(subject === null ? {} : { flag: subject }), expected, actual });
    }
    case "unavailable":
      return problem(c, 503, `${answer.why.charAt(0).toUpperCase()}${answer.why.slice(1)}`);
  }
}
