import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { Opened } from "../../test/support/opened.ts";
import { json, startSide, type Behaviour, type Seen } from "../../test/support/side.ts";
import { aNotice } from "./sample.ts";
import type { Sent } from "./send.ts";
import { slackChannel } from "./slack.ts";
import { webhookChannel } from "./webhook.ts";

const opened = new Opened();
afterEach(opened.close);

const secret = "a secret of ours";
const path = "/services/T0/B0/secret-path";

const to = async (behaviour: Behaviour) => opened.add(await startSide(behaviour));
const slack = (url: string, ms = 5_000): Promise<Sent> =>
  slackChannel(url + path)({ key: "k:team", notice: aNotice() }, AbortSignal.timeout(ms));

describe("what a receiver answers", () => {
  test("is told, a little of it", async () => {
    const side = await to((_, response) => response.end(`ok\n\u0007 ${"x".repeat(300)}`));
    expect(await slack(side.url)).toEqual({ kind: "sent", said: expect.stringMatching(/^200 ok x{100,}…$/) });
    expect(side.seen[0]).toMatchObject({ method: "POST", url: path, headers: { "content-type": "application/json" } });
    expect(JSON.parse(String(side.seen[0]?.body))).toMatchObject({
      text: "[critical] checkout: rolled back to shadow",
    });
  });

  test.each<[string, number, string | undefined, number | null]>([
    ["429 with seconds", 429, "7", 7_000],
    ["429 with a date", 429, new Date(Date.now() + 90_000).toUTCString(), 90_000],
    ["429 with a date that is over", 429, "Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["429 for longer than anybody waits", 429, "999999999", 3_600_000],
    ["503 without a word", 503, undefined, null],
    ["500 with nonsense", 500, "soon", null],
  ])("%s is tried again", async (_what, status, after, afterMs) => {
    const side = await to((_, response) => {
      response.writeHead(status, after === undefined ? {} : { "retry-after": after }).end("rate_limited");
    });
    const sent = await slack(side.url);
    expect(sent).toMatchObject({ kind: "failed", why: `it answered ${status} rate_limited` });
    const found = sent.kind === "failed" ? sent.afterMs : undefined;
    if (afterMs === null) expect(found).toBeNull();
    else expect(Math.abs(Number(found) - afterMs)).toBeLessThan(5_000);
  });

  test.each([400, 403, 404, 410, 301])("%d is for good", async (status) => {
    const side = await to((_, response) => {
      response.writeHead(status, { location: "http://127.0.0.1:1/" }).end("invalid_payload");
    });
    expect(await slack(side.url)).toEqual({ kind: "refused", why: `it answered ${status} invalid_payload` });
  });

  test("nothing in time, a reset and a refusal are tried again, and say nothing of the address", async () => {
    const hanging = await to(() => undefined);
    expect(await slack(hanging.url, 200)).toEqual({ kind: "failed", why: "it did not answer in time", afterMs: null });
    const resetting = await to((_, response) => response.socket?.resetAndDestroy());
    const reset = await slack(resetting.url);
    expect(reset).toMatchObject({ kind: "failed", why: expect.stringMatching(/^(?:ECONNRESET|UND_ERR_SOCKET)$/) });
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const address = closed.address();
    const port = typeof address === "object" ? address?.port : 0;
    await new Promise((resolve) => closed.close(resolve));
    expect(await slack(`http://127.0.0.1:${port}`)).toEqual({ kind: "failed", why: "ECONNREFUSED", afterMs: null });
    expect(JSON.stringify(reset)).not.toContain("secret");
  });

  test("half an answer that never ends is enough", async () => {
    const side = await to((_, response) => {
      response.writeHead(200);
      response.write("ok");
    });
    expect(await slack(side.url)).toEqual({ kind: "sent", said: "200 ok" });
  });
});

/** What docs/notifications.md gives to those who write a receiver. */
async function shownVerifier(): Promise<(headers: Seen["headers"], body: Buffer, secret: string) => boolean> {
  const page = readFileSync(new URL("../../docs/notifications.md", import.meta.url), "utf8");
  const [, code = ""] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
  const shown: unknown = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  if (!isModule(shown)) throw new Error("the page shows no isSombra");
  return shown.isSombra;
}

const isModule = (value: unknown): value is { isSombra: Awaited<ReturnType<typeof shownVerifier>> } =>
  typeof value === "object" && value !== null && "isSombra" in value;

const isSombra = await shownVerifier();
const isOurs = ({ headers, body }: Seen, key: string): boolean => isSombra(headers, body, key);

describe("a signed webhook", () => {
  const delivery = { key: "audit-7-00c0ffee:sns", notice: aNotice() };
  const signal = (): AbortSignal => AbortSignal.timeout(5_000);

  test("is signed over id, time and body, by each of its secrets, and says what happened as facts", async () => {
    const side = await to(json(200, { taken: true }));
    const send = webhookChannel({
      url: `${side.url}/in?a=b`,
      secrets: [secret, "the one before it"],
      headers: { "x-key": "k" },
    });
    expect(await send(delivery, signal())).toEqual({ kind: "sent", said: '200 {"taken":true}' });
    const [seen] = side.seen;
    if (seen === undefined) throw new Error("nothing came");
    expect([isOurs(seen, secret), isOurs(seen, "the one before it"), isOurs(seen, "another one")]).toEqual([
      true,
      true,
      false,
    ]);
    expect(isOurs({ ...seen, body: Buffer.from(`${String(seen.body)} `) }, secret)).toBe(false);
    const later = { ...seen.headers, "webhook-timestamp": String(Number(seen.headers["webhook-timestamp"]) + 1) };
    expect(isOurs({ ...seen, headers: later }, secret)).toBe(false);
    expect(Math.abs(Number(seen.headers["webhook-timestamp"]) - Date.now() / 1_000)).toBeLessThan(60);
    expect(seen).toMatchObject({ url: "/in?a=b", headers: { "x-key": "k", "idempotency-key": delivery.key } });
    expect(JSON.parse(String(seen.body))).toMatchObject({
      id: delivery.key,
      event: "rollback",
      severity: "critical",
      rollout: "checkout",
      flag: "CHECKOUT_ENABLED",
      phase: "ten",
      verdict: "FAIL",
      title: "checkout: rolled back to shadow",
      why: "errors",
    });
  });

  test("has the same key and the same body on every try, with the time of the try", async () => {
    const side = await to(json(500, {}));
    const began = Date.now();
    let now = began;
    const send = webhookChannel({ url: side.url, secrets: ["whsec_YSBzZWNyZXQgb2Ygb3Vycw=="], headers: {} }, () => now);
    await send(delivery, signal());
    now += 60_000;
    await send(delivery, signal());
    const [one, two] = side.seen;
    if (one === undefined || two === undefined) throw new Error("two did not come");
    expect(two.body.equals(one.body)).toBe(true);
    expect([one.headers["idempotency-key"], two.headers["idempotency-key"]]).toEqual([delivery.key, delivery.key]);
    const times = [one, two].map(({ headers }) => Number(headers["webhook-timestamp"]));
    expect(times).toEqual([began, began + 60_000].map((ms) => Math.floor(ms / 1_000)));
    const old = { ...one.headers, "webhook-timestamp": String(Math.floor(began / 1_000) - 301) };
    expect(isOurs({ ...one, headers: old }, secret)).toBe(false);
    expect([isOurs(one, secret), isOurs(two, secret)]).toEqual([true, true]);
  });
});
