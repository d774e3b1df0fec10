import { html } from "hono/html";
import type { ItemRecord, NoiseCause } from "../../../model/index.ts";
import type { Markup } from "../markup.ts";
import type { View } from "../page.ts";
import { redacted, severityBadge, sideName } from "../parts.ts";
import { blocksOf, countsOf, linesOf, windowOf, type Cell, type Line, type Statuses } from "./lines.ts";
import { patchOf, patchText } from "./patch.ts";
import { copyBlock } from "./sides.ts";
import { diffTexts } from "./texts.ts";

export type DiffView = "split" | "unified" | "patch";

const views: readonly DiffView[] = ["split", "unified", "patch"];

/** The view that a page's query asks for. */
export function viewOf(view: View): DiffView {
  return views.find((one) => one === view.query("view")) ?? "split";
}

/** "5 differ, 3 ignored by rule". */
function countsText({ locale }: View, item: Pick<ItemRecord, "divergences" | "divergenceCount">): string {
  const t = diffTexts.in(locale);
  const counts = countsOf(item);
  const parts = [
    t.differ(counts.differ),
    ...(counts.rule > 0 ? [t.byRule(counts.rule)] : []),
    ...(counts.class > 0 ? [t.byClass(counts.class)] : []),
    ...(counts.twin > 0 ? [t.byTwin(counts.twin)] : []),
    ...(counts.more > 0 ? [t.more(counts.more)] : []),
  ];
  return parts.join(", ");
}

export interface DiffOptions {
  readonly item: ItemRecord;
  readonly statuses: Statuses;
  /** Of the page, so that ids of several stay apart. */
  readonly id: string;
  /** The address of the page in a view. */
  readonly href: (view: DiffView) => string;
  /** The group that the page is about. */
  readonly signature?: string;
}

/** What both sides had, in the view that is asked for. */
export function diffView(view: View, options: DiffOptions): Markup {
  const t = diffTexts.in(view.locale);
  const { item, id, href } = options;
  const chosen = viewOf(view);
  return html`<div class="diff-part">
    <div class="head">
      <p class="counts"><strong>${countsText(view, item)}</strong></p>
      <nav class="switch" aria-label="${t.view}">
        ${views.map((one) =>
          one === chosen
            ? html`<a href="${href(one)}" aria-current="true">${t[one]}</a>`
            : html`<a href="${href(one)}">${t[one]}</a>`,
        )}
      </nav>
    </div>
    ${chosen === "patch" ? patchView(view, item, id) : linesView(view, options, chosen)}
    ${item.divergences.length > 0 && item.divergences.every(({ values }) => values === undefined) ? optIn(view) : null}
  </div>`;
}

function patchView(view: View, item: ItemRecord, id: string): Markup {
  return html`<p class="muted">${diffTexts.in(view.locale).patchWhat}</p>
    ${copyBlock(view, `${id}-patch`, patchText(patchOf(item)))}`;
}

function linesView(view: View, { item, statuses, signature }: DiffOptions, chosen: "split" | "unified"): Markup {
  const t = diffTexts.in(view.locale);
  const { lines, above, below } = windowOf(linesOf(item, statuses), signature);
  const left = (count: number): Markup | null =>
    count === 0 ? null : html`<p class="left-out">${t.leftOut(view.format.count(count))}</p>`;
  if (item.divergenceCount > 0 && item.divergences.length === 0) return html`<p class="muted">${t.noneKept}</p>`;
  const row = chosen === "split" ? splitRow : unifiedRows;
  return html`${item.divergenceCount === 0 ? html`<p class="muted">${t.nothingDiffers}</p>` : null}
    <div class="diff diff-${chosen}" role="group" aria-label="${t.label}">
      ${
        chosen === "split"
          ? html`<div class="line titles">
              <span>${sideName("legacy")}</span><span>${sideName("candidate")}</span><span></span>
            </div>`
          : null
      }
      ${left(above)}
      ${blocksOf(lines).map(({ folded, lines: inside }) => {
        const rows = inside.map((line) => row(view, line, signature));
        if (!folded) return rows;
        const ignored = inside.filter(({ mark }) => mark === "ignored").length;
        const equal = inside.length - ignored;
        const words = [...(equal > 0 ? [t.unchanged(equal)] : []), ...(ignored > 0 ? [t.ignoredLines(ignored)] : [])];
        return html`<details class="fold">
          <summary>${words.join(", ")}</summary>
          ${rows}
        </details>`;
      })}
      ${left(below)}
    </div>`;
}

const signs: Readonly<Record<Line["mark"], string>> = {
  same: " ",
  added: "+",
  removed: "−",
  changed: "≠",
  ignored: "~",
};

function splitRow(view: View, line: Line, signature: string | undefined): Markup {
  const t = diffTexts.in(view.locale);
  const { mark, legacy, candidate } = line;
  const side = (cell: Cell | null, other: Cell | null, isLegacy: boolean): Markup => {
    if (cell === null) {
      return html`<span class="cell none"
        ><span class="visually-hidden">${isLegacy ? "legacy" : "candidate"}: ${t.nothing}</span></span
      >`;
    }
    const sign = mark === "changed" ? (isLegacy ? "−" : "+") : signs[mark];
    return html`<span class="cell ${isLegacy ? "left" : "right"}"
      ><span class="sign" aria-hidden="true">${sign}</span
      ><span class="visually-hidden">${isLegacy ? "legacy" : "candidate"}: </span
      >${cellText(view, { cell, other, depth: line.depth })}</span
    >`;
  };
  return html`<div class="line is-${mark}${isOwn(line, signature)}">
    ${mark === "same" ? null : html`<span class="visually-hidden">${t[mark]}. </span>`}
    ${side(legacy, candidate, true)}${side(candidate, legacy, false)}${about(view, line, signature)}
  </div>`;
}

