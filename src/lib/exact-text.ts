import { Exact, isArray, isObject, type Node, Repeated } from "./exact.ts";
import { parseJson, parsePlain, TooDeep, type Json } from "./exact-json.ts";

/** Begins what stands for more than it is; a text or a name of JSON that begins so is marked itself. */
const MARK = "\u0000";
const MARK_ESCAPED = String.raw`\u0000`;
const NUMBER = `${MARK}#`;
const TEXT = `${MARK}s`;
const EARLIER = `${MARK}+`;

/**
 * As JSON.parse, save that nothing is lost down to `MAX_DEPTH`: a number that a double does not hold as it is written is a
 * marked text, and the earlier values of a member that is there more than once are in a member of a marked name beside it.
 * So it may be stored and sent as JSON.
 */
export function parseMarked(text: string): Json {
  try {
    // Without this no text in it begins with a mark: JSON holds no control character but by its escape.
    const plain = text.includes(MARK_ESCAPED) ? undefined : parsePlain(text);
    return plain === undefined ? marked(parseJson(text)) : plain;
  } catch (error) {
    if (error instanceof TooDeep) return parse(text);
    throw error;
  }
}

const parse: (text: string) => Json = JSON.parse;

function marked(node: Node): Json {
  if (node instanceof Exact) return NUMBER + node.text;
  if (typeof node === "string") return node.startsWith(MARK) ? TEXT + node : node;
  if (isArray(node)) return node.map(marked);
  if (!isObject(node)) return node;
  const members: [string, Json][] = [];
  for (const [name, member] of Object.entries(node)) {
    const key = name.startsWith(MARK) ? TEXT + name : name;
    const values = member instanceof Repeated ? member.map(marked) : [marked(member)];
    // As JSON.parse has it, the last one counts.
    members.push([key, values.pop() ?? null]);
    if (values.length > 0) members.push([EARLIER + key, values]);
  }
  return Object.fromEntries(members);
}

/** What was marked, as it was read. */
export function unmarked(value: Json): Node {
  if (typeof value === "string") {
    if (!value.startsWith(MARK)) return value;
    return value.startsWith(NUMBER) ? Exact.number(value.slice(NUMBER.length)) : value.slice(TEXT.length);
  }
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(unmarked);
  const members = new Map<string, Node>();
  for (const [key, member] of Object.entries(value)) {
    if (key.startsWith(EARLIER)) continue;
    const earlier = value[EARLIER + key];
    const name = key.startsWith(TEXT) ? key.slice(TEXT.length) : key;
    const last = unmarked(member);
    members.set(
      name,
      earlier === undefined || !isList(earlier) ? last : Repeated.from([...earlier.map(unmarked), last]),
    );
  }
  return Object.fromEntries(members);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
