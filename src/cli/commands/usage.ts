import { parseArgs } from "node:util";
import { nearest } from "../config/say.ts";
import { WrongUse } from "./command.ts";

export interface Option {
  /** What follows it, as help shows it; null: nothing. */
  readonly takes: string | null;
  readonly help: string;
  /** The command does nothing without. */
  readonly required?: true;
}

/** How a command is used: what help shows and what its arguments are checked against. */
export interface Usage {
  /** After `sombra`. */
  readonly name: string;
  /** What follows: `KEY`, one; `SHOPPER...`, one or more; `[SHOPPER]`, none or one. */
  readonly takes: string;
  /** In a line. */
  readonly summary: string;
  /** What else there is to know; lines. */
  readonly about?: readonly string[];
  /** By name, without dashes. */
  readonly options?: Readonly<Record<string, Option>>;
  /** What follows `sombra` and the name. */
  readonly examples?: readonly string[];
}

/** What a command was given, checked against its usage. */
export interface Given {
  readonly values: readonly string[];
  /** undefined: not given. */
  text(option: string): string | undefined;
  has(option: string): boolean;
  /** A whole number; undefined: not given. */
  whole(option: string): number | undefined;
}

export const jsonOption = { json: { takes: null, help: "print JSON" } } as const satisfies Usage["options"];

export const reasonOption = {
  reason: { takes: "TEXT", help: "why, for the audit" },
} as const satisfies Usage["options"];

export const neededReason = {
  reason: { ...reasonOption.reason, required: true },
} as const satisfies Usage["options"];

/** With `reasonOption`. */
export const breakGlassOption = {
  "break-glass": { takes: null, help: "although a rollout holds it; needs --reason" },
} as const satisfies Usage["options"];

const helpOption: Option = { takes: null, help: "show this" };

/** `help`: that is what was asked for. Throws `WrongUse`. */
export function parseGiven(usage: Usage, args: readonly string[]): Given | "help" {
  const known = new Map(Object.entries({ ...usage.options, help: helpOption }));
  const options = Object.fromEntries(
    [...known].map(([name, { takes }]) => [name, { type: takes === null ? "boolean" : "string" } as const]),
  );
  const { tokens, positionals } = parseArgs({
    args: args.map((arg) => (arg === "-h" ? "--help" : arg)),
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const found = new Map<string, string | null>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const { name, rawName, value } = token;
    const option = known.get(name);
    if (option === undefined || !rawName.startsWith("--")) throw unknownOption(rawName, [...known.keys()]);
    if (option.takes === null && value !== undefined) throw new WrongUse(`--${name} takes no value`);
    const looksLikeOption = token.inlineValue === false && value?.startsWith("--") === true;
    if (option.takes !== null && (value === undefined || looksLikeOption)) {
      throw new WrongUse(`--${name} needs a value: --${name} ${option.takes}`);
    }
    found.set(name, value ?? null);
  }
  if (found.has("help")) return "help";
  checkCount(usage.takes, positionals);
  const missing = [...known].flatMap(([name, { required = false }]) =>
    required && (found.get(name) ?? "").trim() === "" ? [`--${name}`] : [],
  );
  if (missing.length > 0) throw new WrongUse(`${missing.join(" and ")} must be given`);
  const text = (option: string): string | undefined => found.get(option) ?? undefined;
  return {
    values: positionals,
    text,
    has: (option) => found.has(option),
    whole(option) {
      const given = text(option);
      if (given === undefined) return undefined;
      if (!/^\d{1,15}$/.test(given)) throw new WrongUse(`--${option} must be a whole number`);
      return Number(given);
    },
  };
}

function unknownOption(rawName: string, known: readonly string[]): WrongUse {
  const near = nearest(rawName.replace(/^-+/, ""), known);
  const more =
    near === null ? `: the options are ${known.map((name) => `--${name}`).join(", ")}` : `, did you mean --${near}`;
  return new WrongUse(`there is no option ${rawName}${more}`);
}

function checkCount(takes: string, given: readonly string[]): void {
  const wanted = takes === "" ? [] : takes.split(" ");
  const needed = wanted.filter((word) => !word.startsWith("["));
  const missing = needed.at(given.length);
  if (given.length < needed.length && missing !== undefined) throw new WrongUse(`${bare(missing)} is missing`);
  const most = takes.includes("...") ? Infinity : wanted.length;
  if (given.length > most) {
    const after = wanted.length === 0 ? "takes options only" : `takes ${takes} only`;
    throw new WrongUse(`${after}: ${given.length - most} more given`);
  }
}

function bare(word: string): string {
  return word.replaceAll(/[[\].]/g, "");
}

/** Beyond it a line is hard to read. */
const longSynopsis = 100;

/** `sombra flags get KEY [--json]`. */
export function synopsis({ name, takes, options = {} }: Usage): string {
  const base = ["sombra", name, takes].filter((word) => word !== "").join(" ");
  const words = Object.entries(options).map(([option, { takes, required = false }]) => {
    const word = `--${option}${takes === null ? "" : ` ${takes}`}`;
    return { required, word: required ? word : `[${word}]` };
  });
  const [needed, others] = [words.filter(({ required }) => required), words.filter(({ required }) => !required)];
  const wordsOf = (all: typeof words): readonly string[] => all.map(({ word }) => word);
  const full = [base, ...wordsOf(needed), ...wordsOf(others)].join(" ");
  return full.length <= longSynopsis ? full : [base, ...wordsOf(needed), "[OPTIONS]"].join(" ");
}

export function helpOf(usage: Usage): string {
  const { name, summary, about = [], options = {}, examples = [] } = usage;
  const shown = Object.entries({ ...options, help: helpOption }).map(
    ([option, { takes, help, required = false }]) =>
      [`--${option}${takes === null ? "" : ` ${takes}`}`, required ? `${help}; must be given` : help] as const,
  );
  const lines = [synopsis(usage), "", sentence(summary), ...about, "", "Options:", ...inColumns(shown)];
  if (examples.length > 0)
    lines.push("", "Examples:", ...examples.map((example) => `  sombra ${name} ${example}`.trimEnd()));
  return `${lines.join("\n")}\n`;
}

/** Names and what they are, a line each. */
export function inColumns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
