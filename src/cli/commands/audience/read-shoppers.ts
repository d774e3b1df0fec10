import { suggestion } from "../../config/say.ts";
import { CommandError } from "../command.ts";
import { parseCsv } from "../csv.ts";

export interface Shoppers {
  /** Each once, in the order of the file. */
  readonly shoppers: readonly string[];
  /** How many lines named one that was named before. */
  readonly twice: number;
}

/** Shoppers of a file, one a line or a column of CSV. Errors tell where, and never whom. */
export function readShoppers(name: string, text: string, column: string | undefined): Shoppers {
  const source = text.replace(/^\ufeff/, "");
  const found = column === undefined ? lines(name, source) : cells(name, source, column);
  const all = found.map((shopper) => shopper.trim()).filter((shopper) => shopper !== "");
  const shoppers = [...new Set(all)];
  // An empty file is a mistake more often than a wish.
  if (shoppers.length === 0) throw new CommandError(`${name} names no shopper`);
  return { shoppers, twice: all.length - shoppers.length };
}

function lines(name: string, text: string): readonly string[] {
  const all = text.split(/\r\n|\r|\n/);
  const parted = all.findIndex((line) => /[,;\t]/.test(line));
  if (parted >= 0) {
    throw new CommandError(
      `${name} line ${parted + 1} has several fields: say which column with --column, or put one shopper on each line`,
    );
  }
  return all;
}

function cells(name: string, text: string, column: string): readonly string[] {
  const data = parseCsv(name, text);
  if (/^\d+$/.test(column)) return cellsAt(name, data, Number(column) - 1);
  const [titles = [], ...rows] = data;
  const index = titles.findIndex((title) => title.trim() === column);
  if (index < 0)
    throw new CommandError(`${name} has no column "${column}" in its first line${suggestion(column, titles)}`);
  return cellsAt(name, rows, index);
}

function cellsAt(name: string, rows: readonly (readonly string[])[], index: number): readonly string[] {
  const short = rows.findIndex((row) => row[index] === undefined);
  if (short >= 0) throw new CommandError(`${name} row ${short + 1} has no column ${index + 1}`);
  return rows.map((row) => row[index] ?? "");
}
