import type { z } from "zod";

import type { Problem } from "./errors.ts";
import { unknownName } from "./fields.ts";
import { oneOf, showName, showValue } from "./say.ts";
import { NOT_YET } from "./schema.ts";
import type { YamlFile } from "./yaml.ts";

/** What may be shown of what stands at a path of a file: all of it, its name only, or (`nothing`) not even that. */
export type Privacy = (path: readonly PropertyKey[]) => "all" | "name" | "nothing";

/** What the schema of a file found, as a person reads it: where it is, what it is, what it must be. */
export function problemsOf(issue: z.core.$ZodIssue, file: YamlFile, privacy: Privacy): readonly Problem[] {
  const named = issue.path.filter((_, index) => privacy(issue.path.slice(0, index + 1)) !== "nothing");
  const path = pathName(named);
  if (issue.code === "unrecognized_keys") {
    const known = issue.message.split(" ");
    return issue.keys.map((key) => {
      const option = privacy([...issue.path, key]) === "nothing" ? null : key;
      return {
        place: file.findKey(issue.path, key),
        text: `${path === "" ? "" : `${path}: `}option ${unknownOption(option, known)}`,
      };
    });
  }
  const { place, value } = file.find(issue.path);
  // A file that is one text is none of ours: it may be a secret.
  if (path === "")
    return [
      { place, text: `${issue.message.startsWith("a list") ? "is no list" : "is no map"}, must be ${issue.message}` },
    ];
  const found = showFound(value, issue, {
    hidden: privacy(issue.path) !== "all",
    cut: named.length < issue.path.length,
  });
  return [{ place, text: `${path} ${found}, must be ${issue.message}` }];
}

/** null: not to be shown. */
function unknownOption(key: string | null, known: readonly string[]): string {
  if (key === null) {
    return `is unknown (not shown), must be ${oneOf(known)}`;
  }
  if (NOT_YET.has(key)) {
    return `${showName(key)} is not available yet, must be left out`;
  }
  return key === "<<" ? '"<<" is a merge key, must be written out' : unknownName(key, known);
}

/** `routes[0].match.path`. */
export function pathName(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${String(step)}`))
    .join("");
}

function showFound(
  value: unknown,
  { message }: z.core.$ZodIssue,
  { hidden, cut }: { readonly hidden: boolean; readonly cut: boolean },
): string {
  if (value === undefined) {
    return "is missing";
  }
  if (hidden) {
    return cut ? "has an entry that is not shown" : "is not shown";
  }
  // Where no number is expected, one may be somebody's.
  return typeof value === "number" && !message.includes("number") ? "is a number" : showValue(value);
}
