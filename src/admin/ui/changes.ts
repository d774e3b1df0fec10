import { html } from "hono/html";
import type { Json } from "../../flags/index.ts";
import { objectOf } from "../fields.ts";
import { catalogue } from "./locale.ts";
import type { Markup } from "./markup.ts";
import type { View } from "./page.ts";

/** One thing that a change made different. `null`: it was not there, or is not any more. */
export interface FieldChange {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

const texts = catalogue({
  field: ["Field", "Campo"],
  before: ["Before", "Antes"],
  after: ["After", "Depois"],
  nothing: ["Nothing that is told here was changed.", "Nada do que se mostra aqui mudou."],
  more: [(n: string) => `and ${n} more, in the export`, (n: string) => `e mais ${n}, na exportação`],
  came: [(n: string) => `${n} put on`, (n: string) => `${n} incluídos`],
  went: [(n: string) => `${n} taken off`, (n: string) => `${n} retirados`],
});

const maxShown = 40;
const maxCharacters = 300;
const maxDepth = 4;

/** Stamped with each write, or known from elsewhere in the entry. */
const stamped: ReadonlySet<string> = new Set(["key", "version", "updatedAt", "updatedBy"]);
/** Members by hash: told as how many. */
const moved: ReadonlySet<string> = new Set(["added", "removed"]);
/** What a record says that says nothing. */
const unsaid: ReadonlySet<string> = new Set(['""', "0", "null", "false", "{}", '"murmur3"']);

/** What differs between two records of the audit, field by field; lists as how many came and went. */
export function changesBetween(view: View, before: Json, after: Json): readonly FieldChange[] {
  const members = memberChanges(view, before, after);
  const fields = fieldChanges("", [before, after], 0).map((field) => {
    const moved = members.get(field.name);
    return moved === undefined ? field : { ...field, after: [field.after, moved].filter(Boolean).join(" · ") };
  });
  const rest = [...members].filter(([name]) => fields.every((field) => field.name !== name));
  return [...fields, ...rest.map(([name, moved]) => ({ name, before: null, after: moved }))];
}

function fieldChanges(name: string, [before, after]: readonly [Json, Json], depth: number): readonly FieldChange[] {
  const [was, is] = [objectOf(before), objectOf(after)];
  if ((was === null && is === null) || depth === maxDepth) {
    const [had, has] = [textOf(before), textOf(after)];
    return had === has ? [] : [{ name: name === "" ? "–" : name, before: had, after: has }];
  }
  const isAlone = was === null || is === null;
  const keys = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])];
  const own = depth === 0 ? keys.filter((key) => !stamped.has(key) && !moved.has(key)) : keys;
  return own.flatMap((key) => {
    const pair = [was?.[key] ?? null, is?.[key] ?? null] as const;
    // Of what began or ended only what it says.
    if (isAlone && pair.every((value) => unsaid.has(JSON.stringify(value)))) return [];
    return fieldChanges(name === "" ? key : `${name}.${key}`, pair, depth + 1);
  });
}

/** By list, in words: how many were put on it and taken off. */
function memberChanges(view: View, before: Json, after: Json): ReadonlyMap<string, string> {
  const t = texts.in(view.locale);
  const went = countsIn(before, "removed");
  const came = countsIn(after, "added");
  return new Map(
    [...new Set([...went.keys(), ...came.keys()])].map((list) => {
      const [off, on] = [went.get(list), came.get(list)];
      const words = [
        ...(on === undefined ? [] : [t.came(view.format.count(on))]),
        ...(off === undefined ? [] : [t.went(view.format.count(off))]),
      ];
      // Of an audience the count is all that there is.
      const name = list.replace(/:.*$/s, "");
      return [name === "audience" ? "count" : name, words.join(", ")] as const;
    }),
  );
}

function countsIn(record: Json, side: "added" | "removed"): ReadonlyMap<string, number> {
  const lists = objectOf(objectOf(record)?.[side] ?? null) ?? {};
  return new Map(
    Object.entries(lists).flatMap(([list, told]) => {
      const count = objectOf(told)?.["count"];
      return typeof count === "number" ? [[list, count] as const] : [];
    }),
  );
}

function textOf(value: Json): string | null {
  if (value === null) return null;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text;
}

/** Old beside new: struck out and underlined as well as coloured. */
export function changesTable(view: View, changes: readonly FieldChange[], label: string): Markup {
  const t = texts.in(view.locale);
  if (changes.length === 0) return html`<p class="muted">${t.nothing}</p>`;
  const more = changes.length - maxShown;
  return html`<table class="changes cards" aria-label="${label}">
      <thead>
        <tr>
          <th scope="col">${t.field}</th>
          <th scope="col">${t.before}</th>
          <th scope="col">${t.after}</th>
        </tr>
      </thead>
      <tbody>
        ${changes.slice(0, maxShown).map((change) => changeRow(view, change))}
      </tbody>
    </table>
    ${more > 0 ? html`<p class="muted">${t.more(view.format.count(more))}</p>` : null}`;
}

function changeRow(view: View, { name, before, after }: FieldChange): Markup {
  const t = texts.in(view.locale);
  const nothing = html`<span class="muted" aria-hidden="true">–</span>`;
  return html`<tr>
    <th scope="row" data-label="${t.field}"><code>${name}</code></th>
    <td data-label="${t.before}">${before === null ? nothing : html`<del>${before}</del>`}</td>
    <td data-label="${t.after}">${after === null ? nothing : html`<ins>${after}</ins>`}</td>
  </tr>`;
}
