import { CommandError } from "../command.ts";
import { parseCsv } from "../csv.ts";
import { isRecord, readForm, readRecord, readValue, type Fields, type Imported } from "./imported.ts";

const forms =
  "rows of flag_key, value and description as CSV or JSON, a Django dump of a FeatureFlagConfig model, or what sombra flags export prints";

/** Flags of a file, in its order. Throws what is wrong by row; nothing of a file that is wrong is taken. */
export function readFlags(name: string, text: string): readonly Imported[] {
  const trimmed = text.replace(/^\ufeff/, "").trim();
  if (trimmed === "") throw new CommandError(`${name} is empty: it must hold ${forms}`);
  const found = /^[[{]/.test(trimmed) ? fromJson(name, trimmed) : fromCsv(name, trimmed);
  const rows = new Map<string, string>();
  for (const { where, flag } of found) {
    const before = rows.get(flag.key);
    if (before !== undefined) throw new CommandError(`${name} ${where}: "${flag.key}" stands in ${before} already`);
    rows.set(flag.key, where);
  }
  if (found.length === 0) throw new CommandError(`${name} holds no flag: it must hold ${forms}`);
  return found.map(({ flag }) => flag);
}

interface Placed {
  readonly where: string;
  readonly flag: Imported;
}

function fromJson(name: string, text: string): readonly Placed[] {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${name} is not JSON`, { cause: error });
  }
  const inner = isRecord(data) && "flags" in data ? data["flags"] : data;
  // What `sombra flags get --json` prints.
  if (isRecord(inner) && typeof inner["key"] === "string") return [placed(name, "entry 1", () => fromRow(inner))];
  if (isRecord(inner))
    return Object.entries(inner).map(([key, value]) => placed(name, `flag "${key}"`, () => readValue(key, value)));
  if (!Array.isArray(inner)) throw new CommandError(`${name} must hold ${forms}`);
  const entries: readonly unknown[] = inner;
  const models = entries.filter((entry) => isRecord(entry) && typeof entry["model"] === "string");
  return entries.flatMap((entry, index) => {
    const where = `entry ${index + 1}`;
    if (!isRecord(entry)) throw new CommandError(`${name} ${where} must be an object`);
    // A dump of Django holds other models beside the one of flags.
    if (models.length > 0 && !isFlagModel(entry["model"])) return [];
    return [placed(name, where, () => (models.length > 0 ? fromDjango(entry) : fromRow(entry)))];
  });
}

function isFlagModel(model: unknown): boolean {
  return typeof model === "string" && /(?:^|\.)featureflag(?:config)?$/i.test(model);
}

function fromDjango({ pk, fields }: Fields): Imported {
  if (!isRecord(fields)) throw new CommandError("fields must be an object");
  const key = keyOf({ ...fields, pk });
  return "value" in fields ? withDescription(readValue(key, fields["value"]), fields) : readRecord(key, fields);
}

/** A row of a table, or a whole flag. */
function fromRow(row: Fields): Imported {
  const key = keyOf(row);
  if ("value" in row) return withDescription(readValue(key, row["value"]), row);
  const { flag_key: _key, id: _id, ...form } = row;
  return readForm(key, form);
}

function withDescription(flag: Imported, { description }: Fields): Imported {
  if (typeof description !== "string" || description === "") return flag;
  const { key, sent, fields } = flag;
  return { key, sent: { ...sent, description }, fields: { ...fields, description } };
}

const keyNames = ["flag_key", "key", "flag_name", "flag", "name", "pk"];

function keyOf(row: Fields): string {
  for (const name of keyNames) {
    const key = row[name];
    if (typeof key === "string" && key.trim() !== "") return key.trim();
  }
  throw new CommandError("flag_key is missing, must be the key of a flag");
}

function fromCsv(name: string, text: string): readonly Placed[] {
  const [first = [], ...rows] = parseCsv(name, text);
  const columns = first.map((column) => column.trim());
  if (!columns.includes("flag_key") || !columns.includes("value")) {
    throw new CommandError(`${name} line 1 must name the columns: flag_key,value,description`);
  }
  return rows.map((row, index) =>
    placed(name, `row ${index + 1}`, () => {
      if (row.length !== columns.length) throw new CommandError(fieldCount(row.length, columns.length));
      return fromRow(Object.fromEntries(columns.map((column, at) => [column, row[at] ?? ""])));
    }),
  );
}

function fieldCount(has: number, wanted: number): string {
  return `has ${has} fields, must have ${wanted}: commas inside a field need quotes, and quotes are written twice ("")`;
}

function placed(name: string, where: string, read: () => Imported): Placed {
  try {
    return { where, flag: read() };
  } catch (error) {
    throw error instanceof CommandError ? new CommandError(`${name} ${where}: ${error.message}`) : error;
  }
}
