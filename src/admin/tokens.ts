import { createHash, timingSafeEqual } from "node:crypto";
import type { HonoRequest } from "hono";
import type { Role, Token } from "./deps.ts";
import type { Session } from "./sessions.ts";

declare module "hono" {
  interface ContextVariableMap {
    /** null: none is asked. Health calls, open to all, have none set. */
    token: Token | null | undefined;
    /** Where a browser's cookie says who it is; null: it does not. */
    session: Session | null | undefined;
  }
}

/** Whose token this text is; null: nobody's. */
export function createTokenOf(tokens: readonly Token[]): (given: string) => Token | null {
  const known = tokens.map((token) => ({ token, sha256: Buffer.from(token.sha256, "hex") }));
  return (given) => {
    const sha256 = createHash("sha256").update(given).digest();
    // With each of them, so that the time taken does not tell which one came close.
    const borne = known.filter((each) => each.sha256.length === sha256.length && timingSafeEqual(each.sha256, sha256));
    return borne[0]?.token ?? null;
  };
}

/** Whose token a request bears, in `Authorization` or, as OpenFeature clients do, in `X-API-Key`; null: nobody's. */
export function createBearerOf(tokens: readonly Token[]): (request: HonoRequest) => Token | null {
  const tokenOf = createTokenOf(tokens);
  return (request) => {
    const [, bearer] = /^Bearer +(\S+) *$/i.exec(request.header("authorization") ?? "") ?? [];
    const given = bearer ?? request.header("x-api-key");
    return given === undefined ? null : tokenOf(given);
  };
}

/** Whoever may do anything may look. */
export function may({ roles }: Token, role: Role): boolean {
  return roles.includes(role) || (role === "read" && roles.length > 0);
}
