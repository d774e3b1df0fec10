import { parseForm, parseGuideForm, type Edit, type Json, type Problem } from "../flags/index.ts";
import type { RouteFlags } from "../model/index.ts";
import { named, oneOf, readFields, shoppers } from "./fields.ts";

/** What a body may be: whom or what it is about, and in which of the forms that this port takes. */
export type EditForm =
  /** The whole flag (`put`), or what is said of it (`patch`), in any form that flags are written in (SPEC 3). */
  | { readonly kind: "put" | "patch"; readonly key: string }
  | { readonly kind: "flags"; readonly aliases: ReadonlyMap<string, string> }
  | { readonly kind: "members"; readonly key: string }
  | { readonly kind: "audience" | "audience-members"; readonly name: string }
  | { readonly kind: "guide"; readonly routes: readonly RouteFlags[]; readonly aliases: ReadonlyMap<string, string> };

export type ReadEdits =
  /** `key`: the flag that the guide's form is about. */
  | { readonly ok: true; readonly edits: readonly Edit[]; readonly key: string | null }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What a body asks for. Pure: a long one is read on another thread. */
export function readEdits(form: EditForm, body: Json): ReadEdits {
  const cut = cutProblems(body);
  if (cut.length > 0) return { ok: false, problems: cut };
  switch (form.kind) {
    case "put":
    case "patch":
      return readFlag(form.kind, form.key, body);
    case "flags":
      return readFlags(form.aliases, body);
    case "members":
      return readMembers(form.key, body);
    case "audience":
    case "audience-members":
      return readAudience(form.kind, form.name, body);
    case "guide": {
      const { routes, aliases } = form;
      return parseGuideForm(body, { routes, keyOf: (name) => aliases.get(name) ?? name });
    }
  }
}

/** Lists that an answer showed in part come back as what they are not. */
function cutProblems(body: Json): readonly Problem[] {
  if (typeof body !== "object" || body === null || !("members_truncated" in body)) return [];
  const must = "absent: the lists of that answer are cut, read them whole page by page before they are written";
  return [{ where: "members_truncated", is: "there", must }];
}

const one = (edit: Edit): ReadEdits => ({ ok: true, edits: [edit], key: null });
const wrong = (...problems: readonly Problem[]): ReadEdits => ({ ok: false, problems });

function readFlag(kind: "put" | "patch", key: string, body: Json): ReadEdits {
  const form = parseForm(body, key);
  return form.ok ? one({ kind, key, ...form.said }) : wrong(...form.problems);
}

const flagsForm = named('flags by key, as in {"flags": {"KEY": {"percent": 5}}}');

function readFlags(aliases: ReadonlyMap<string, string>, body: Json): ReadEdits {
  const read = readFields(body, { flags: flagsForm });
  if (!read.ok) return read;
  const { flags } = read.fields;
  if (flags === undefined) return wrong({ where: "flags", is: "missing", must: flagsForm.must });
  const forms = Object.entries(flags).map(([name, said]) => {
    const key = aliases.get(name) ?? name;
    const cut = cutProblems(said);
    return { key, form: cut.length > 0 ? ({ ok: false, problems: cut } as const) : parseForm(said, key) };
  });
  const problems = forms.flatMap(({ form }) => (form.ok ? [] : form.problems));
  if (problems.length > 0) return { ok: false, problems };
  const edits = forms.flatMap(({ key, form }): Edit[] => (form.ok ? [{ kind: "patch", key, ...form.said }] : []));
  return { ok: true, edits, key: null };
}

const memberForms = { list: oneOf("allowlist", "denylist", "forceOn"), add: shoppers, remove: shoppers };

function readMembers(key: string, body: Json): ReadEdits {
  const read = readFields(body, memberForms);
  if (!read.ok) return read;
  const { list, add = [], remove = [] } = read.fields;
  if (list === undefined) return wrong({ where: "list", is: "missing", must: memberForms.list.must });
  return one({ kind: "members", key, list, add, remove });
}

function readAudience(kind: "audience" | "audience-members", name: string, body: Json): ReadEdits {
  if (kind === "audience") {
    const read = readFields(body, { members: shoppers });
    if (!read.ok) return read;
    const { members } = read.fields;
    return members === undefined
      ? wrong({ where: "members", is: "missing", must: shoppers.must })
      : one({ kind, name, members });
  }
  const read = readFields(body, { add: shoppers, remove: shoppers });
  if (!read.ok) return read;
  const { add = [], remove = [] } = read.fields;
  return one({ kind, name, add, remove });
}
