import type { Hono } from "hono";
import { readJson } from "../body.ts";
import type { AdminDeps } from "../deps.ts";
import { problem } from "../problem.ts";
import { resource } from "./resource.ts";

/** Where a side declares what it did, beside `/{side}/_effects` of the egress: the same, with `side` in the body. */
export function addEffects(app: Hono, { declare }: Pick<AdminDeps, "declare">): void {
  resource(app, "/api/effects", {
    async POST(c) {
      const read = await readJson(c);
      if (!read.ok) return read.refusal;
      const answer = await declare(read.value, [...c.req.raw.headers].flat());
      switch (answer.kind) {
        case "taken":
          return c.json({ accepted: true }, 202);
        case "wrong":
          return problem(c, 400, answer.detail);
        case "unanswered":
          return problem(c, 503, "The data plane did not take the effect in time");
      }
    },
  });
}
