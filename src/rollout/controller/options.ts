import type { RouteFlags } from "../../model/index.ts";

export interface ControllerOptions {
  /** All there are. */
  readonly routes: readonly RouteFlags[];
  /** `SOMBRA_ENVIRONMENT`: phases of another are passed over. */
  readonly environment: string;
  /** How often a leader ticks. */
  readonly intervalMs: number;
  /** How long a tick waits for figures from outside before it goes on without: the next one asks again. */
  readonly patienceMs?: number;
}
