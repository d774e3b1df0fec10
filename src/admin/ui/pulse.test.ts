import { get, type IncomingMessage } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { sampleNow } from "../../../test/support/admin-flags.ts";
import { sampleToken, startForTest, type SampleAdmin } from "../sample.ts";
import { sessionMs } from "../sessions.ts";
import { createReader, sampleRecord, tallyExchange } from "./sample.ts";

interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  /** Of what the page was made, as it bears it. */
  readonly seen?: string;
}

/** What comes on the stream of an open page. */
async function listen({ port }: Pick<SampleAdmin, "port">, { headers = {}, seen }: Asked = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const path = seen === undefined ? "/live" : `/live?seen=${seen}`;
  const asking = get({ host: "127.0.0.1", port, path, headers, agent: false }, resolve).on("error", reject);
  onTestFinished(() => void asking.destroy());
  const stream = await promise;
  let text = "";
  let ended = false;
  stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  stream.on("error", () => {}).on("end", () => (ended = true));
  return { status: stream.statusCode, text: () => text, ended: () => ended, end: () => void asking.destroy() };
}

describe("an open page", () => {
  it("is told at once what somebody has changed, and within a second what traffic counted", async () => {
    const admin = await startForTest();
    const live = await listen(admin);
    expect(live.status).toBe(200);
    await expect.poll(live.text).toContain("event: beat");
    await admin.json("/api/flags/CANONICAL", { method: "PATCH", body: { percent: 5 } });
    await expect.poll(live.text, { timeout: 400 }).toContain("event: changed\ndata: stored\n");
    admin.tally.counter("sombra_deliveries_total", { route: "default", mode: "shadow" }).add();
    admin.record(sampleNow);
    await expect.poll(live.text, { timeout: 20_000 }).toContain("event: changed\ndata: counts\n");
  });

  it("is told nothing while nothing changes, and once for changes that come thick", async () => {
    let now = sampleNow;
    const admin = await startForTest({ now: () => now });
    const live = await listen(admin);
    await expect.poll(live.text).toContain("event: beat");
    for (let percent = 1; percent <= 5; percent += 1) {
      await admin.json("/api/flags/CANONICAL", { method: "PATCH", body: { percent } });
    }
    now += 10_000;
    await expect.poll(live.text, { timeout: 20_000 }).toContain("clock");
    expect(live.text().match(/event: changed/g)).toHaveLength(2);
  });

  it("is told as it begins to listen what has changed since it was made, and nothing else", async () => {
    const admin = await startForTest();
    const reader = createReader(admin);
    const made = async (): Promise<string> => /data-seen="([^"]+)"/.exec((await reader.open("/flags")).text)?.[1] ?? "";
    const seen = await made();
    await admin.json("/api/flags/CANONICAL", { method: "PATCH", body: { percent: 5 } });
    const late = await listen(admin, { seen });
    await expect.poll(late.text).toContain("event: beat\ndata:\n\nevent: changed\ndata: stored\n\n");
    const current = await listen(admin, { seen: await made() });
    await expect.poll(current.text).toContain("event: beat");
    expect(current.text()).not.toContain("changed");
  });

  it("gets parts that are made of what it was told of, however soon it asks", async () => {
    const admin = await startForTest();
    const reader = createReader(admin);
    const part = async (): Promise<string> => (await reader.open("/live/exchanges")).text;
    expect(await part()).not.toContain("/exchanges/e1");
    tallyExchange(admin.tally, sampleRecord());
    admin.record(sampleNow);
    expect(await part()).toContain("/exchanges/e1");
  });

  it("is one of a hundred at most", async () => {
    const admin = await startForTest();
    const open = await Promise.all(Array.from({ length: 100 }, () => listen(admin)));
    expect((await listen(admin)).status).toBe(503);
    open[0]?.end();
    await expect.poll(async () => (await listen(admin)).status, { timeout: 20_000 }).toBe(200);
  });

  it("is told when its session is over, and no more", async () => {
    let now = sampleNow;
    const access = { tokens: [sampleToken("eva", ["read"])], hosts: [] };
    const admin = await startForTest({ access, now: () => now });
    const reader = createReader(admin);
    await reader.send("/sign-in", { token: "eva" }, "/sign-in");
    now += sessionMs - 100;
    const live = await listen(admin, {
      headers: { cookie: `sombra_session=${reader.cookies.get("sombra_session")}` },
    });
    await expect.poll(live.ended, { timeout: 20_000 }).toBe(true);
    expect(live.text()).toContain("event: expired");
    expect((await listen(admin)).status).toBe(401);
  });
});
