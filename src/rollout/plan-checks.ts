import type { Gate } from "./gate.ts";
import type { Phase, Plan, RollbackTarget } from "./plan.ts";
import { phasesIn } from "./phases.ts";

/** `is` undefined: what stands there. */
export interface Found {
  readonly path: readonly (string | number)[];
  readonly is?: string;
  readonly must: string;
}

/** What the checks have to know of a plan as it was written. */
export interface Written {
  readonly phases: readonly { readonly compare?: number | undefined }[];
}

/** What is wrong with a plan of which every part is sound. */
export function checkPlan(plan: Plan, written: Written): readonly Found[] {
  const found = [
    ...duplicates(plan.phases, ["phases"]),
    ...duplicates(plan.gates, ["gates"]),
    ...plan.phases.flatMap((phase, index) =>
      checkPhase(plan, phase, { index, compare: written.phases[index]?.compare }),
    ),
    ...checkTargets(plan),
    ...environmentsOf(plan).flatMap((environment) => checkOrder(plan, environment)),
  ];
  return found.filter((one, index) => found.findIndex((other) => isSamePlace(one, other)) === index);
}

/** What is wrong in two phases, or in two environments, is said once. */
function isSamePlace(one: Found, other: Found): boolean {
  return one.path.join("/") === other.path.join("/");
}

function duplicates(named: readonly { readonly name: string }[], path: Found["path"]): readonly Found[] {
  const isGate = path.at(-1) === "gates";
  return named.flatMap(({ name }, index) => {
    const first = named.findIndex((other) => other.name === name);
    if (first === index) return [];
    // Where a gate was given no name, it bears that of its type.
    const must =
      `${isGate ? "given" : ""} a name of its own, not that of ${isGate ? "gate" : "phase"} [${first}]`.trim();
    return [{ path: [...path, index, "name"], is: JSON.stringify(name), must }];
  });
}

function checkPhase(
  plan: Plan,
  phase: Phase,
  { index, compare }: { readonly index: number; readonly compare: number | undefined },
): readonly Found[] {
  const found: Found[] = [];
  const wrong = (key: keyof Phase | "minDuration" | "maxDuration", must: string): void => {
    found.push({ path: ["phases", index, key], must });
  };
  found.push(...duplicates(phase.gates, ["phases", index, "gates"]));
  if (phase.kind === "baseline") {
    for (const key of ["serve", "compare"] as const) {
      if (phase[key] > 0) wrong(key, "left out: a baseline is of legacy alone");
    }
    if (phase.allowlist !== null) wrong("allowlist", "left out: a baseline is of legacy alone");
    if (phase.forceOn.length > 0) wrong("forceOn", "left out: a baseline is of legacy alone");
    if (phase.audience !== null) wrong("audience", "left out: a baseline is of legacy alone");
  } else if (plan.gates.length + phase.gates.length === 0) {
    found.push({ path: ["gates"], must: `a list of at least one gate: phase "${phase.name}" has none to pass` });
  }
  if (phase.allowlist?.length === 0) wrong("allowlist", "left out, or a list of at least one shopper");
  if (phase.allowlist !== null && phase.serve > 0 && phase.serve < 100) {
    wrong("serve", "0 or 100: of a list nobody or everybody is served");
  }
  if (phase.allowlist !== null && phase.serve === 0 && compare !== undefined && compare < 100) {
    wrong("compare", "left out, or 100: the list stands in its place");
  }
  if (!plan.shadow && phase.serve > 0 && phase.compare > 0) {
    wrong("compare", "left out, or 0: without `shadow` nobody is compared once somebody is served");
  }
  if (phase.maxMs !== null && phase.maxMs < phase.minMs) {
    wrong("maxDuration", "at least as long as `minDuration`, which is 24h where it is left out");
  }
  return [...found, ...checkApproval(plan, phase, index)];
}

function checkApproval(plan: Plan, { approval }: Phase, index: number): readonly Found[] {
  if (approval === null || approval.names.length === 0) return [];
  const { count, names, notAuthor } = approval;
  const able = new Set(names.filter((name) => !notAuthor || name !== plan.author));
  if (able.size >= count) return [];
  const who = notAuthor ? "different names other than the author's" : "different names";
  const must = `a list of at least ${count} ${who}: so many have to approve`;
  return [{ path: ["phases", index, "approval", "names"], is: `${able.size} of them`, must }];
}

function checkTargets(plan: Plan): readonly Found[] {
  const ofGates = (gates: readonly Gate[], path: Found["path"]): readonly Found[] =>
    gates.flatMap(({ to = "off" }, index) => checkTarget(plan, to, [...path, "gates", index, "to"]));
  return [
    ...checkTarget(plan, plan.rollback.to, ["rollback", "to"]),
    ...ofGates(plan.gates, []),
    ...plan.phases.flatMap((phase, index) => [
      ...checkTarget(plan, phase.rollbackTo ?? "off", ["phases", index, "rollbackTo"], index),
      ...ofGates(phase.gates, ["phases", index]),
    ]),
  ];
}

/** `before`: index of the phase that is to be left. */
function checkTarget(
  { phases }: Plan,
  to: RollbackTarget,
  path: Found["path"],
  before = phases.length - 1,
): readonly Found[] {
  if (typeof to === "string") return [];
  const earlier = phases.slice(0, before);
  if (earlier.some(({ name }) => name === to.phase)) return [];
  const names = earlier.length === 0 ? "there is none" : earlier.map(({ name }) => JSON.stringify(name)).join(", ");
  const which = before === phases.length - 1 ? "the last" : "this one";
  return [{ path: [...path, "phase"], must: `the name of a phase before ${which}: ${names}` }];
}

/** null: one that no phase names. */
function environmentsOf({ phases }: Plan): readonly (string | null)[] {
  return [...new Set([null, ...phases.map(({ environment }) => environment)])];
}

/** The order in which a Sombra of one environment passes through. */
function checkOrder(plan: Plan, environment: string | null): readonly Found[] {
  const found: Found[] = [];
  let before: Phase | null = null;
  // Of the last phase without a list or an audience of its own: who was served by name stays so.
  let served = 0;
  for (const index of phasesIn(plan, environment)) {
    const phase = plan.phases[index];
    if (phase === undefined) continue;
    if (phase.kind === "baseline" && before?.kind === "serve") {
      const must = `before every phase that compares or serves, and "${before.name}" does`;
      found.push({ path: ["phases", index, "kind"], must });
    }
    const isNamed = phase.allowlist !== null || (!plan.shadow && phase.audience !== null && phase.serve === 100);
    const decreases = isNamed ? served > 0 : phase.serve < served;
    if (decreases && !phase.allowDecrease && phase.kind === "serve") {
      const must = `at least ${served}, which is served before it, or have \`allowDecrease: true\` beside it`;
      const key = phase.allowlist !== null ? "allowlist" : isNamed ? "audience" : "serve";
      found.push({ path: ["phases", index, key], must });
    }
    if (!isNamed) served = phase.serve;
    before = phase;
  }
  return found;
}