function unifiedRows(view: View, line: Line, signature: string | undefined): readonly Markup[] {
  const t = diffTexts.in(view.locale);
  const { mark, legacy, candidate, depth } = line;
  const row = (
    cell: Cell,
    { side, isFirst }: { readonly side: "legacy" | "candidate" | null; readonly isFirst: boolean },
  ): Markup => {
    const other = side === "legacy" ? candidate : legacy;
    const kind = mark === "same" || mark === "ignored" ? mark : side === "legacy" ? "removed" : "added";
    const sign = mark === "ignored" ? "~" : side === null ? " " : side === "legacy" ? "−" : "+";
    return html`<div class="line is-${kind}${isOwn(line, signature)}">
      <span class="cell ${side === "legacy" ? "left" : side === "candidate" ? "right" : ""}"
        ><span class="sign" aria-hidden="true">${sign}</span
        >${side === null ? null : html`<span class="visually-hidden">${side}, ${t[mark]}: </span>`}${cellText(view, {
          cell,
          other: side === null ? null : other,
          depth,
        })}</span
      >${isFirst ? about(view, line, signature) : html`<span></span>`}
    </div>`;
  };
  if (mark === "same") return legacy === null ? [] : [row(legacy, { side: null, isFirst: true })];
  return [
    ...(legacy === null ? [] : [row(legacy, { side: "legacy", isFirst: true })]),
    ...(candidate === null ? [] : [row(candidate, { side: "candidate", isFirst: legacy === null })]),
  ];
}

function isOwn({ divergence }: Line, signature: string | undefined): string {
  return divergence !== null && divergence.signature === signature ? " own" : "";
}

/** How grave it is, and where more is told of it. */
function about(view: View, { divergence }: Line, signature: string | undefined): Markup {
  if (divergence === null) return html`<span></span>`;
  const { noise, severity, signature: own, kind } = divergence;
  const words = html`${noise === null ? severityBadge(severity) : causeText(view, noise)}<span class="visually-hidden">
      ${kind}</span
    >`;
  return html`<span class="about"
    >${own === signature ? words : html`<a href="/divergences/${encodeURIComponent(own)}">${words}</a>`}</span
  >`;
}

function causeText({ locale }: View, cause: NoiseCause): string {
  const t = diffTexts.in(locale);
  switch (cause.by) {
    case "rule":
      return t.rule(cause.rule);
    case "class":
      return t.class(cause.class);
    case "twin":
      return t.twin;
  }
}

interface CellOf {
  readonly cell: Cell;
  /** What the other side has in its place. */
  readonly other: Cell | null;
  readonly depth: number;
}

function cellText(view: View, { cell, other, depth }: CellOf): Markup {
  const name =
    cell.name === null
      ? null
      : html`<span class="name">${/^\d+$/.test(cell.name) ? `[${cell.name}]` : cell.name}:</span> `;
  return html`<code>${"  ".repeat(depth)}${name}${saidText(view, cell, other)}</code>`;
}

function saidText(view: View, cell: Cell, other: Cell | null): Markup | string | null {
  switch (cell.kind) {
    case "open":
      return null;
    case "equal":
      return html`<span class="redacted"
        >${diffTexts.in(view.locale).equal}${cell.note === null ? null : html` · ${cell.note}`}</span
      >`;
    case "redacted":
      return redacted(view, cell.value);
    case "text":
      return other?.kind === "text" && other.text !== cell.text ? differing(cell.text, other.text) : cell.text;
  }
}

const characters = new Intl.Segmenter();

function charactersIn(text: string): readonly string[] {
  return Array.from(characters.segment(text), ({ segment }) => segment);
}

/** A text with the part marked that another has not. */
function differing(text: string, other: string): Markup {
  const [all, others] = [charactersIn(text), charactersIn(other)];
  const most = Math.min(all.length, others.length);
  let start = 0;
  while (start < most && all[start] === others[start]) start += 1;
  let end = 0;
  while (end < most - start && all.at(-1 - end) === others.at(-1 - end)) end += 1;
  const middle = all.slice(start, all.length - end).join("");
  return html`${all.slice(0, start).join("")}${middle === "" ? null : html`<mark>${middle}</mark>`}${all.slice(all.length - end).join("")}`;
}

const example = `routes:
  - compare:
      values: { redact: ["order [0-9]+"], retentionDays: 2 }`;

/** What is not stored, and how it would be. */
function optIn(view: View): Markup {
  const t = diffTexts.in(view.locale);
  return html`<details class="opt-in">
    <summary>${t.notStored}</summary>
    <p>${t.optIn}: ${t.optInHow}</p>
    <pre tabindex="0"><code>${example}</code></pre>
  </details>`;
}
