import { html, raw } from "hono/html";
import type { Group } from "../../../../account/index.ts";
import { namesIn } from "../../diff/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { severityBadge } from "../../parts.ts";
import { sentence } from "../../sentence.ts";
import { groupTexts } from "./group-texts.ts";
import { groupPath } from "./words.ts";

/** A place, with what was found there and below it. */
export interface Field {
  readonly name: string;
  readonly count: number;
  /** Of them, those that say nothing. */
  readonly noise: number;
  /** At the place itself, gravest first. */
  readonly groups: readonly Group[];
  /** Most found first. */
  readonly below: readonly Field[];
}

type Found = Pick<Group, "path" | "count" | "noise">;

/** Places of groups as they lie in each other. */
export function fieldTree(groups: readonly Group[]): readonly Field[] {
  return fieldsOf(groups.map((group) => ({ group, names: namesIn(group.path) })));
}

interface Placed {
  readonly group: Group;
  /** Left to go. */
  readonly names: readonly string[];
}

function fieldsOf(placed: readonly Placed[]): readonly Field[] {
  const byName = Map.groupBy(placed, ({ names: [name = "/"] }) => name);
  const fields = [...byName].map(([name, all]): Field => {
    const below = all
      .filter(({ names }) => names.length > 1)
      .map(({ group, names }) => ({ group, names: names.slice(1) }));
    const found = all.map(({ group }) => group);
    return {
      name,
      count: foundIn(found, "count"),
      noise: foundIn(found, "noise"),
      groups: all.filter(({ names }) => names.length <= 1).map(({ group }) => group),
      below: fieldsOf(below),
    };
  });
  return fields.toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

/** Of one level; what is beyond is counted. */
const maxFields = 50;

/** Of one place: different changes of the same value. */
const maxNamed = 5;

/** The tree of everything that differs in items of one kind; the way to the present group is open. */
export function fieldsSection(view: View, group: Group, groups: readonly Group[]): Markup {
  const t = groupTexts.in(view.locale);
  const hasTwin = groups.some(({ noise_rate: rate }) => rate !== null);
  return html`<section class="card" aria-labelledby="fields">
    <h2 id="fields">${t.fields}</h2>
    <p class="muted">${t.fieldsWhat(group.route, group.item_kind)}</p>
    <div class="field-tree ${hasTwin ? "twinned" : ""}">
      <p class="field titles" aria-hidden="true">
        <span>${t.field}</span><span>${t.found}</span
        ><span>${t.noiseRate}</span>${hasTwin ? html`<span>${t.twinRate}</span>` : null}
      </p>
      ${level(view, fieldTree(groups), { here: group, path: namesIn(group.path), hasTwin })}
    </div>
  </section>`;
}

interface Here {
  readonly here: Group;
  /** What is left of its path; null: it is elsewhere. */
  readonly path: readonly string[] | null;
  readonly hasTwin: boolean;
}

function level(view: View, fields: readonly Field[], of: Here): Markup {
  const t = groupTexts.in(view.locale);
  const more = fields.length - maxFields;
  return html`<ul class="plain">
    ${fields.slice(0, maxFields).map((field) => html`<li>${fieldItem(view, field, of)}</li>`)}
    ${more > 0 ? html`<li class="muted">${t.moreFields(view.format.count(more))}</li>` : null}
  </ul>`;
}

function fieldItem(view: View, field: Field, { here, path, hasTwin }: Here): Markup {
  if (field.below.length === 0) return html`<div class="field">${fieldCells(view, field, { here, hasTwin })}</div>`;
  const isOnWay = path !== null && (path[0] ?? "/") === field.name;
  const { groups } = field;
  const t = groupTexts.in(view.locale);
  // What differs as a whole, beside what differs inside: no link may stand in a summary.
  const [count, noise] = [foundIn(groups, "count"), foundIn(groups, "noise")];
  const whole: Field = { name: t.whole, count, noise, groups, below: [] };
  const below = groups.length === 0 ? field.below : [whole, ...field.below];
  return html`<details ${isOnWay || field.below.length < 4 ? raw("open") : ""}>
    <summary><span class="field">${fieldCells(view, { ...field, groups: [] }, { here, hasTwin })}</span></summary>
    ${level(view, below, { here, path: isOnWay ? path.slice(1) : null, hasTwin })}
  </details>`;
}

function foundIn(groups: readonly Found[], what: "count" | "noise"): number {
  return groups.reduce((sum, group) => sum + group[what], 0);
}

function fieldCells(view: View, field: Field, { here, hasTwin }: Omit<Here, "path">): Markup {
  const t = groupTexts.in(view.locale);
  const { count, percent } = view.format;
  const { name, groups } = field;
  const rates = groups.flatMap(({ noise_rate: rate }) => rate ?? []);
  const cell = (label: string, value: string): Markup =>
    html`<span class="number"><span class="visually-hidden">${label} </span>${value}</span>`;
  return html`<span
      ><code>${name}</code> ${groups.slice(0, maxNamed).map((group) => {
        const words = html`${severityBadge(group.severity)} <small>${sentence(view, group)}</small>`;
        return group.signature === here.signature
          ? html`${words} <strong class="here">${t.here}</strong> `
          : html`<a href="${groupPath(group)}">${words}</a> `;
      })}</span
    >
    ${cell(t.found, count(field.count))}
    ${cell(t.noiseRate, percent(field.count === 0 ? null : field.noise / field.count))}
    ${hasTwin ? cell(t.twinRate, percent(rates.length === 0 ? null : Math.max(...rates))) : null}`;
}
