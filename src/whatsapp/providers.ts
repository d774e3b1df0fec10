import type { Provider } from "../identify/index.ts";
import { itemsOf } from "./items.ts";

function inMetaShape(name: string): Provider {
  // The handshake is a GET; HEAD, OPTIONS and health checks make no items either.
  return { name, makesItems: (method) => method === "POST", itemsOf };
}

/** Meta's Cloud API. */
export const meta = inMetaShape("meta");

/** 360dialog passes Meta's body on. */
export const dialog360 = inMetaShape("360dialog");

/** Meta's shape; the egress answers every call itself. */
export const simulated = inMetaShape("simulated");
