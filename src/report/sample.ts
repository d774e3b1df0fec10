import type { AuditEntry } from "../registry/index.ts";
import type { Document } from "./document.ts";
import type { ReportPorts } from "./sources.ts";

/** Every place where a document has text, each with what `say` makes of its name. */
export function everywhere(say: (place: string) => string): Document {
  return {
    title: say("title"),
    blocks: [
      { kind: "heading", text: say("heading") },
      { kind: "text", text: say("text") },
      { kind: "list", items: [say("item"), say("other item")] },
      { kind: "text", text: "between" },
      { kind: "steps", items: [say("step"), say("next step")] },
      { kind: "facts", facts: [{ name: say("name"), value: say("value") }] },
      { kind: "table", columns: [say("column"), "plain"], rows: [[say("cell"), "1"]] },
    ],
  };
}

export const places = [
  "title",
  "heading",
  "text",
  "item",
  "other item",
  "between",
  "step",
  "next step",
  "name",
  "value",
  "column",
  "plain",
  "cell",
  "1",
];

/** Nothing on record but one entry of the audit that is about something else. */
export function samplePorts(changes: Partial<ReportPorts> = {}): ReportPorts {
  return {
    audit: async ({ subject, action }) => (subject === undefined && action === undefined ? [sampleEntry({})] : []),
    checkpoints: async () => [],
    evidence: async () => [],
    prechecks: async () => [],
    surroundings: async () => {
      throw new Error("nobody asks for it");
    },
    now: () => Date.parse("2026-02-01T00:00:00.000Z"),
    environment: "production",
    flags: ({ plan }) => [plan.flag],
    ...changes,
  };
}

export function sampleEntry(changes: Partial<AuditEntry>): AuditEntry {
  return {
    seq: 7,
    at: "2026-01-31T00:00:00.000Z",
    actor: { kind: "token", name: "eve" },
    action: "flag-set",
    subject: "OTHER",
    before: null,
    after: null,
    reason: null,
    version: 7,
    environment: "production",
    previous: "",
    hash: "5e".repeat(32),
    ...changes,
  };
}
