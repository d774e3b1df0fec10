import type { Provider } from "../identify/index.ts";

/** A WhatsApp provider's deliveries, and where its handlers send. */
export interface WhatsAppProvider extends Provider {
  /** `graph`: by the Graph API or its shape, which the egress holds. `own`: by an API that does not come by the egress. */
  readonly sends: "graph" | "own";
}

/** The handshake is a GET; HEAD, OPTIONS and health checks make no items either. */
export function makesItems(method: string): boolean {
  return method === "POST";
}
