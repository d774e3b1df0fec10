import type { FlagRecord, Item, Mode, Part, PartOf, Route, SkipReason } from "../model/index.ts";
import type { Errand, JudgedItem, Judgement, Sighting } from "../proxy/index.ts";

/** What the calls of a delivery are planned with. */
export interface PlanOptions {
  /** Indices of items with a 200 on record: they go to nobody. */
  readonly answered: ReadonlySet<number>;
  /** The candidate's fields where it gets the bytes as they came; null: the same. */
  readonly candidateHeaders: readonly string[] | null;
  /** Messages that the side beside the answer knows by another id. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly cut: (parts: readonly PartOf[]) => readonly (Part | null)[] | Promise<readonly (Part | null)[]>;
  readonly mixedBatch: Route["mixedBatch"];
  /** What legacy is to get in reverse shadow goes to a twin. */
  readonly hasTwin: boolean;
  /** Whether the twin is called beside both sides with what begins with this item. */
  readonly isTwinned: (first: Item) => boolean;
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
  /** Those of the cutover that legacy gets as well. */
  readonly reverse: readonly number[];
}

/** Groups the items of a delivery into calls, each with exactly its own. */
export function planOf(items: readonly JudgedItem[], options: PlanOptions): Judgement | Promise<Judgement> {
  const [only] = items;
  const { answered, renamed } = options;
  if (only !== undefined && items.length === 1 && answered.size + renamed.size === 0) return planOfOne(only, options);
  const groups = groupsOf(items, options);
  const twinned = [groups.shadow, groups.dualRun].filter((group) => isTwinnedGroup(items, group, options));
  const wanted = [...partsWanted(items, groups, renamed), ...twinParts(items, twinned)];
  if (wanted.length === 0) return assemble(items, groups, { options, twinned, parts: [] });
  const cut = options.cut(wanted);
  const assembled = (parts: readonly (Part | null)[]): Judgement =>
    assemble(items, groups, { options, twinned, parts: wanted.map((of, i) => ({ of, part: parts[i] ?? null })) });
  return cut instanceof Promise ? cut.then(assembled) : assembled(cut);
}

const first: readonly number[] = [0];

function planOfOne(item: JudgedItem, { candidateHeaders, sighting, isTwinned }: PlanOptions): Judgement {
  const { mode, flags, skip } = item;
  const toCandidate: Errand = { side: "candidate", mode, items: first, flags, body: null, headers: candidateHeaders };
  const toLegacy: Errand = { side: "legacy", mode, items: first, flags, body: null, headers: null };
  if (mode === "cutover") {
    const mirrored = item.unreversed === null ? [toLegacy] : [];
    return { items: [item], answering: [toCandidate], mirrored, twins: [], sighting };
  }
  const mirrored = skip === null ? [toCandidate] : [];
  const twins = skip === null && isTwinned(item.item) ? [toLegacy] : [];
  return { items: [item], answering: [toLegacy], mirrored, twins, sighting };
}

function groupsOf(
  items: readonly JudgedItem[],
  { answered, hasTwin }: Pick<PlanOptions, "answered" | "hasTwin">,
): Groups {
  const named = (fits: (item: JudgedItem) => boolean): readonly number[] =>
    items.flatMap((item, i) => (!answered.has(i) && fits(item) ? [i] : []));
  const legacy = named(({ mode }) => mode !== "cutover");
  // What legacy does for its own part of a delivery bears the same trace: none of it may be held.
  const reversible = hasTwin || legacy.length === 0;
  return {
    cutover: named(({ mode }) => mode === "cutover"),
    legacy,
    shadow: named(({ mode, skip }) => skip === null && mode === "shadow"),
    dualRun: named(({ mode, skip }) => skip === null && mode === "dual-run"),
    reverse: named(({ mode, unreversed }) => reversible && mode === "cutover" && unreversed === null),
  };
}

