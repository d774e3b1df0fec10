/** Who reads of a rollout in regular words, and where. */
export interface Audience {
  /** Of `notifications.channels`. */
  readonly channel: string;
  /** `phase`: as one is left; `end`: completed, rolled back or aborted. Weekly is on Mondays. */
  readonly frequency: (typeof frequencies)[number];
  /** Who answers for what is said there. */
  readonly owner: string;
  readonly template: AudienceTemplate;
}

/** One of ours, or a text with `{fields}`. */
export type AudienceTemplate = (typeof templateNames)[number] | { readonly title: string; readonly text: string };

export const frequencies = ["daily", "weekly", "phase", "end"] as const;

/** Team digest, product summary, executive report, draft of release notes. */
export const templateNames = ["digest", "product", "executive", "release-notes"] as const;

/** What a text may have filled in. */
export const templateFields = [
  "rollout",
  "plan",
  "description",
  "flag",
  "environment",
  "status",
  "phase",
  "serve",
  "compare",
  "since",
  "verdict",
  "why",
  "evidence",
  "happened",
  "next",
  "back",
  "events",
  "owner",
  "time",
] as const;

export type TemplateField = (typeof templateFields)[number];

const form = /\{([^{}]*)\}/g;

/** Names in braces that are no fields; a brace alone is text. */
export function unknownFields(text: string): readonly string[] {
  const known: readonly string[] = templateFields;
  return [...text.matchAll(form)].map(([, name = ""]) => name).filter((name) => !known.includes(name));
}

export function filledIn(text: string, fields: Readonly<Record<TemplateField, string>>): string {
  const values: ReadonlyMap<string, string> = new Map(Object.entries(fields));
  return text.replace(form, (whole, name: string) => values.get(name) ?? whole);
}
