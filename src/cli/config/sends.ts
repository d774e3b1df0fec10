import { providers } from "../../whatsapp/index.ts";
import type { RouteConfig } from "./types.ts";

/** Whether a WhatsApp route's candidate sends by an API that the egress does not hold: shadowed, it reaches customers. */
export function sendsUnheld({ profile, candidate }: Pick<RouteConfig, "profile" | "candidate">): boolean {
  return candidate !== null && profile !== "http" && providers[profile].sends === "own";
}
