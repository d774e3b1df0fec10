#!/usr/bin/env node
// The kill switch works from the first moment: the handler stands before anything else is loaded.
let kill: ((actor: string) => void) | null = null;
let killAsked = false;
process.on("SIGUSR2", () => {
  killAsked = true;
  kill?.("signal");
});

const { run } = await import("./run.ts");
await run({
  arguments: process.argv.slice(2),
  onKill(handler) {
    kill = handler;
    if (killAsked) handler("signal");
  },
});

export {};
