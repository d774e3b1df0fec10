/** Outcomes for tests, and verdicts in short. */
import type { Divergence, Outcome, Verdict } from "../model/index.ts";
import type { JudgeDeps } from "./divergence.ts";
import { createKeyedHash } from "./keyed-hash.ts";
import { noRules } from "./rules/book.ts";
import { compareOutcomes } from "./verdict.ts";

export const sampleHash = createKeyedHash("sample");

/** Without rules, at some time. */
export const sampleDeps: JudgeDeps = { hash: sampleHash, rules: noRules, at: Date.parse("2026-01-02T03:04:05.678Z") };

export interface AnswerOptions {
  readonly status?: number;
  /** null: no `Content-Type`. */
  readonly type?: string | null;
  /** Further fields: name, value, name, value. */
  readonly headers?: readonly string[];
}

export function answered(body: string | Buffer | null, options: AnswerOptions = {}): Outcome {
  const { status = 200, type = "application/json", headers = [] } = options;
  const rawHeaders = type === null ? headers : ["Content-Type", type, ...headers];
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  return { kind: "answered", answer: { status, rawHeaders, body: bytes }, latencyMs: 1, waitedMs: 0 };
}

export const failed: Outcome = { kind: "failed", failure: "timeout", latencyMs: 1, waitedMs: 0 };

export function compare(legacy: Outcome, candidate: Outcome, headers: readonly string[] = []): Verdict {
  const pair = {
    route: "default",
    itemKind: "message.text",
    legacy,
    candidate,
    rules: { headers },
    scope: "whole",
  } as const;
  return compareOutcomes(pair, sampleDeps);
}

export function divergencesOf(verdict: Verdict): readonly Divergence[] {
  return "divergences" in verdict ? verdict.divergences : [];
}

/** The verdict in short: its kind, or each divergence as `kind path`. */
export function said(verdict: Verdict): string | readonly string[] {
  if (verdict.kind === "not-comparable") return `not-comparable: ${verdict.why}`;
  return "divergences" in verdict ? verdict.divergences.map(({ kind, path }) => `${kind} ${path}`) : verdict.kind;
}
