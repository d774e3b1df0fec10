import type { Block, Document } from "./document.ts";
import { linesOf } from "./legible.ts";

/**
 * Plain text, for terminals and mail. What goes on in a further line is set in, so that no text can pass for a heading or
 * a fact.
 */
export function asText({ title, blocks }: Document): string {
  return `${[underlined(title, "="), ...blocks.map(block)].join("\n\n")}\n`;
}

function block(block: Block): string {
  switch (block.kind) {
    case "heading":
      return underlined(block.text, "-");
    case "text":
      return hanging("", block.text);
    case "list":
      return block.items.map((item) => hanging("- ", item)).join("\n");
    case "steps":
      return block.items.map((item, index) => hanging(`${index + 1}. `, item)).join("\n");
    case "facts":
      return block.facts.map(({ name, value }) => hanging(`${oneLine(name)}: `, value)).join("\n");
    case "table":
      return table(block.columns, block.rows);
  }
}

function underlined(text: string, with_: string): string {
  const line = oneLine(text);
  return `${line}\n${with_.repeat(lengthOf(line))}`;
}

function hanging(lead: string, text: string): string {
  return lead + linesOf(text).join("\n  ");
}

/** Beyond it nobody follows a line from end to end. */
const MAX_WIDTH = 120;

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [columns, ...rows].map((row) => columns.map((_, index) => oneLine(row[index] ?? "")));
  const widths = columns.map((_, index) => Math.max(...lines.map((cells) => lengthOf(cells[index] ?? ""))));
  if (widths.reduce((sum, width) => sum + width + 2, -2) > MAX_WIDTH) return records(columns, rows);
  return lines
    .map((cells) =>
      cells
        .map((cell, index) => cell + " ".repeat((widths[index] ?? 0) - lengthOf(cell)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Each row by itself, a line for each cell that has something. */
function records(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows
    .map((row) => row.flatMap((cell, index) => (cell === "" ? [] : [field(columns[index] ?? "", cell)])).join("\n"))
    .join("\n\n");
}

function field(column: string, cell: string): string {
  return column === "" ? oneLine(cell) : hanging(`${oneLine(column)}: `, cell);
}

function oneLine(text: string): string {
  return linesOf(text).join(" ");
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
