import { resolve } from "node:path";

import { variable } from "./errors.ts";
import type { Findings, Place } from "./errors.ts";
import { problemsOf } from "./issues.ts";
import { fileSchema } from "./schema.ts";
import type { FileSettings } from "./schema.ts";
import { readYaml } from "./yaml.ts";

export const DEFAULT_FILE = "config/sombra.yaml";

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
    findings.problems.push(...checked.error.issues.flatMap((issue) => problemsOf(issue, file, privacy)));
    return null;
  }
  return { name, path, settings: checked.data, data: file.data, placeOf: (at) => file.find(at).place };
}

/** A short word for why a file cannot be read. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unreadable";
}

/** Of channels. An address of Slack is its own secret. */
const SECRET: ReadonlySet<PropertyKey> = new Set(["slack", "webhook", "smtp"]);

/** The ids of an alias table are personal, and so are the shoppers they stand for. What authorizes calls is a secret. */
function privacy(path: readonly PropertyKey[]): "all" | "name" | "nothing" {
  if (path.slice(0, -1).includes("aliases")) return "nothing";
  if (path[0] === "notifications" && path.some((step) => SECRET.has(step))) return "name";
  return path[0] === "egress" && path.includes("authorization") ? "name" : "all";
}
