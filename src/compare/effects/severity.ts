import type { Effect, Severity } from "../../model/index.ts";
import { isPriceName } from "../price.ts";
import { namesThing } from "./moment.ts";

type Grave = Exclude<Severity, "noise">;

/** An effect that one side has and the other has not, or not as often. */
export function severityOfEffect({ operation }: Pick<Effect, "operation">): Grave {
  switch (operation) {
    case "send":
      return "critical";
    case "mark-read":
    case "typing":
    case "read":
      return "minor";
    case "media":
    case "write":
    case "event":
      return "major";
  }
}

/** Members of a message that its receiver does not see: handles, and what comes back when something is tapped. */
const UNSEEN: ReadonlySet<string> = new Set([
  "flow_action",
  "flow_action_payload",
  "flow_id",
  "flow_message_version",
  "flow_token",
  "id",
  "message_id",
  "mode",
  "payload",
  "preview_url",
  "provider",
  "reference_id",
]);

/** A difference at `names` inside the payloads of a pair, outermost first. */
export function severityWithin({ operation, kind, target }: Effect, names: readonly (string | number)[]): Grave {
  if (names.some((name) => typeof name === "string" && isPriceName(name))) return "critical";
  if (operation !== "send") return severityOfEffect({ operation });
  const [first] = names;
  // What is not known of a message may be its text.
  if (kind === "send.other" || target !== null || first === undefined || first === "body") return "critical";
  if (first === "template") return "critical";
  if (first !== kind.slice("send.".length)) return "major";
  return names.some((name) => typeof name === "string" && UNSEEN.has(name)) ? "major" : "critical";
}

/**
 * Whether another value at `names` is another thing by all means: whatever a message shows or hands out may be somebody
 * else's, only a flow's token is new each time; and of what is written, the id of what it is written to.
 */
export function isMeantWithin({ operation }: Effect, names: readonly (string | number)[]): boolean {
  const name = names.findLast((each) => typeof each === "string") ?? "";
  if (operation === "send") return name !== "flow_token";
  return operation === "write" && namesThing(name);
}

/** Two sends to one recipient, or writes to one target, changed places: everything was done, and may come to something else. */
export const ORDER_SEVERITY: Grave = "major";

/** The id of a quoted message or of a file, or the business's own number: a send is the same to read. */
export function severityOfReference(effect: Pick<Effect, "operation">): Grave {
  return effect.operation === "send" ? "major" : severityOfEffect(effect);
}
