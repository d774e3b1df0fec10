/** What `sombra` can be told to do. Each command is loaded when it is asked for: the kill switch starts fast. */
import type { Command } from "./command.ts";

export interface CommandEntry {
  /** What it does, in a line. */
  readonly summary: string;
  load(): Promise<Command>;
}

const entries: Readonly<Record<string, CommandEntry>> = {
  serve: { summary: "stand in front of the legacy handler", load: async () => (await import("./serve.ts")).serve },
  demo: {
    summary: "two real handlers, real-shaped traffic, and what differs",
    load: async () => (await import("./demo.ts")).demo,
  },
  kill: {
    summary: "everything to legacy, at once (--undo: back to what the flags say)",
    load: async () => (await import("./kill.ts")).kill,
  },
  doctor: {
    summary: "look at everything and say what is wrong",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  flags: {
    summary: "list, get, set, allow, deny, force-on, kill, delete, import, export",
    load: async () => (await import("./flags/index.ts")).flags,
  },
  audience: {
    summary: "stored lists of shoppers that flags name: list, get, import, delete",
    load: async () => (await import("./audience/index.ts")).audience,
  },
  explain: {
    summary: "what a flag says for a shopper, and why",
    load: async () => (await import("./explain.ts")).explain,
  },
  cutover: {
    summary: "let the candidate answer a share of a route's shoppers, or none (--to-shadow)",
    load: async () => (await import("./cutover.ts")).cutover,
  },
  rollout: {
    summary: "raise the share by a plan, on evidence: check, start, status, checkpoint, advance, rollback, ...",
    load: async () => (await import("./rollout/index.ts")).rollout,
  },
  incident: {
    summary: "what keeps every rollout from advancing: list, open, close",
    load: async () => (await import("./incident/index.ts")).incident,
  },
  divergences: {
    summary: "what differs between the sides; triage: say what is to be thought of it",
    load: async () => (await import("./divergences/index.ts")).divergences,
  },
  rules: {
    summary: "rules of the comparison: list, add, preview, remove",
    load: async () => (await import("./rules/index.ts")).rules,
  },
  erase: {
    summary: "take a shopper out of everything that is kept",
    load: async () => (await import("./erase.ts")).erase,
  },
  "hash-key": {
    summary: "the key of all hashes of personal data: rotate",
    load: async () => (await import("./hash-key.ts")).hashKey,
  },
  audit: { summary: "who changed what, the newest first", load: async () => (await import("./audit.ts")).audit },
};

export const commands: ReadonlyMap<string, CommandEntry> = new Map(Object.entries(entries));
