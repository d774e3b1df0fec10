import type { FlagRecord, Mode, Part, PartOf, Route, SkipReason } from "../model/index.ts";
import type { Errand, JudgedItem, Judgement, Sighting } from "../proxy/index.ts";

/** What the calls of a delivery are planned with. */
export interface PlanOptions {
  /** Indices of items with a 200 on record: they go to nobody. */
  readonly answered: ReadonlySet<number>;
  /** The candidate's fields where it gets the bytes as they came; null: the same. */
  readonly candidateHeaders: readonly string[] | null;
  /** Messages that the candidate knows by another id than legacy, by legacy's. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly cut: (parts: readonly PartOf[]) => readonly (Part | null)[] | Promise<readonly (Part | null)[]>;
  readonly mixedBatch: Route["mixedBatch"];
  readonly sighting: Sighting | null;
  /** Items on record as answered go out again all the same. */
  readonly maybeTwice: () => void;
}

/** Indices of items, by what becomes of them. */
interface Groups {
  readonly cutover: readonly number[];
  readonly legacy: readonly number[];
  readonly shadow: readonly number[];
  readonly dualRun: readonly number[];
}

/** Groups the items of a delivery into calls, each with exactly its own. */
export function planOf(items: readonly JudgedItem[], options: PlanOptions): Judgement | Promise<Judgement> {
  const [only] = items;
  const { answered, renamed } = options;
  if (only !== undefined && items.length === 1 && answered.size + renamed.size === 0) return planOfOne(only, options);
  const groups = groupsOf(items, answered);
  const wanted = partsWanted(items, groups, renamed);
  if (wanted.length === 0) return assemble(items, groups, { options, parts: [] });
  const cut = options.cut(wanted);
  const assembled = (parts: readonly (Part | null)[]): Judgement =>
    assemble(items, groups, { options, parts: wanted.map((of, i) => ({ of, part: parts[i] ?? null })) });
  return cut instanceof Promise ? cut.then(assembled) : assembled(cut);
}

const first: readonly number[] = [0];

function planOfOne(item: JudgedItem, { candidateHeaders, sighting }: PlanOptions): Judgement {
  const { mode, flags, skip } = item;
  const toCandidate: Errand = { side: "candidate", mode, items: first, flags, body: null, headers: candidateHeaders };
  if (mode === "cutover") return { items: [item], answering: [toCandidate], mirrored: [], sighting };
  const toLegacy: Errand = { side: "legacy", mode, items: first, flags, body: null, headers: null };
  return { items: [item], answering: [toLegacy], mirrored: skip === null ? [toCandidate] : [], sighting };
}

function groupsOf(items: readonly JudgedItem[], answered: ReadonlySet<number>): Groups {
  const groups = { cutover: [] as number[], legacy: [] as number[], shadow: [] as number[], dualRun: [] as number[] };
  for (const [i, { mode, skip }] of items.entries()) {
    if (answered.has(i)) continue;
    if (mode === "cutover") groups.cutover.push(i);
    else groups.legacy.push(i);
    if (skip === null && mode === "shadow") groups.shadow.push(i);
    if (skip === null && mode === "dual-run") groups.dualRun.push(i);
  }
  return groups;
}

/** What must be made: whatever is some of the items and not all, or has other ids in it. */
function partsWanted(
  items: readonly JudgedItem[],
  { cutover, legacy, shadow, dualRun }: Groups,
  renamed: PlanOptions["renamed"],
): PartOf[] {
  const some = (group: readonly number[]): boolean => group.length > 0 && group.length < items.length;
  const wanted: PartOf[] = some(legacy) ? [{ items: legacy, side: "legacy" }] : [];
  if (some(cutover)) wanted.push({ items: cutover, side: "candidate" });
  for (const group of [shadow, dualRun]) {
    const ofGroup = new Map(group.flatMap((i) => renamingOf(items[i], renamed)));
    if (ofGroup.size > 0) wanted.push({ items: group, side: "candidate", renamed: ofGroup });
    else if (some(group)) wanted.push({ items: group, side: "candidate" });
  }
  return wanted;
}

/** None or one. */
function renamingOf(judged: JudgedItem | undefined, renamed: PlanOptions["renamed"]): readonly [string, string][] {
  const about = judged?.item.about ?? null;
  const id = about === null ? undefined : renamed.get(about);
  return about === null || id === undefined ? [] : [[about, id]];
}

interface Cut {
  readonly options: PlanOptions;
  readonly parts: readonly { readonly of: PartOf; readonly part: Part | null }[];
}

