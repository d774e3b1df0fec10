import type { Context } from "hono";

const titles = {
  400: "Bad request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  413: "Content too large",
  421: "Misdirected request",
  500: "Internal error",
  503: "Unavailable",
} as const;

export type ProblemStatus = keyof typeof titles;

const headers = { "content-type": "application/problem+json" };

/** An error as RFC 9457 wants it, of no further type than its status. */
export function problemResponse(status: ProblemStatus, detail: string): Response {
  return new Response(bodyOf(status, detail), { status, headers });
}

/** The same, keeping the header fields that were set on the way. */
export function problem(c: Context, status: ProblemStatus, detail: string): Response {
  return c.body(bodyOf(status, detail), status, headers);
}

function bodyOf(status: ProblemStatus, detail: string): string {
  return JSON.stringify({ type: "about:blank", title: titles[status], status, detail });
}
