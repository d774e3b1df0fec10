import type { RegistryEvent } from "../../../registry/index.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";

/** What happens to the registry, as the log has it. */
export function lineOf(event: RegistryEvent): SombraEvent {
  switch (event.kind) {
    case "flag-changed": {
      const { key, enabled, version, actor, reason } = event;
      return { event: "flag_changed", flag_name: key, enabled, shopper_id: null, version, actor, reason };
    }
    case "kill-changed":
      return { event: "kill", killed: event.killed, actor: event.by };
    case "store-up":
      return { event: "store", up: true, message: "The store is up: flags are its own" };
    case "store-down":
      return { event: "store", up: false, message: `Flags are the last known ones: ${event.problem}` };
    case "store-restored":
      return {
        event: "alarm",
        alarm: "store-restored",
        message: `The store was found at version ${event.found}: version ${event.version} was written back`,
      };
    case "history-replaced":
      return {
        event: "alarm",
        alarm: "history-replaced",
        message: `The store's version ${event.found} does not follow from the known version ${event.known}: its word is taken`,
      };
    case "problem":
      return { event: "problem", operation: event.operation, error: event.text };
  }
}
