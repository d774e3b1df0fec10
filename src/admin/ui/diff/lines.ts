import type { Divergence, ItemRecord, Redacted, Side } from "../../../model/index.ts";
import { linesIn, pairLines } from "./text-lines.ts";

/** `ignored`: it differs, and says nothing. `same`: it does not differ, or only leads to what does. */
export type Mark = "same" | "added" | "removed" | "changed" | "ignored";

/** What one side has in a line. */
export type Cell = { readonly name: string | null } &
  /** As it was. */
  (
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "redacted"; readonly value: Redacted | number }
    /** Both have the same, which is not kept. */
    | { readonly kind: "equal"; readonly note: string | null }
    /** Something with more below it. */
    | { readonly kind: "open" }
  );

export interface Line {
  readonly depth: number;
  readonly mark: Mark;
  /** null: that side has nothing there. */
  readonly legacy: Cell | null;
  readonly candidate: Cell | null;
  /** Whose it is, on its first line. */
  readonly divergence: Divergence | null;
}

/** What the sides answered an item with; null: nothing. */
export interface Statuses {
  readonly legacy: number | null;
  readonly candidate: number | null;
}

interface Node {
  readonly below: Map<string, Node>;
  readonly found: Divergence[];
}

const sections = ["status", "headers", "body"] as const;

/** What both sides answered and did for an item, as two documents beside each other, as far as it is kept. */
export function linesOf(item: ItemRecord, statuses: Statuses): readonly Line[] {
  const { divergences, divergenceCount } = item;
  const root = treeOf(divergences);
  // Where not all is kept, what is not there may differ as well.
  const knowsAll = divergences.length === divergenceCount && item.state.state === "compared";
  return [
    ...root.found.flatMap((one) => divergenceLines(one, "answer", 0)),
    ...sections.flatMap((name) => sectionLines(root, { name, knowsAll, statuses })),
    ...[...root.below].flatMap(([name, node]) => (isOther(name) ? nodeLines(node, name, 0) : [])),
    ...effectLines(item, root.below.get("effects") ?? emptyNode(), knowsAll),
  ];
}

function isOther(name: string): boolean {
  return name !== "effects" && !sections.some((section) => section === name);
}

function emptyNode(): Node {
  return { below: new Map(), found: [] };
}

function treeOf(divergences: readonly Divergence[]): Node {
  const root = emptyNode();
  for (const divergence of divergences) {
    let node = root;
    for (const name of namesIn(divergence.path)) {
      const next = node.below.get(name) ?? emptyNode();
      node.below.set(name, next);
      node = next;
    }
    node.found.push(divergence);
  }
  return root;
}