/** What must be made: whatever is some of the items and not all, or has other ids in it. */
function partsWanted(
  items: readonly JudgedItem[],
  { cutover, legacy, shadow, dualRun, reverse }: Groups,
  renamed: PlanOptions["renamed"],
): PartOf[] {
  const some = (group: readonly number[]): boolean => group.length > 0 && group.length < items.length;
  const wanted: PartOf[] = some(legacy) ? [{ items: legacy, side: "legacy" }] : [];
  if (some(cutover)) wanted.push({ items: cutover, side: "candidate" });
  for (const [side, group] of [
    ["candidate", shadow],
    ["candidate", dualRun],
    ["legacy", reverse],
  ] as const) {
    const ofGroup = new Map(group.flatMap((i) => renamingOf(items[i], renamed)));
    if (ofGroup.size > 0) wanted.push({ items: group, side, renamed: ofGroup });
    else if (some(group)) wanted.push({ items: group, side });
  }
  return wanted;
}

/** The first item decides for all of a call. */
function isTwinnedGroup(items: readonly JudgedItem[], [first = -1]: readonly number[], options: PlanOptions): boolean {
  const judged = items[first];
  return judged !== undefined && options.isTwinned(judged.item);
}

/** The twin knows legacy's messages by legacy's ids. */
function twinParts(items: readonly JudgedItem[], twinned: readonly (readonly number[])[]): PartOf[] {
  return twinned.flatMap((group) => (group.length < items.length ? [{ items: group, side: "legacy" as const }] : []));
}

/** None or one. */
function renamingOf(judged: JudgedItem | undefined, renamed: PlanOptions["renamed"]): readonly [string, string][] {
  const about = judged?.item.about ?? null;
  const id = about === null ? undefined : renamed.get(about);
  return about === null || id === undefined ? [] : [[about, id]];
}

interface Cut {
  readonly options: PlanOptions;
  /** Of the groups that are mirrored, those that the twin gets as well. */
  readonly twinned: readonly (readonly number[])[];
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
  const twins: Errand[] = [];
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
      const ofTwin = cut.twinned.includes(group) ? bytes("legacy", group) : null;
      if (ofTwin !== null) twins.push(towardsLegacy(errand(mode, group, ofTwin), ofTwin));
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
      const mode = groups.dualRun.length > 0 ? "dual-run" : "shadow";
      const whole = errand(
        mode,
        uncut.toSorted((a, b) => a - b),
        "whole",
      );
      mirrored.push(whole);
      if (isTwinnedGroup(items, whole.items, cut.options)) twins.push(towardsLegacy(whole, "whole"));
      say(
        all(items).filter((i) => !uncut.includes(i)),
        "mixed-batch",
      );
    } else say(uncut, "mixed-batch");
  }
  // Of a message the candidate does not know by the id that is left in it.
  say(untold, "not-comparable");
  say([...cut.options.answered], "redelivery");
  const reversed = left.length > 0 || groups.reverse.length === 0 ? null : bytes("legacy", groups.reverse);
  if (reversed !== null) mirrored.push(towardsLegacy(errand("cutover", groups.reverse, reversed), reversed));
  for (const i of reversed === null ? groups.cutover : []) {
    if (items[i]?.unreversed === null) said.set(i, { unreversed: unreversedOf(items[i], cut.options.renamed) });
  }
  // Cut over, and answered by legacy for want of a way to part them.
  for (const i of left) said.set(i, { mode: "legacy", skip: "mixed-batch" });
  const judged = said.size === 0 ? items : items.map((item, i) => ({ ...item, ...said.get(i) }));
  return { items: judged, answering, mirrored, twins, sighting: cut.options.sighting };
}

function towardsLegacy(errand: Errand, part: Part | "whole"): Errand {
  return { ...errand, side: "legacy", headers: part === "whole" ? null : part.headers };
}

/** Why legacy does not get an item that it was to get in reverse shadow. */
function unreversedOf(judged: JudgedItem, renamed: PlanOptions["renamed"]): SkipReason {
  return renamingOf(judged, renamed).length > 0 ? "not-comparable" : "mixed-batch";
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
  const toLegacy = (group: readonly number[], part: Part | "whole"): Errand =>
    towardsLegacy(errand(modeOf(group.flatMap((i) => items[i] ?? [])), group, part), part);
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
