import { MessageChannel } from "node:worker_threads";
import { expect, test } from "vitest";
import { LEGACY, load } from "../../config/sample.ts";
import { unknownYet } from "../registry/flags.ts";
import type { RegistryAsked, RegistryTold } from "../threads/messages.ts";
import { createKnownFlags } from "./known-flags.ts";
import { createRegistryLine } from "./registry-line.ts";

test("what is asked before the registry has begun is answered when it has", async () => {
  const config = load(LEGACY);
  const line = createRegistryLine(createKnownFlags(config, unknownYet(config)), () => {});
  const entries = line.deps.audit({ limit: 1 });
  const { port1, port2 } = new MessageChannel();
  port2.on("message", ({ id, call }: RegistryAsked) => {
    expect(call).toEqual({ kind: "audit", filter: { limit: 1 } });
    port2.postMessage({ kind: "answer", id, answer: { kind: "audit", entries: [] } } satisfies RegistryTold);
  });
  line.connect(port1);
  expect(await entries).toEqual([]);
  port2.close();
});
