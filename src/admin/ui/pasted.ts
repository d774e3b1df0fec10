import { listFault, LIST } from "../../flags/index.ts";

/** A list as somebody pasted it: lines, commas, semicolons, tabs, or a JSON array. */
export type Pasted =
  | {
      readonly ok: true;
      /** Each once, in the order they came in. */
      readonly members: readonly string[];
      /** How many named one that was named before. */
      readonly twice: number;
    }
  /** What is wrong with the entry at `at`, from 1; 0: with the whole. Never shows it. */
  | { readonly ok: false; readonly at: number; readonly must: string };

export function readPasted(text: string): Pasted {
  const source = text.replace(/^\ufeff/, "").trim();
  const found = source.startsWith("[") ? fromJson(source) : source.split(/[\r\n,;\t]+/);
  if (found === null) return { ok: false, at: 0, must: `a JSON array of texts, or ${LIST}, one a line` };
  const all = found.map((member) => member.trim().replace(/^"(.*)"$/s, "$1")).filter((member) => member !== "");
  const members = [...new Set(all)];
  const fault = listFault(members);
  if (fault === null) return { ok: true, members, twice: all.length - members.length };
  return { ok: false, at: fault.at === null ? 0 : all.indexOf(members[fault.at] ?? "") + 1, must: fault.must };
}

/** Numbers stand for themselves: phone numbers are often written so. null: it is none. */
function fromJson(source: string): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(source);
    if (!Array.isArray(value)) return null;
    const entries: readonly unknown[] = value;
    const texts = entries.map((entry) => (Number.isSafeInteger(entry) ? String(entry) : entry));
    return texts.every((entry) => typeof entry === "string") ? texts : null;
  } catch {
    return null;
  }
}
