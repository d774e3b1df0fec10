import type { Context, Hono } from "hono";
import { problem } from "../problem.ts";

type Handler = (c: Context) => Response | Promise<Response>;
type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A path with what its methods do; any other method is 405. `HEAD` is `GET` without the body. */
export function resource(app: Hono, path: string, methods: Readonly<Partial<Record<Method, Handler>>>): void {
  const names = Object.keys(methods);
  for (const [name, handler] of Object.entries(methods)) app.on(name, path, handler);
  const allow = (names.includes("GET") ? ["GET", "HEAD", ...names.filter((name) => name !== "GET")] : names).join(", ");
  app.all(path, (c) => {
    c.header("allow", allow);
    return problem(c, 405, `This path takes ${allow}`);
  });
}

/** What the query says under these names. Set and empty is not given: a client that has none at hand means that. */
export function givenQuery(c: Context, ...names: readonly string[]): readonly string[] {
  return names.map((name) => c.req.query(name) ?? "").filter((value) => value !== "");
}
