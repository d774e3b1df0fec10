import { styleText } from "node:util";
import type { Output } from "./command.ts";

type Style = Parameters<typeof styleText>[0];

/** How wide a table may be, and whether it may be coloured. */
export interface Look {
  /** Infinity: whatever reads it breaks no lines. */
  readonly width: number;
  style(format: Style, text: string): string;
}

const usualWidth = 80;

/** A terminal has a width and colours, unless NO_COLOR (no-color.org) says otherwise. */
export function lookOf({ isTTY = false, columns = usualWidth }: Output, noColor: string | undefined): Look {
  const colours = isTTY && (noColor ?? "") === "";
  return {
    width: isTTY ? columns : Infinity,
    style: (format, text) => (colours ? styleText(format, text, { validateStream: false }) : text),
  };
}

const gap = "  ";
/** A column is not cut shorter than this. */
const leastWidth = 8;

/** Titles and rows as lines of text, a column as wide as its widest cell, the widest cut where the terminal ends. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[], look: Look): string {
  const cells = rows.map((row) => titles.map((_, index) => oneLine(row[index] ?? "")));
  const natural = titles.map((title, index) => Math.max(title.length, ...cells.map((row) => length(row[index] ?? ""))));
  const widths = fitted(natural, look.width);
  const isNumber = titles.map((_, index) => cells.every((row) => /^[\d.]*$|^null$/.test(row[index] ?? "")));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0, isNumber[index] === true))
      .join(gap)
      .trimEnd();
  return [look.style("bold", line(titles)), ...cells.map(line)].join("\n");
}

function fitted(natural: readonly number[], width: number): readonly number[] {
  const widths = [...natural];
  let over = widths.reduce((sum, one) => sum + one, gap.length * (widths.length - 1)) - width;
  while (over > 0) {
    const widest = Math.max(...widths);
    if (widest <= leastWidth) break;
    const next = Math.max(leastWidth, ...widths.filter((one) => one < widest));
    const cut = Math.min(over, widest - next || 1);
    widths[widths.indexOf(widest)] = widest - cut;
    over -= cut;
  }
  return widths;
}

function pad(cell: string, width: number, right: boolean): string {
  const characters = Array.from(cell);
  if (characters.length > width) return `${characters.slice(0, width - 1).join("")}…`;
  const fill = " ".repeat(width - characters.length);
  return right ? fill + cell : cell + fill;
}

function length(text: string): number {
  return Array.from(text).length;
}

/** What a terminal would take for an order is shown as a space. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, " ");
}
