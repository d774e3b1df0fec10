import { say, type Sentence } from "../../lib/sentence.ts";
import type { Context, Hono } from "hono";
import type { Edit, FlagFields, Json } from "../../flags/index.ts";
import { readJson, reasonOf } from "../body.ts";
import type { Check } from "../check.ts";
import type { AdminDeps, FlagEntry, RouteEntry } from "../deps.ts";
import { percent, readFields, text, yesNo } from "../fields.ts";
import { entryOf, flagsNow, tellAll } from "../in-force.ts";
import { invalid, problem } from "../problem.ts";
import { wantedOf } from "../wanted.ts";
import { movedMembers, write } from "../write.ts";
import { resource } from "./resource.ts";

type Deps = Pick<AdminDeps, "flags" | "write" | "routes" | "checks" | "probe">;

const forms = { route: text, percent, to_shadow: yesNo, break_glass: yesNo, reason: text };

/** The share of a route that its candidate answers, as one write of the shadow and the dual-run flag (SPEC 6). */
export function addCutover(app: Hono, deps: Deps): void {
  resource(app, "/api/cutover", {
    async POST(c) {
      const body = await readJson(c);
      if (!body.ok) return body.refusal;
      const order = readOrder(c, body.value, deps);
      if (order instanceof Response) return order;
      const { route } = order;
      const closed = closedTo(order, deps);
      if (closed !== null) return problem(c, 409, closed.text);
      const isOpen = isWayOut(order, deps) || order.breakGlass;
      const checks = await cutoverChecks(deps, route.name, isOpen);
      const failed = checks.filter(failing);
      if (failed.length > 0 && !isOpen) return refused(c, failed);
      return carryOut(c, { deps, order, checks });
    },
  });
}

/** Fewer from the candidate, and back to comparing everything, is the way out: never closed. */
export function isWayOut({ route, aim }: CutoverAim, deps: Pick<Deps, "flags">): boolean {
  return aim === "shadow" || aim <= Math.min(...pairOf(route, deps).map(servedBy));
}

/** Why that share cannot be; null: it can. */
export function closedTo({ route, aim }: CutoverAim, deps: Pick<Deps, "flags">): Sentence | null {
  if (aim === "shadow" || aim === 100 || !pairOf(route, deps).every(isClosed)) return null;
  const { shadow, dualRun } = route.flags;
  return say(
    `\`${shadow}\` and \`${dualRun}\` are on for a closed list each, so that everybody else would be cut over ` +
      "whatever the percentage: take the lists away first, or go back to shadow",
    `\`${shadow}\` e \`${dualRun}\` estão ligadas cada uma para uma lista fechada, de modo que todos os outros teriam ` +
      "cutover qualquer que fosse a porcentagem: retire as listas primeiro, ou volte ao shadow",
  );
}

function pairOf({ flags }: RouteEntry, deps: Pick<Deps, "flags">): readonly (FlagEntry | null)[] {
  const now = flagsNow(deps);
  return [entryOf(now, flags.shadow), entryOf(now, flags.dualRun)];
}

/** A candidate that is to answer shows first where it sends; nobody waits for that who is in a hurry. */
export async function cutoverChecks(
  deps: Pick<Deps, "checks" | "probe">,
  route: string,
  isOpen: boolean,
): Promise<readonly Check[]> {
  const checks = await deps.checks(route);
  return isOpen || checks.some(failing) ? checks : [...checks, ...(await deps.probe(route))];
}

export const failing = ({ status }: Check): boolean => status === "fail";

export interface CutoverAim {
  readonly route: RouteEntry;
  /** Percent of the shoppers for the candidate, or everybody back to shadow. */
  readonly aim: number | "shadow";
}

interface CutoverOrder extends CutoverAim {
  readonly breakGlass: boolean;
  readonly reason: string | null;
}

