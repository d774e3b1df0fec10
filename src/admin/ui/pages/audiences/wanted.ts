import { isFlagKey, NAME, type Edit } from "../../../../flags/index.ts";
import type { FlagsInForce } from "../../../deps.ts";
import type { Form, View } from "../../page.ts";
import { readPasted } from "../../pasted.ts";
import { audiencesTexts } from "./texts.ts";

export const importActions = ["replace", "add", "remove"] as const;

export type ReadImport =
  | { readonly ok: true; readonly edits: readonly Edit[] }
  | { readonly ok: false; readonly problems: readonly string[] };

interface Import {
  readonly isNew: boolean;
  readonly form: Form;
  readonly flags: FlagsInForce;
}

/** What a pasted list is to do with an audience. */
export function importOf(view: View, name: string, { isNew, form, flags }: Import): ReadImport {
  const t = audiencesTexts.in(view.locale);
  const wrong = (problem: string): ReadImport => ({ ok: false, problems: [problem] });
  if (!isFlagKey(name)) return wrong(`name must be ${NAME}`);
  if (isNew && flags.state.audiences.has(name)) return wrong(t.exists);
  const text = form.text("members");
  // An empty list is a mistake more often than a wish.
  if (text === "") return wrong(t.empty);
  const pasted = readPasted(text);
  if (!pasted.ok) {
    return wrong(`${pasted.at === 0 ? t.whole : t.entry(view.format.count(pasted.at))} ${pasted.must}`);
  }
  const { members } = pasted;
  const action = isNew ? "replace" : importActions.find((one) => one === form.text("do"));
  if (action === "add") return { ok: true, edits: [{ kind: "audience-members", name, add: members, remove: [] }] };
  if (action === "remove") return { ok: true, edits: [{ kind: "audience-members", name, add: [], remove: members }] };
  return { ok: true, edits: [{ kind: "audience", name, members }] };
}
