import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { deliveries } from "./deliveries.ts";
import { close, listen } from "./listen.ts";
import { send } from "./send.ts";

const [delivery] = deliveries({ seed: "send", appSecret: "s" });

describe("a delivery that is sent", () => {
  it("arrives as it is and brings the answer back", async () => {
    if (delivery === undefined) throw new Error("No delivery to send");
    const received: unknown[] = [];
    const answer202 = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { method, url, rawHeaders } = request;
      received.push({ method, url, rawHeaders, body: await buffer(request) });
      response.writeHead(202, ["X-A", "1", "x-a", "2"]).end("ok");
    };
    const server = createServer((request, response) => void answer202(request, response));
    const url = await listen(server);
    const answer = await send(url, delivery);
    await close(server);
    const { method, target, headers, body } = delivery;
    const host = ["host", new URL(url).host];
    expect(received).toEqual([
      { method, url: target, rawHeaders: [...host, ...headers, "Connection", "keep-alive"], body },
    ]);
    expect(answer).toMatchObject({ status: 202, body: Buffer.from("ok") });
    expect(answer.rawHeaders.slice(0, 4)).toEqual(["X-A", "1", "x-a", "2"]);
    expect(answer.ms).toBeGreaterThan(0);
  });

  it("fails when nobody is there", async () => {
    if (delivery === undefined) throw new Error("No delivery to send");
    const server = createServer();
    const url = await listen(server);
    await close(server);
    await expect(send(url, delivery)).rejects.toThrow("ECONNREFUSED");
  });
});
