/** Deliveries to Sombra, at DELIVERIES_URL, without end: PER_SECOND of them, as they come, whether answered or not. */
import { randomUUID } from "node:crypto";
import { Agent } from "node:http";
import { setTimeout } from "node:timers/promises";
import { deliveries, send } from "../../src/demo/index.ts";

const { DELIVERIES_URL: url = "http://127.0.0.1:8080", APP_SECRET: appSecret = "", PER_SECOND = "5" } = process.env;
const perSecond = Number(PER_SECOND);
if (!(perSecond > 0)) throw new Error(`PER_SECOND is "${PER_SECOND}": it must be a number above 0`);
const agent = new Agent({ keepAlive: true });
/** A provider gives up too. */
const timeoutMs = 20_000;

let failing = false;
const deliver = async (delivery: Parameters<typeof send>[1]): Promise<void> => {
  const problem = await send(url, delivery, { agent, signal: AbortSignal.timeout(timeoutMs) }).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (problem !== null && !failing) console.error(`No answer from ${url}: ${problem}`);
  failing = problem !== null;
};

console.log(`${perSecond} deliveries a second to ${url}`);
for (;;) {
  // Ids are new in every round: what came before is no redelivery.
  for (const delivery of deliveries({ seed: randomUUID(), appSecret })) {
    void deliver(delivery);
    await setTimeout(1000 / perSecond);
  }
}
