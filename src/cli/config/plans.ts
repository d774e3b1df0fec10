import { dirname, join, resolve } from "node:path";

import { parsePlan, type ParsedPlan, type PlanProblem } from "../../rollout/index.ts";
import { byPlace, type Place, type Problem } from "./errors.ts";
import { codeOf, DEFAULT_FILE, type ReadFile } from "./file.ts";
import { pathName } from "./issues.ts";
import { readYaml, type YamlFile } from "./yaml.ts";

export type SoundPlan = Extract<ParsedPlan, { ok: true }>;

/** A plan as it was read; or everything that is wrong with it, by line and column. */
export type ReadPlan = SoundPlan | { readonly ok: false; readonly problems: readonly Problem[] };

/** One thing that is wrong with a plan that somebody sent. */
export interface SentPlanProblem {
  /** `line 7, column 12: phases[2].serve`. */
  readonly where: string;
  readonly is: string;
  readonly must: string;
}

export type SentPlan = SoundPlan | { readonly ok: false; readonly problems: readonly SentPlanProblem[] };

/** A plan as the text of a file; `file` is its name for people. JSON is YAML, too. */
export function readPlan(file: string, bytes: Uint8Array): ReadPlan {
  const yaml = readYaml(file, bytes);
  if (!("data" in yaml)) return { ok: false, problems: yaml };
  const parsed = parsePlan(yaml.data);
  if (parsed.ok) return parsed;
  const problems = parsed.problems.map((problem) => ({ place: placeOf(problem, yaml), text: textOf(problem) }));
  return {
    ok: false,
    problems: problems.toSorted(byPlace),
  };
}

/** A plan that was sent as YAML or JSON. */
export function sentPlanText(text: string): SentPlan {
  const yaml = readYaml("plan", Buffer.from(text));
  if (!("data" in yaml)) {
    // `is ..., must be ...`
    const problems = yaml.map(({ place, text: said }) => {
      const [is = "", must = ""] = said.split(", must ");
      return { where: lineOf(place), is: is.replace(/^is /, ""), must: must.replace(/^be /, "") };
    });
    return { ok: false, problems };
  }
  const parsed = parsePlan(yaml.data);
  if (parsed.ok) return parsed;
  const problems = parsed.problems.map((problem) => {
    const { path, is, must } = problem;
    const name = pathName(path);
    return { where: `${lineOf(placeOf(problem, yaml))}${name === "" ? "" : `: ${name}`}`, is, must };
  });
  return { ok: false, problems };
}

export interface PlanFile {
  /** As it is named to people. */
  readonly file: string;
  readonly read: ReadPlan;
}

export interface PlanSources {
  readonly readFile: ReadFile;
  /** Names in a folder; throws what `fs.readdirSync` throws. */
  readonly readFolder: (path: string) => readonly string[];
  readonly folder: string;
}

/** Where plans are: `plans` beside the file that SOMBRA_CONFIG names. */
export function plansFolder(cwd: string, configFile = ""): string {
  return join(dirname(resolve(cwd, configFile === "" ? DEFAULT_FILE : configFile)), "plans");
}

/** Every plan of the folder, by name. A folder that is not there has none. */
export function readPlans({ readFile, readFolder, folder }: PlanSources): readonly PlanFile[] {
  let names: readonly string[];
  try {
    names = readFolder(folder);
  } catch {
    return [];
  }
  return names
    .filter((name) => /\.ya?ml$/.test(name))
    .toSorted()
    .map((name) => ({ file: name, read: namedAs(name, readFrom(join(folder, name), { name, readFile })) }));
}

function readFrom(path: string, { name, readFile }: { readonly name: string; readonly readFile: ReadFile }): ReadPlan {
  try {
    return readPlan(name, readFile(path));
  } catch (error) {
    const text = `cannot be read (${codeOf(error)}), must be a readable file`;
    return { ok: false, problems: [{ place: { kind: "file", file: name, line: 1, column: 1 }, text }] };
  }
}

/** A plan is found by its name, and so is its file. */
function namedAs(file: string, read: ReadPlan): ReadPlan {
  const wanted = file.replace(/\.ya?ml$/, "");
  if (!read.ok || read.plan.name === wanted) return read;
  const text = `plan is ${JSON.stringify(read.plan.name)}, must be ${JSON.stringify(wanted)} as its file is`;
  return { ok: false, problems: [{ place: { kind: "file", file, line: 1, column: 1 }, text }] };
}

function placeOf({ path, is }: PlanProblem, yaml: YamlFile): Place {
  const key = path.at(-1);
  return is === "unknown" && typeof key === "string" ? yaml.findKey(path.slice(0, -1), key) : yaml.find(path).place;
}

function textOf({ path, is, must }: PlanProblem): string {
  return `${pathName(path) || "the plan"} is ${is}, must be ${must}`;
}

function lineOf(place: Place): string {
  return place.kind === "file" ? `line ${place.line}, column ${place.column}` : place.name;
}
