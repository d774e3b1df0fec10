import { Agent } from "node:http";
import { send, signed, type Delivery } from "../../../src/demo/index.ts";
import { envelope } from "../../../src/demo/envelope.ts";
import type { Customer } from "../../../src/demo/people.ts";
import { createWriter, inbound } from "../../../src/demo/writer.ts";
import type { Random } from "./random.ts";
import { appSecret, type World } from "./world.ts";

/** So many that few of them write twice within the bound by which what was held is remembered. */
export const shoppers: readonly (Customer & { readonly number: string })[] = Array.from({ length: 800 }, (_, i) => ({
  number: `447700900${String(i).padStart(3, "0")}`,
  name: `Customer ${i}`,
}));

/** A delivery with the words of its messages, each of which is said once in a run. */
export interface Sent {
  readonly delivery: Delivery;
  readonly words: readonly string[];
  /** null: no answer came. */
  status: number | null;
}

/** Deliveries of one shopper, or of up to four: the provider puts together what it likes. */
export function createTraffic(seed: string, random: Random): () => Sent {
  const writer = createWriter(seed);
  let said = 0;
  return () => {
    const from = random.some(shoppers, random.next() < 0.7 ? 1 : 2 + random.below(3));
    const words = from.map(() => `message ${(said += 1)} of ${seed}.`);
    const messages = from.map((shopper, i) =>
      writer.message(shopper, { type: "text", text: { body: words[i] ?? "" } }),
    );
    return { delivery: signed("chaos", envelope([inbound(from, messages)]), appSecret), words, status: null };
  };
}

/** Without connections that live on: whether a broken one carried a request would be anybody's guess. */
const agent = new Agent({ keepAlive: false });

/** As a provider does it: where nobody listens it tries again. What broke in the middle it does not deliver again. */
export async function deliver(world: World, sent: Sent): Promise<void> {
  for (;;) {
    const { url } = await world.sombra();
    try {
      ({ status: sent.status } = await send(url, sent.delivery, { agent }));
      return;
    } catch (error) {
      if (!isRefusal(error)) return;
    }
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
}
