import { createHash } from "node:crypto";

/** What the places of an answer template are filled with. */
export interface Filling {
  /** `{id}`: an id that shows it was held. */
  readonly id: string;
  /** `{path:1}`: segments of the path, counted from 1. */
  readonly path: readonly string[];
  /** `{body:name}`: members of the request's body where it is a JSON object, values as they are. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** The same for the same seed. */
export function heldId(seed: string): string {
  return `held-${createHash("sha256").update(seed).digest("hex").slice(0, 24)}`;
}

/** Places in texts of templates; the configuration refuses any other pair of braces. */
export const places = /\{(?:id|path:([1-9]\d?)|body:([\w.-]{1,64}))\}/g;

/** A template with its places filled. A text that is one place and nothing else takes its value, null where there is none. */
export function fill(template: unknown, filling: Filling): unknown {
  if (typeof template === "string") return fillText(template, filling);
  if (Array.isArray(template)) return template.map((member) => fill(member, filling));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, member]) => [name, fill(member, filling)]));
}

function fillText(text: string, filling: Filling): unknown {
  const valueOf = (segment: string | undefined, member: string | undefined): unknown => {
    if (segment !== undefined) return filling.path[Number(segment) - 1] ?? null;
    if (member === undefined) return filling.id;
    return Object.hasOwn(filling.body, member) ? filling.body[member] : null;
  };
  const [only] = text.matchAll(places);
  if (only?.[0] === text) return valueOf(only[1], only[2]);
  return text.replace(places, (_, segment?: string, member?: string) => {
    const value = valueOf(segment, member);
    return typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
  });
}
