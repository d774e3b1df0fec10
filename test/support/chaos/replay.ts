import { send, startGraph, startLegacy } from "../../../src/demo/index.ts";
import { setUp } from "../handlers/drive.ts";
import { startTap, type Tapped } from "../tap.ts";
import { appSecret, tokens } from "./world.ts";

/** What legacy calls with, sorted, when it gets the same requests and nobody is in between. */
export async function legacyAlone(requests: readonly Tapped[]): Promise<readonly string[]> {
  await using graph = await startGraph();
  const called = await startTap({ target: () => Promise.resolve(graph.url) });
  await using legacy = await startLegacy({ ...setUp, appSecret, accessToken: tokens.legacy, graphUrl: called.url });
  for (const { method, path, headers, body } of requests) {
    const signature = String(headers["x-hub-signature-256"]);
    await send(legacy.url, {
      name: "again",
      method: method === "POST" ? "POST" : "GET",
      target: path,
      headers: [
        "content-type",
        "application/json",
        "content-length",
        String(body.length),
        "x-hub-signature-256",
        signature,
      ],
      body,
    });
  }
  await called.close();
  return called.seen.map(({ body }) => body.toString()).toSorted();
}
