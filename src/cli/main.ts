#!/usr/bin/env node
// The kill switch works from the first moment: the handler stands before anything else is loaded.
let kill: ((actor: string) => void) | null = null;
let killAsked = false;
process.on("SIGUSR2", () => {
  killAsked = true;
  kill?.("SIGUSR2");
});

// As the first process of a container it gets no signal that it has no handler for. What ends any other process, before or
// without a command that heeds the signal, ends this one too.
if (process.pid === 1) {
  for (const [signal, number] of [
    ["SIGINT", 2],
    ["SIGTERM", 15],
  ] as const) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(128 + number);
    });
  }
}

const { run } = await import("./run.ts");
await run({
  arguments: process.argv.slice(2),
  onKill(handler) {
    kill = handler;
    if (killAsked) handler("SIGUSR2");
  },
});