function readOrder(c: Context, body: Json, deps: Deps): CutoverOrder | Response {
  const read = readFields(body, forms);
  if (!read.ok) return invalid(c, read.problems);
  const { route: name, to_shadow: toShadow = false, break_glass: breakGlass = false } = read.fields;
  if (name === undefined) return invalid(c, [{ where: "route", is: "missing", must: "the name of a route" }]);
  const route = deps.routes().find((each) => each.name === name);
  if (route === undefined) return problem(c, 404, "No route of this name: GET /api/routes lists them");
  if (toShadow && read.fields.percent !== undefined) {
    const must = "absent: to_shadow serves nobody from the candidate";
    return invalid(c, [{ where: "percent", is: "there", must }]);
  }
  const given = reasonOf(c, read.fields.reason);
  if (!given.ok) return given.refusal;
  if (breakGlass && given.reason === null) {
    return invalid(c, [{ where: "reason", is: "missing", must: "given with break_glass: the audit keeps it" }]);
  }
  return { route, aim: toShadow ? "shadow" : (read.fields.percent ?? 100), breakGlass, reason: given.reason };
}

interface Cutover {
  readonly deps: Deps;
  readonly order: CutoverOrder;
  readonly checks: readonly Check[];
}

function carryOut(c: Context, { deps, order, checks }: Cutover): Promise<Response> {
  const { route, reason, breakGlass } = order;
  const { shadow, dualRun } = route.flags;
  return write(c, { deps, order: { wanted: wantedOf(cutoverEdits(order)), reason, breakGlass } }, (written) => {
    const { version, before, after, edited } = written;
    const pairs = [before, after].flatMap((flags) => [entryOf(flags, shadow), entryOf(flags, dualRun)]);
    const [shadowBefore, dualRunBefore, shadowAfter, dualRunAfter] = tellAll(pairs);
    return c.json({
      route: route.name,
      version,
      before: { shadow: shadowBefore, dualRun: dualRunBefore },
      after: { shadow: shadowAfter, dualRun: dualRunAfter },
      unchanged: edited.length === 0,
      members: { shadow: movedMembers(written, shadow), dualRun: movedMembers(written, dualRun) },
      checks,
    });
  });
}

export function cutoverEdits({ route, aim }: CutoverAim): readonly Edit[] {
  const { shadow, dualRun } = route.flags;
  const [forShadow, forDualRun] = aim === "shadow" ? [allShadow, off] : [serving(aim), serving(aim)];
  return [
    { kind: "patch", key: shadow, fields: forShadow },
    { kind: "patch", key: dualRun, fields: forDualRun },
  ];
}

const off: FlagFields = { enabled: false };

/** Of everybody, whatever lists there were. */
const allShadow: FlagFields = { enabled: true, percent: 100, allowlist: null, denylist: [], audience: null };

/** A shadow or dual-run flag of which the candidate answers so many percent. */
function serving(aim: number): FlagFields {
  if (aim === 100) return off;
  return { enabled: true, percent: restOf(aim) };
}

/** Percent of the shoppers that a shadow or dual-run flag leaves to the candidate, where the other one does too. */
function servedBy(entry: FlagEntry | null): number {
  if (entry === null) return 0;
  if (entry.flag.enabled === false || isClosed(entry)) return 100;
  return restOf(entry.flag.percent ?? 100);
}

/** In thousandths, as flags have them: 100 - 99.9 is 0.1 and not quite. */
function restOf(percentage: number): number {
  return (100_000 - Math.round(percentage * 1000)) / 1000;
}

/** Off for everybody who is not listed, whatever its percentage says. */
function isClosed(entry: FlagEntry | null): boolean {
  return entry !== null && (entry.flag.audience !== null || (entry.flag.allowlist?.size ?? 0) > 0);
}

function refused(c: Context, failed: readonly Check[]): Response {
  const why = failed.map(({ text }) => text).join("; ");
  const told = `Not while checks fail: ${why}. break_glass with a reason does it all the same`;
  return problem(c, 409, told, { checks: failed });
}
