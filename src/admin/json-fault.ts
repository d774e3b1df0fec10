/**
 * Where a text stops being JSON (RFC 8259): line and column from 1. For a text that `JSON.parse` has refused: its own
 * message quotes what stands there, which may be personal, and often does not say where.
 */
export function jsonFault(text: string): { readonly line: number; readonly column: number } {
  const before = text.slice(0, faultAt(text));
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: before.length - lineStart + 1 };
}

type Kind = "[" | "]" | "{" | "}" | "," | ":" | "string" | "scalar";
type State = "value" | "first element" | "first name" | "name" | "colon" | "in list" | "in object" | "done";

const space = /[ \t\n\r]*/y;
const marks = ["[", "]", "{", "}", ",", ":"] as const;
const scalar = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![\w.+-])/y;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** A value has ended: what is wanted next depends on what is open. */
const ended = "ended";

const value = { "[": "first element", "{": "first name", string: ended, scalar: ended } as const;

const grammar: Readonly<Record<State, Readonly<Partial<Record<Kind, State | typeof ended>>>>> = {
  value,
  "first element": { ...value, "]": ended },
  "first name": { string: "colon", "}": ended },
  name: { string: "colon" },
  colon: { ":": "value" },
  "in list": { ",": "value", "]": ended },
  "in object": { ",": "name", "}": ended },
  done: {},
};

function faultAt(text: string): number {
  const open: ("in list" | "in object")[] = [];
  let state: State = "value";
  let at = 0;
  for (;;) {
    at = endOf(space, text, at) ?? at;
    const token = tokenAt(text, at);
    const next: State | typeof ended | undefined = token === null ? undefined : grammar[state][token.kind];
    if (token === null || next === undefined) return at;
    if (token.kind === "[") open.push("in list");
    if (token.kind === "{") open.push("in object");
    if (token.kind === "]" || token.kind === "}") open.pop();
    state = next === ended ? (open.at(-1) ?? "done") : next;
    at = token.end;
  }
}

function tokenAt(text: string, at: number): { readonly kind: Kind; readonly end: number } | null {
  const mark = marks.find((each) => each === text[at]);
  if (mark !== undefined) return { kind: mark, end: at + 1 };
  const kind = text[at] === '"' ? "string" : "scalar";
  const end = kind === "string" ? stringEnd(text, at) : endOf(scalar, text, at);
  return end === null ? null : { kind, end };
}

/** Not by a pattern: one that repeats alternatives overflows its stack on megabytes. */
function stringEnd(text: string, start: number): number | null {
  let at = start + 1;
  for (;;) {
    const next = text[at];
    if (next === undefined || next < " ") return null;
    if (next === '"') return at + 1;
    const end = next === "\\" ? endOf(escaped, text, at) : at + 1;
    if (end === null) return null;
    at = end;
  }
}

/** Where a match that begins at `at` ends; null: none does. */
function endOf(form: RegExp, text: string, at: number): number | null {
  form.lastIndex = at;
  return form.test(text) ? form.lastIndex : null;
}
