import Papa from "papaparse";
import { CommandError } from "./command.ts";

/** Rows of CSV (RFC 4180), with the separator that it has; blank ones are left out. Throws where it is not CSV. */
export function parseCsv(name: string, text: string): readonly (readonly string[])[] {
  const { data, errors } = Papa.parse<readonly string[]>(text, { skipEmptyLines: "greedy" });
  // Text of one column has no separator to be found.
  const fault = errors.find(({ type }) => type === "Quotes");
  if (fault !== undefined) {
    const line = text.slice(0, fault.index ?? 0).split("\n").length;
    throw new CommandError(`${name} line ${line} has a quote that is not closed, or text after a closing quote`);
  }
  return data;
}
