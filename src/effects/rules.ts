import type { HeldAnswer, Purpose } from "./call.ts";
import { fill, type Filling } from "./template.ts";

/** A rule of the configuration for calls of a held side. The first that matches counts. */
export interface EgressRule {
  readonly match: {
    /** null: any. */
    readonly upstream: string | null;
    /** null: any. */
    readonly method: string | null;
    /** Segments of a path; `*` is any one, a `**` at the end is all that follow. */
    readonly path: string;
  };
  /** null: by the method, and for the Graph API by what it is. */
  readonly classify: Purpose | null;
  readonly answer: {
    readonly status: number;
    /** Name, value, name, value. */
    readonly headers: readonly string[];
    /** JSON, with places to fill in its texts. */
    readonly body: unknown;
  } | null;
  /** What a call of the candidate meets instead of an answer. */
  readonly fault: 429 | 500 | "hang" | null;
  /** Goes out where the verdict leaves it to the rules: what is additive, and no customer sees. */
  readonly release: boolean;
}

export interface RuledCall {
  readonly upstream: string;
  readonly method: string;
  /** Target at the upstream. */
  readonly target: string;
}

export type FindRule = (call: RuledCall) => EgressRule | null;

/** Each rule is asked in time linear in the path. */
export function createRules(rules: readonly EgressRule[]): FindRule {
  const compiled = rules.map((rule) => ({ rule, pattern: segmentsOf(rule.match.path) }));
  return (call) => {
    if (compiled.length === 0) return null;
    const path = segmentsOf(call.target);
    const found = compiled.find(
      ({ rule: { match }, pattern }) =>
        (match.upstream ?? call.upstream) === call.upstream &&
        (match.method ?? call.method) === call.method &&
        fits(pattern, path),
    );
    return found?.rule ?? null;
  };
}

/** Of a path or a target; empty ones do not count. */
export function segmentsOf(target: string): readonly string[] {
  const mark = target.indexOf("?");
  return (mark < 0 ? target : target.slice(0, mark)).split("/").filter((segment) => segment !== "");
}

function fits(pattern: readonly string[], path: readonly string[]): boolean {
  const open = pattern.at(-1) === "**";
  const fixed = open ? pattern.length - 1 : pattern.length;
  if (open ? path.length < fixed : path.length !== fixed) return false;
  for (let i = 0; i < fixed; i += 1) if (pattern[i] !== "*" && pattern[i] !== path[i]) return false;
  return true;
}

export function ruledAnswer(answer: NonNullable<EgressRule["answer"]>, filling: Filling): HeldAnswer {
  const typed = answer.headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === "content-type");
  const type = typed ? [] : ["content-type", "application/json; charset=UTF-8"];
  const body = answer.body === null ? Buffer.alloc(0) : Buffer.from(JSON.stringify(fill(answer.body, filling)));
  return { status: answer.status, headers: [...type, ...answer.headers], body };
}
