import { describe, expect, it } from "vitest";
import { isHeldId } from "../whatsapp/index.ts";
import { startGraph } from "./graph.ts";

interface Sent {
  readonly contacts: readonly unknown[];
  readonly messages: readonly { readonly id: string }[];
}

describe("the stand-in Graph API", () => {
  it("answers sends with ids of their own and records them", async () => {
    await using graph = await startGraph();
    const send = async (): Promise<Sent> => {
      const sent = await fetch(`${graph.url}/v23.0/1/messages`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"to":"447700900123","text":{"body":"oi"}}',
      });
      expect(sent.status).toBe(200);
      const answer: Sent = JSON.parse(await sent.text());
      return answer;
    };
    const sent = [await send(), await send()];
    const ids = sent.flatMap(({ messages }) => messages.map(({ id }) => id));
    expect(new Set(ids).size).toBe(2);
    expect(ids.map(isHeldId)).toEqual([false, false]);
    expect(sent[0]?.contacts).toEqual([{ input: "447700900123", wa_id: "447700900123" }]);
    expect(graph.calls).toEqual(
      ids.map(() => ({
        method: "POST",
        path: "/v23.0/1/messages",
        operation: "send",
        json: { to: "447700900123", text: { body: "oi" } },
      })),
    );
  });

  it("serves the file that a media lookup names", async () => {
    await using graph = await startGraph();
    const lookup = await fetch(`${graph.url}/v23.0/2621233374848975`);
    const { url, file_size }: { readonly url: string; readonly file_size: string } = JSON.parse(await lookup.text());
    const file = await fetch(url);
    expect((await file.bytes()).length).toBe(Number(file_size));
  });

  it("says when there are as many calls as awaited", async () => {
    await using graph = await startGraph();
    const reached = graph.reached(2);
    await fetch(`${graph.url}/1`, { method: "DELETE" });
    await fetch(`${graph.url}/2`, { method: "DELETE", body: "{" });
    await reached;
    expect(graph.calls.map(({ path, json }) => ({ path, json }))).toEqual([
      { path: "/1", json: undefined },
      { path: "/2", json: undefined },
    ]);
  });
});
