import { resolve } from "node:path";

import type { z } from "zod";

import { variable } from "./errors.ts";
import type { Findings, Place, Problem } from "./errors.ts";
import { unknownName } from "./fields.ts";
import { showName, showValue } from "./say.ts";
import { fileSchema, NOT_YET } from "./schema.ts";
import type { FileSettings } from "./schema.ts";
import { readYaml } from "./yaml.ts";
import type { YamlFile } from "./yaml.ts";

const DEFAULT_FILE = "config/sombra.yaml";

export type ReadFile = (path: string) => Uint8Array;

/** The file's settings, and where each of them is. */
export interface SettingsFile {
  /** As it was named; null: there is no file. */
  readonly name: string | null;
  /** Absolute; other paths in the file start from its folder. */
  readonly path: string;
  readonly settings: FileSettings;
  /** What the file itself says, before defaults; well-formed and checked. */
  readonly data: unknown;
  readonly placeOf: (path: readonly PropertyKey[]) => Place;
}

export interface FileSources {
  readonly readFile: ReadFile;
  readonly cwd: string;
  /** What SOMBRA_CONFIG says; undefined: the default, which may be missing. */
  readonly named: string | undefined;
}

/** null: what is wrong with the file is among the findings. */
export function readSettingsFile(sources: FileSources, findings: Findings): SettingsFile | null {
  const name = sources.named ?? DEFAULT_FILE;
  const path = resolve(sources.cwd, name);
  const nowhere: SettingsFile = {
    name: null,
    path,
    settings: fileSchema.parse({}),
    data: {},
    placeOf: () => ({ kind: "file", file: name, line: 1, column: 1 }),
  };
  let bytes: Uint8Array;
  try {
    bytes = sources.readFile(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" && sources.named === undefined) {
      return nowhere;
    }
    const place = sources.named === undefined ? nowhere.placeOf([]) : variable("SOMBRA_CONFIG");
    findings.problems.push({
      place,
      text: `${JSON.stringify(name)} cannot be read (${code}), must be a readable file`,
    });
    return null;
  }
  const file = readYaml(name, bytes);
  if (!("data" in file)) {
    findings.problems.push(...file);
    return null;
  }
  // An empty file is one that changes nothing.
  const checked = fileSchema.safeParse(file.data ?? {});
  if (!checked.success) {
    findings.problems.push(...checked.error.issues.flatMap((issue) => problemsOf(issue, file)));
    return null;
  }
  return { name, path, settings: checked.data, data: file.data, placeOf: (at) => file.find(at).place };
}

/** A short word for why a file cannot be read. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unreadable";
}

function problemsOf(issue: z.core.$ZodIssue, file: YamlFile): readonly Problem[] {
  const path = nameOf(issue.path);
  if (issue.code === "unrecognized_keys") {
    const known = issue.message.split(" ");
    return issue.keys.map((key) => ({
      place: file.findKey(issue.path, key),
      text: `${path === "" ? "" : `${path}: `}option ${unknownOption(key, known)}`,
    }));
  }
  const { place, value } = file.find(issue.path);
  // A file that is one text is none of ours: it may be a secret.
  return path === ""
    ? [{ place, text: `is no map, must be ${issue.message}` }]
    : [{ place, text: `${path} ${showFound(value, issue)}, must be ${issue.message}` }];
}

function unknownOption(key: string, known: readonly string[]): string {
  if (NOT_YET.has(key)) {
    return `${showName(key)} is not available yet, must be left out`;
  }
  return key === "<<" ? '"<<" is a merge key, must be written out' : unknownName(key, known);
}

/** `routes[0].match.path`; without the ids of an alias table, which are personal. */
function nameOf(path: readonly PropertyKey[]): string {
  const end = path.indexOf("aliases");
  return path
    .slice(0, end < 0 ? path.length : end + 1)
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${String(step)}`))
    .join("");
}

function showFound(value: unknown, { path, message }: z.core.$ZodIssue): string {
  if (value === undefined) {
    return "is missing";
  }
  if (path.length > path.indexOf("aliases") + 1 && path.includes("aliases")) {
    return "has an entry that is not shown";
  }
  // Where no number is expected, one may be somebody's.
  return typeof value === "number" && !message.includes("number") ? "is a number" : showValue(value);
}
