import { type Agent, request } from "node:http";
import { performance } from "node:perf_hooks";
import type { Delivery } from "./deliveries.ts";

export interface Received {
  readonly status: number;
  /** Name, value, name, value, in the order and case received. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** From the first byte written until the last byte read. */
  readonly ms: number;
}

interface SendOptions {
  readonly agent?: Agent;
  readonly signal?: AbortSignal;
}

/** Makes a delivery to the server at a base URL, as WhatsApp would. */
export function send(baseUrl: string | URL, delivery: Delivery, options: SendOptions = {}): Promise<Received> {
  const { hostname, port, host } = new URL(baseUrl);
  const { promise, resolve, reject } = Promise.withResolvers<Received>();
  const startedAt = performance.now();
  const call = request({
    ...options,
    hostname,
    port,
    method: delivery.method,
    path: delivery.target,
    headers: ["host", host, ...delivery.headers],
  });
  call.on("error", reject);
  call.on("response", (answer) => {
    const chunks: Buffer[] = [];
    answer.on("data", (chunk: Buffer) => chunks.push(chunk));
    answer.on("error", reject);
    answer.on("end", () => {
      const { statusCode = 0, rawHeaders } = answer;
      resolve({ status: statusCode, rawHeaders, body: Buffer.concat(chunks), ms: performance.now() - startedAt });
    });
  });
  call.end(delivery.body);
  return promise;
}
