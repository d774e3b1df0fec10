import { createHmac, timingSafeEqual } from "node:crypto";
import type { Token } from "./deps.ts";

/** Somebody who signed in with a token, in a browser. */
export interface Session {
  readonly token: Token;
  /** Milliseconds since the epoch. */
  readonly endsMs: number;
}

export interface SessionsDeps {
  readonly tokens: readonly Token[];
  /** Shared by all instances; the first signs, by any of them what was signed before is still good. */
  readonly keys: () => readonly string[];
  readonly now: () => number;
}

/**
 * What browsers are given to show again, signed. A session says whose it is and when it ends, and nothing is kept of it
 * here: it is good on every instance, and ends with its time or its token.
 */
export interface Sessions {
  begin(token: Token): Session & { readonly value: string };
  /** null: nobody's, over, or of a token that is gone. */
  read(value: string | undefined): Session | null;
  /** What each form of somebody's bears, so that no page but ours can have made it. `name`: of the token. */
  formToken(name: string | null): string;
  isFormToken(given: string, name: string | null): boolean;
  /** A short text that only we can have written. */
  seal(text: string): string;
  unseal(value: string | undefined): string | null;
}

/** A working day. */
export const sessionMs = 12 * 3_600_000;

export function createSessions({ tokens, keys, now }: SessionsDeps): Sessions {
  const signed = (purpose: string, text: string): readonly string[] =>
    keys().map((key) => createHmac("sha256", key).update(`sombra ${purpose}\n${text}`).digest("base64url"));
  const isSigned = (purpose: string, text: string, given: string): boolean =>
    signed(purpose, text).some((each) => isSame(each, given));
  const sign = (purpose: string, text: string): string => signed(purpose, text)[0] ?? "";
  // With the token's own hash: another token of the same name is another's.
  const textOf = ({ name, sha256 }: Token, endsMs: number): string => `${endsMs}\n${sha256}\n${name}`;
  return {
    begin(token) {
      const endsMs = now() + sessionMs;
      const name = Buffer.from(token.name).toString("base64url");
      return { token, endsMs, value: `${name}.${endsMs}.${sign("session", textOf(token, endsMs))}` };
    },
    read(value) {
      const [name = "", ends = "", signature = ""] = value?.split(".") ?? [];
      const endsMs = Number(ends);
      const token = tokens.find((each) => each.name === Buffer.from(name, "base64url").toString());
      if (token === undefined || !(endsMs > now())) return null;
      return isSigned("session", textOf(token, endsMs), signature) ? { token, endsMs } : null;
    },
    formToken: (name) => sign("form", name ?? ""),
    isFormToken: (given, name) => isSigned("form", name ?? "", given),
    seal(text) {
      const packed = Buffer.from(text).toString("base64url");
      return `${packed}.${sign("text", packed)}`;
    },
    unseal(value) {
      const [packed = "", signature = ""] = value?.split(".") ?? [];
      return isSigned("text", packed, signature) ? Buffer.from(packed, "base64url").toString() : null;
    },
  };
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
