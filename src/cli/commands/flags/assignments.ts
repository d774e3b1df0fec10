import { suggestion } from "../../config/say.ts";
import { WrongUse } from "../command.ts";

type Read = (text: string) => unknown;

function yesNo(text: string): unknown {
  return text === "true" || text === "false" ? text === "true" : refuse("true or false");
}

function number(text: string): unknown {
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : refuse("a number");
}

/** Commas part members; empty: nobody. What other forms of a list begin with is no shopper. */
function members(text: string): unknown {
  if (/^\s*(?:null\s*$|[[{"])/.test(text)) refuse("shoppers separated by commas, or empty for nobody");
  const list = text.split(",").map((member) => member.trim());
  return list.filter((member) => member !== "");
}

function json(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return refuse(`JSON, such as '{"k": 1}'`);
  }
}

const orNull =
  (read: Read): Read =>
  (text) =>
    text === "null" ? null : read(text);

function refuse(must: string): never {
  throw new WrongUse(`must be ${must}`);
}

const asText: Read = (text) => text;

const fields = new Map<string, Read>([
  ["enabled", orNull(yesNo)],
  ["percent", orNull(number)],
  ["allowlist", orNull(members)],
  ["denylist", members],
  ["forceOn", members],
  ["audience", orNull(asText)],
  ["default", yesNo],
  ["salt", orNull(asText)],
  ["bucketing", asText],
  ["description", asText],
  ["settings", json],
]);

/** What others call them. */
const synonyms = new Map([
  ["percentage", "percent"],
  ["whitelist", "allowlist"],
  ["blacklist", "denylist"],
  ["force_on", "forceOn"],
  ["force-on", "forceOn"],
]);

/** `percent=5 allowlist=a,b` as fields of a flag. Limits are the admin port's to check: they are the same for everybody. */
export function parseAssignments(given: readonly string[]): Readonly<Record<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const assignment of given) {
    const equals = assignment.indexOf("=");
    const name = equals < 0 ? assignment : assignment.slice(0, equals);
    const field = synonyms.get(name) ?? name;
    const read = fields.get(field);
    if (read === undefined) {
      const known = [...fields.keys()];
      throw new WrongUse(
        `a flag has no field "${name}"${suggestion(name, known) || `: the fields are ${known.join(", ")}`}`,
      );
    }
    if (equals < 0) throw new WrongUse(`${name} needs a value: ${name}=VALUE`);
    if (found.has(field)) throw new WrongUse(`${field} is given twice`);
    try {
      found.set(field, read(assignment.slice(equals + 1)));
    } catch (error) {
      throw error instanceof WrongUse ? new WrongUse(`${name} ${error.message}`) : error;
    }
  }
  return Object.fromEntries(found);
}
