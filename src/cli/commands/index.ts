/** What `sombra` can be told to do. Each command is loaded when it is asked for: the kill switch starts fast. */
import type { Command } from "./command.ts";

export interface CommandEntry {
  /** What it does, in a line. */
  readonly summary: string;
  load(): Promise<Command>;
}

export const commands: ReadonlyMap<string, CommandEntry> = new Map<string, CommandEntry>([
  ["serve", { summary: "stand in front of the legacy handler", load: async () => (await import("./serve.ts")).serve }],
  [
    "demo",
    {
      summary: "two real handlers, real-shaped traffic, and what differs (--once: print and end)",
      load: async () => (await import("./demo.ts")).demo,
    },
  ],
  [
    "kill",
    {
      summary: "everything to legacy, at once (--undo: back to what the flags say; --json)",
      load: async () => (await import("./kill.ts")).kill,
    },
  ],
]);
