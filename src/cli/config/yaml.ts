import { LineCounter, parseDocument, visit } from "yaml";
import type { Alias, Document, ErrorCode, YAMLError } from "yaml";

import type { Place, Problem } from "./errors.ts";
import { locate, locateKey } from "./locate.ts";

/** Long tables belong in a file of their own: checking that no key comes twice takes quadratic time. */
const MAX_FILE_BYTES = 1024 * 1024;

/** What stands at a path of the file. */
export interface Found {
  /** Of the value; where there is none, of the nearest thing around it. */
  readonly place: Place;
  /** undefined: nothing stands there. */
  readonly value: unknown;
}

/** A file that is well-formed. */
export interface YamlFile {
  readonly data: unknown;
  find(path: readonly PropertyKey[]): Found;
  /** Where the option `key` of the map at `path` is named. */
  findKey(path: readonly PropertyKey[], key: string): Place;
}

/** What the parser's codes mean. Its own messages quote the file, which may hold personal data. */
const SYNTAX: Partial<Readonly<Record<ErrorCode, string>>> = {
  ALIAS_PROPS: "an alias has a tag or an anchor, must have neither",
  BAD_DIRECTIVE: "is a directive that is not known, must be left out",
  BAD_DQ_ESCAPE: "is an escape that is not known, must be one of YAML's (a literal backslash is written twice)",
  BAD_INDENT: "is indented wrongly or not closed, must line up with its neighbours and have its closing bracket",
  BAD_SCALAR_START: "begins with a character that YAML reserves, must be in quotes",
  BLOCK_AS_IMPLICIT_KEY: "has two keys on one line, must be one, or text in quotes",
  DUPLICATE_KEY: "is an option given before in the same map, must be given once",
  MISSING_CHAR: "lacks a character, must have its closing quote, or a colon and a space after the key",
  MULTIPLE_DOCS: "begins another document, must be one document only",
  NON_STRING_KEY: "is a key that is not text, must be text",
  RESOURCE_EXHAUSTION: "is nested too deeply, must be as deep as the options are",
  TAB_AS_INDENT: "is indented by a tab, must be indented by spaces",
  TAG_RESOLVE_FAILED: "has a tag that is not known, must have none",
};

/** Takes a file apart; `file` is its name for people. */
export function readYaml(file: string, bytes: Uint8Array): YamlFile | readonly Problem[] {
  const at = (line: number, column: number): Place => ({ kind: "file", file, line, column });
  if (bytes.length > MAX_FILE_BYTES) {
    const text = `is ${bytes.length} bytes, must be at most ${MAX_FILE_BYTES} (long alias tables go into an aliasFile)`;
    return [{ place: at(1, 1), text }];
  }
  const source = decode(bytes);
  if (source === null) {
    return [{ place: at(1, 1), text: "is not UTF-8, must be UTF-8" }];
  }
  const lines = new LineCounter();
  const document = parseDocument(source, {
    lineCounter: lines,
    logLevel: "error",
    prettyErrors: false,
    resolveKnownTags: false,
    stringKeys: true,
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return at(line, col);
  };
  const wrong = [...syntaxErrors(document), ...aliasErrors(document)];
  if (wrong.length > 0) {
    return wrong.map(({ offset, text }) => ({ place: placeAt(offset), text }));
  }
  try {
    return {
      data: document.toJS(),
      find(path) {
        const { offset, value } = locate(document, path);
        return { place: placeAt(offset), value };
      },
      findKey: (path, key) => placeAt(locateKey(document, path, key)),
    };
  } catch {
    return [{ place: at(1, 1), text: "has aliases that multiply into too much, must have fewer" }];
  }
}

/** Undoes a byte order mark; null: not UTF-8. */
export function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

interface Fault {
  readonly offset: number;
  readonly text: string;
}

/** The first thing that cannot be parsed (those after it are its consequences), and every key that comes twice. */
function syntaxErrors({ errors, warnings }: Document): readonly Fault[] {
  const all: readonly YAMLError[] = [...errors, ...warnings];
  const first = all.find(({ code }) => code !== "DUPLICATE_KEY");
  return all
    .filter((error) => error === first || error.code === "DUPLICATE_KEY")
    .map(({ code, pos }) => ({ offset: pos[0], text: SYNTAX[code] ?? "is not YAML, must be YAML 1.2" }));
}

function aliasErrors(document: Document): readonly Fault[] {
  const found: Fault[] = [];
  visit(document, {
    Alias(_key: unknown, alias: Alias, ancestors: readonly unknown[]): void {
      const target = alias.resolve(document);
      const offset = alias.range?.[0] ?? 0;
      if (target === undefined) {
        found.push({ offset, text: "is an alias without anchor, must have its anchor above it" });
      } else if (ancestors.includes(target)) {
        found.push({ offset, text: "is an alias of what it stands in, must be of something else" });
      }
    },
  });
  return found;
}