/** Names in a JSON pointer (RFC 6901). */
export function namesIn(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .filter((name) => name !== "")
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function sectionLines(
  root: Node,
  {
    name,
    knowsAll,
    statuses,
  }: { readonly name: (typeof sections)[number]; readonly knowsAll: boolean; readonly statuses: Statuses },
): readonly Line[] {
  const node = root.below.get(name);
  if (node !== undefined) return nodeLines(node, name, 0);
  if (!knowsAll || root.found.length > 0) return [];
  const { legacy, candidate } = statuses;
  if (name !== "status") return [same(name, 0, { kind: "equal", note: null })];
  return legacy !== null && legacy === candidate ? [same(name, 0, { kind: "redacted", value: legacy })] : [];
}

type Said = Cell extends infer C ? (C extends Cell ? Omit<C, "name"> : never) : never;

function same(name: string, depth: number, said: Said): Line {
  const cell: Cell = { name, ...said };
  return { depth, mark: "same", legacy: cell, candidate: cell, divergence: null };
}

function nodeLines({ below, found }: Node, name: string, depth: number): readonly Line[] {
  return [
    ...found.flatMap((one) => divergenceLines(one, name, depth)),
    ...(below.size === 0 ? [] : [same(name, depth, { kind: "open" })]),
    ...[...below].flatMap(([inner, node]) => nodeLines(node, inner, depth + 1)),
  ];
}

const marks: Readonly<Record<Divergence["kind"], Mark>> = {
  added: "added",
  extra: "added",
  "legacy-failed": "added",
  removed: "removed",
  missing: "removed",
  failed: "removed",
  changed: "changed",
  type: "changed",
  duplicated: "changed",
  reordered: "changed",
};

function divergenceLines(divergence: Divergence, name: string, depth: number): readonly Line[] {
  const { kind, noise, values } = divergence;
  const mark = noise === null ? marks[kind] : "ignored";
  const long = values === undefined ? null : textsOf(values);
  if (long !== null) {
    const isOfBoth = long.legacy !== null && long.candidate !== null;
    const open = (side: readonly string[] | null): Cell | null => (side === null ? null : { name, kind: "open" });
    return [
      // What both have here is the name alone.
      { depth, mark: isOfBoth ? "same" : mark, legacy: open(long.legacy), candidate: open(long.candidate), divergence },
      ...pairLines(long.legacy ?? [], long.candidate ?? []).map((pair): Line => {
        const [legacy, candidate] = [textCell(null, pair.legacy), textCell(null, pair.candidate)];
        const isSame = pair.legacy === pair.candidate;
        return { depth: depth + 1, mark: isSame ? "same" : markOf(mark, pair), legacy, candidate, divergence: null };
      }),
    ];
  }
  const cell = (side: "legacy" | "candidate"): Cell | null => {
    const value = divergence[side];
    if (typeof value !== "number" && value.type === "absent") return null;
    return textCell(name, values?.[side] ?? null) ?? { name, kind: "redacted", value };
  };
  return [{ depth, mark, legacy: cell("legacy"), candidate: cell("candidate"), divergence }];
}

function markOf(
  mark: Mark,
  { legacy, candidate }: { readonly legacy: string | null; readonly candidate: string | null },
): Mark {
  if (mark === "ignored") return mark;
  return legacy === null ? "added" : candidate === null ? "removed" : "changed";
}

/** Of values that take several lines; null: one line says them. */
function textsOf({ legacy, candidate }: NonNullable<Divergence["values"]>) {
  const lines = {
    legacy: legacy === null ? null : linesIn(legacy),
    candidate: candidate === null ? null : linesIn(candidate),
  };
  return Math.max(lines.legacy?.length ?? 0, lines.candidate?.length ?? 0) > 1 ? lines : null;
}

function textCell(name: string | null, text: string | null): Cell | null {
  return text === null ? null : { name, kind: "text", text };
}

/** What each side did outside: effects that differ, and between them those that do not. */
function effectLines({ effects }: ItemRecord, node: Node, knowsAll: boolean): readonly Line[] {
  const first: Side =
    effects.some(({ side }) => side === "legacy") || !effects.some(({ side }) => side === "twin") ? "legacy" : "twin";
  const kinds = new Set([...effects.map(({ kind }) => kind), ...node.below.keys()]);
  const lines = [...kinds].flatMap((kind) => {
    const found = node.below.get(kind) ?? emptyNode();
    const done = (of: Side) => effects.filter((effect) => effect.side === of && effect.kind === kind);
    const [legacy, candidate] = [done(first), done("candidate")];
    // What has an index of legacy's own; what the candidate alone did has the candidate's.
    const named = new Set([...found.below].filter(([, at]) => !isExtra(at)).map(([index]) => index));
    const rest = knowsAll ? [...legacy.keys()].filter((index) => !named.has(String(index))) : [];
    const inner = [
      ...rest.map((index): Line => {
        const note = [legacy[index], candidate[index]].flatMap((one) => one?.disposition ?? []).join(" / ");
        return same(`${kind}[${index}]`, 1, { kind: "equal", note });
      }),
      ...[...found.below].flatMap(([index, at]) => nodeLines(at, `${kind}[${index}]`, 1)),
    ];
    return [...found.found.flatMap((one) => divergenceLines(one, kind, 1)), ...inner];
  });
  if (lines.length > 0)
    return [
      same("effects", 0, { kind: "open" }),
      ...node.found.flatMap((one) => divergenceLines(one, "effects", 1)),
      ...lines,
    ];
  return node.found.flatMap((one) => divergenceLines(one, "effects", 0));
}

function isExtra({ found, below }: Node): boolean {
  return below.size === 0 && found.length > 0 && found.every(({ kind }) => kind === "extra");
}

/** As many lines as a page shows of an item. */
const maxLines = 300;
/** Of them, those before the one that is looked for. */
const before = 50;

/** Some of many lines, with those of one group among them; how many are left out on either side. */
export function windowOf(lines: readonly Line[], signature: string | undefined) {
  const own = lines.findIndex(({ divergence }) => divergence !== null && divergence.signature === signature);
  const from = Math.min(Math.max(0, own - before), Math.max(0, lines.length - maxLines));
  const shown = lines.length <= maxLines ? lines : lines.slice(from, from + maxLines);
  return {
    lines: shown,
    above: lines.length > maxLines ? from : 0,
    below: Math.max(0, lines.length - maxLines - from),
  };
}

/** Lines in a row that are shown, or folded away until somebody asks. */
export interface Block {
  readonly folded: boolean;
  readonly lines: readonly Line[];
}

/** What differs is shown, with what it lies below; the rest is folded. */
export function blocksOf(lines: readonly Line[]): readonly Block[] {
  const shown = lines.map(({ mark }) => mark !== "same" && mark !== "ignored");
  for (const [at, { depth }] of lines.entries()) {
    if (shown[at] !== true) continue;
    let least = depth;
    for (let above = at - 1; above >= 0 && least > 0; above -= 1) {
      const line = lines[above];
      if (line === undefined || line.depth >= least || line.legacy?.kind !== "open") continue;
      shown[above] = true;
      least = line.depth;
    }
  }
  const blocks: { folded: boolean; lines: Line[] }[] = [];
  for (const [at, line] of lines.entries()) {
    const folded = shown[at] !== true;
    const last = blocks.at(-1);
    if (last?.folded === folded) last.lines.push(line);
    else blocks.push({ folded, lines: [line] });
  }
  return blocks;
}

/** How many divergences of an item count, and how many do not by what. */
export interface Counts {
  readonly differ: number;
  readonly rule: number;
  readonly class: number;
  readonly twin: number;
  /** Counted and not kept. */
  readonly more: number;
}

export function countsOf({
  divergences,
  divergenceCount,
}: Pick<ItemRecord, "divergences" | "divergenceCount">): Counts {
  const by = (cause: "rule" | "class" | "twin"): number =>
    divergences.filter(({ noise }) => noise?.by === cause).length;
  return {
    differ: divergences.filter(({ noise }) => noise === null).length,
    rule: by("rule"),
    class: by("class"),
    twin: by("twin"),
    more: divergenceCount - divergences.length,
  };
}
