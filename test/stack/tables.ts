import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/gates.ts";

type Row = Readonly<Record<string, string>>;

/** The table of docs/telemetry.md whose first column is headed so; its rows by the names of the columns. */
export function tableOf(head: string): readonly Row[] {
  const lines = readFileSync(join(root, "docs/telemetry.md"), "utf8").split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  if (start === -1) throw new Error(`docs/telemetry.md has no table of ${head}`);
  const end = lines.findIndex((line, i) => i > start && !line.startsWith("|"));
  const columns = cellsOf(lines[start] ?? "");
  return lines.slice(start + 2, end).map((line) => {
    const cells = cellsOf(line);
    return Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ""]));
  });
}

function cellsOf(line: string): readonly string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** What stands in backquotes in a cell. */
export function namesIn(cell = ""): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}

/** A word that may be a label value where no list says which: it has no digit, no blank and no slash. */
const word = /^[A-Za-z][A-Za-z_.:-]{0,63}$/;

/** Names that the configuration brings: routes and flags. */
type Configured = ReadonlySet<string>;

/** Whether docs/telemetry.md allows a label this value. */
export function mayBe(label: string, value: string, configured: Configured): boolean {
  const row = tableOf("label").find((one) => namesIn(one["label"]).includes(label));
  if (row === undefined) return false;
  const values = row["values"] ?? "";
  if (values.startsWith("a name")) return configured.has(value) || value === "other";
  if (values.startsWith("a word")) return word.test(value);
  return namesIn(values).includes(value) || value === "other";
}
