import {
  business,
  type Delivery,
  type HandlerName,
  type Received,
  type RecordedCall,
  send,
  serve,
  startGraph,
} from "../../../src/demo/index.ts";

/** What handlers are set up with in tests, the Graph API's address apart. */
export const setUp = {
  appSecret: "handlers-test",
  verifyToken: "verify-me",
  phoneNumberId: business.phoneNumberId,
} as const;

/** What a handler did with a delivery. */
export interface Deed {
  readonly name: string;
  readonly answer: Received;
  readonly calls: readonly RecordedCall[];
}

/** Hands deliveries to a handler directly, nobody in between, one after the other has been dealt with. */
export async function drive(name: HandlerName, deliveries: readonly Delivery[]): Promise<readonly Deed[]> {
  await using graph = await startGraph();
  await using handler = await serve(name, { ...setUp, graphUrl: graph.url });
  const deeds: Deed[] = [];
  for (const delivery of deliveries) {
    const before = graph.calls.length;
    const answer = await send(handler.url, delivery);
    await handler.settled();
    deeds.push({ name: delivery.name, answer, calls: graph.calls.slice(before) });
  }
  return deeds;
}

/** A deed in short: the status, and how many sends there were. */
export function inShort({ answer, calls }: Deed): string {
  const sends = calls.filter(({ operation }) => operation === "send").length;
  return `${answer.status} x${sends}${sends === calls.length ? "" : " and more"}`;
}
