import { extname } from "node:path";

import type { Aliases } from "../../identify/index.ts";

/** A table of a file, or the first thing wrong with it. Texts never quote the file: it holds personal data. */
export type AliasTable =
  | { readonly aliases: Aliases }
  | { readonly line: number; readonly column: number; readonly text: string };

/** By the ending of the file's name; null: none is known. */
export function parserFor(name: string): ((text: string) => AliasTable) | null {
  switch (extname(name).toLowerCase()) {
    case ".json":
      return parseJson;
    case ".csv":
      return parseCsv;
    default:
      return null;
  }
}

const TWICE = "gives an id another shopper, must give each id one";

const JSON_STRING = String.raw`"((?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))+)"`;
const JSON_ENTRY = new RegExp(String.raw`${JSON_STRING}\s*:\s*${JSON_STRING}\s*(?:(,)\s*|\}\s*$)`, "uy");

/** A flat object of text. Read by hand: `JSON.parse` says what is wrong with some files without saying where. */
function parseJson(text: string): AliasTable {
  const table = new Map<string, string>();
  if (/^\s*\{\s*\}\s*$/.test(text)) {
    return { aliases: table };
  }
  let at = /^\s*\{\s*/.exec(text)?.[0].length ?? null;
  while (at !== null) {
    JSON_ENTRY.lastIndex = at;
    const [entry, id, shopper, comma] = JSON_ENTRY.exec(text) ?? [];
    if (entry === undefined) {
      break;
    }
    if (!add(table, unescape(id), unescape(shopper))) {
      return { ...position(text, at), text: TWICE };
    }
    if (comma === undefined) {
      return { aliases: table };
    }
    at = JSON_ENTRY.lastIndex;
  }
  return {
    ...position(text, at ?? 0),
    text: "is no table, must be one JSON object of text in quotes, none of it empty",
  };
}

function unescape(string = ""): string {
  const value: unknown = JSON.parse(`"${string}"`);
  return String(value);
}

function position(text: string, offset: number): { readonly line: number; readonly column: number } {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** Two columns as in RFC 4180, without line breaks inside a field. */
const CSV_ROW = /^(?:"((?:[^"]|"")+)"|([^",]+)),(?:"((?:[^"]|"")+)"|([^",]+))$/;
const CSV_HEADER = /^"?(?:wa_id|id|from|phone)"?,/i;

function parseCsv(text: string): AliasTable {
  const table = new Map<string, string>();
  for (const [index, row] of text.split(/\r?\n/).entries()) {
    if (row.trim() === "" || (index === 0 && CSV_HEADER.test(row))) {
      continue;
    }
    const [, quotedId, id, quotedShopper, shopper] = CSV_ROW.exec(row) ?? [];
    const key = unquote(quotedId ?? id);
    const value = unquote(quotedShopper ?? shopper);
    if (key === "" || value === "") {
      return { line: index + 1, column: 1, text: "is no row, must be an id, a comma and a shopper" };
    }
    if (!add(table, key, value)) {
      return { line: index + 1, column: 1, text: TWICE };
    }
  }
  return { aliases: table };
}

function unquote(field = ""): string {
  return field.replaceAll('""', '"').trim();
}

/** false: the id has another shopper already. */
function add(table: Map<string, string>, id: string, shopper: string): boolean {
  const other = table.get(id) ?? shopper;
  table.set(id, other);
  return other === shopper;
}