function assemble(items: readonly JudgedItem[], groups: Groups, cut: Cut): Judgement {
  const bytes = (side: "legacy" | "candidate", group: readonly number[]): Part | "whole" | null => {
    const made = cut.parts.find(({ of }) => of.side === side && of.items === group);
    return made === undefined && group.length === items.length ? "whole" : (made?.part ?? null);
  };
  const errand = (mode: Mode, group: readonly number[], part: Part | "whole"): Errand => ({
    side: "candidate",
    mode,
    items: group,
    flags: commonFlags(group.flatMap((i) => items[i] ?? [])),
    body: part === "whole" ? null : bufferOf(part.body),
    headers: part === "whole" ? cut.options.candidateHeaders : part.headers,
  });
  const { answering, left } = answeringOf(items, groups, { bytes, errand, ...cut.options });
  const mirrored: Errand[] = [];
  const uncut: number[] = [];
  const untold: number[] = [];
  for (const [mode, group] of [
    ["shadow", groups.shadow],
    ["dual-run", groups.dualRun],
  ] as const) {
    if (group.length === 0) continue;
    const part = bytes("candidate", group);
    if (part !== null) {
      mirrored.push(errand(mode, group, part));
      continue;
    }
    for (const i of group) (renamingOf(items[i], cut.options.renamed).length > 0 ? untold : uncut).push(i);
  }
  const said = new Map<number, Partial<JudgedItem>>();
  const say = (group: readonly number[], skip: SkipReason): void => {
    for (const i of group) said.set(i, { skip });
  };
  if (uncut.length > 0) {
    const again = cut.options.answered.size > 0 || items.some(({ skip }) => skip === "redelivery");
    if (cut.options.mixedBatch === "whole" && !again && left.length === 0 && groups.cutover.length === 0) {
      mirrored.push(
        errand(
          groups.dualRun.length > 0 ? "dual-run" : "shadow",
          uncut.toSorted((a, b) => a - b),
          "whole",
        ),
      );
      say(
        all(items).filter((i) => !uncut.includes(i)),
        "mixed-batch",
      );
    } else say(uncut, "mixed-batch");
  }
  // Of a message the candidate does not know by the id that is left in it.
  say(untold, "not-comparable");
  say([...cut.options.answered], "redelivery");
  // Cut over, and answered by legacy for want of a way to part them.
  for (const i of left) said.set(i, { mode: "legacy", skip: "mixed-batch" });
  const judged = said.size === 0 ? items : items.map((item, i) => ({ ...item, ...said.get(i) }));
  return { items: judged, answering, mirrored, sighting: cut.options.sighting };
}

interface Ways {
  readonly bytes: (side: "legacy" | "candidate", group: readonly number[]) => Part | "whole" | null;
  readonly errand: (mode: Mode, group: readonly number[], part: Part | "whole") => Errand;
  readonly maybeTwice: () => void;
}

/** Whose answer counts. `left`: items of a cutover that legacy answers, because the delivery cannot be parted. */
function answeringOf(
  items: readonly JudgedItem[],
  { cutover, legacy }: Groups,
  { bytes, errand, maybeTwice }: Ways,
): { readonly answering: readonly Errand[]; readonly left: readonly number[] } {
  const toLegacy = (group: readonly number[], part: Part | "whole"): Errand => ({
    ...errand(modeOf(group.flatMap((i) => items[i] ?? [])), group, part),
    side: "legacy",
    headers: part === "whole" ? null : part.headers,
  });
  if (cutover.length === 0 && legacy.length === 0) return { answering: [], left: [] };
  const forCandidate = cutover.length === 0 ? null : bytes("candidate", cutover);
  const forLegacy = legacy.length === 0 ? null : bytes("legacy", legacy);
  const uncut = (cutover.length > 0 && forCandidate === null) || (legacy.length > 0 && forLegacy === null);
  if (uncut) {
    if (cutover.length + legacy.length < items.length) maybeTwice();
    return { answering: [toLegacy(all(items), "whole")], left: cutover };
  }
  const answering: Errand[] = [];
  if (forLegacy !== null) answering.push(toLegacy(legacy, forLegacy));
  if (forCandidate !== null) answering.push(errand("cutover", cutover, forCandidate));
  return { answering, left: [] };
}

function all(items: readonly unknown[]): number[] {
  return items.map((_, i) => i);
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The mode that all have; `legacy` where they differ. */
function modeOf([one, ...others]: readonly JudgedItem[]): Mode {
  return one !== undefined && others.every(({ mode }) => mode === one.mode) ? one.mode : "legacy";
}

/** What a side can be told of all these items at once. */
function commonFlags([one, ...others]: readonly JudgedItem[]): readonly FlagRecord[] {
  if (one === undefined || others.every(({ flags }) => flags === one.flags)) return one?.flags ?? [];
  return one.flags.filter(({ value }, i) => others.every(({ flags }) => flags[i]?.value === value));
}
