import type { Context } from "hono";
import type { Spoken } from "../lib/sentence.ts";
import type { Problem } from "../flags/index.ts";

const titles = {
  400: "Bad request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  413: "Content too large",
  421: "Misdirected request",
  429: "Too many requests",
  500: "Internal error",
  503: "Unavailable",
} as const;

export type ProblemStatus = keyof typeof titles;

const headers = { "content-type": "application/problem+json" };

/** An error as RFC 9457 wants it, of no further type than its status. */
export function problemResponse(status: ProblemStatus, detail: string): Response {
  return new Response(bodyOf(status, detail), { status, headers });
}

/** The same, keeping the header fields that were set on the way. `members`: what a program needs to go on. */
export function problem(c: Context, status: ProblemStatus, detail: string, members: object = {}): Response {
  return c.body(bodyOf(status, detail, members), status, headers);
}

/** 400 for what was sent: each thing that is wrong with it, by its place. */
export function invalid(c: Context, problems: readonly Problem[]): Response {
  const detail = problems.map(({ where, is, must }) => `${where} must be ${must}: it is ${is}`).join("; ");
  return problem(c, 400, detail, { problems });
}

function bodyOf(status: ProblemStatus, detail: string, members: object = {}): string {
  return JSON.stringify({ type: "about:blank", title: titles[status], status, detail, ...members });
}

/** What is asked of the store is not to be had without it: 503 with why. */
export async function unlessAway(c: Context, answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    return problem(c, 503, sentence(whyOf(error)));
  }
}

/** The same of why something was not done. */
export function sentenceOf({ why, pt }: { readonly why: string; readonly pt?: string | undefined }): Spoken {
  return { text: sentence(why), pt: pt === undefined ? undefined : sentence(pt) };
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function whyOf(error: unknown): string {
  return error instanceof Error ? error.message : "no answer";
}
