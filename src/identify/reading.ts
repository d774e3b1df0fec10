import type { RequestHead } from "../model/index.ts";

/** A delivery as profiles and extractors read it: its JSON is parsed once, when first asked for. */
export interface Reading {
  readonly head: RequestHead;
  readonly body: Uint8Array;
  /** The body's JSON value; undefined when it is none. */
  json(): unknown;
}

interface Parsed {
  readonly value: unknown;
}

export function createReading(head: RequestHead, body: Uint8Array): Reading {
  let parsed: Parsed | undefined;
  return {
    head,
    body,
    json() {
      parsed ??= { value: parse(body) };
      return parsed.value;
    },
  };
}

function parse(body: Uint8Array): unknown {
  if (body.byteLength === 0) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
    return value;
  } catch {
    return undefined;
  }
}
