import { afterEach, expect, test } from "vitest";
import { Opened } from "../../../test/support/opened.ts";
import type { NotificationsDeps } from "../notifications.ts";
import { startAdmin } from "../sample.ts";

const opened = new Opened();
afterEach(opened.close);

const orders: string[] = [];
const channel = {
  channel: "team",
  kind: "slack",
  waiting: 1,
  problem: "it answered 429",
  reached: null,
  lost: null,
  tested: null,
} as const;
const notifications: NotificationsDeps = {
  channels: () => [channel],
  async test(by, name) {
    orders.push(`test ${by} ${name ?? "all"}`);
    return name === "gone" ? null : [{ name: "channel team", status: "ok", text: "took a test: 200 ok" }];
  },
  async status(rollout, name) {
    orders.push(`status ${rollout} ${name}`);
    if (rollout === "gone") return { kind: "unknown" };
    return rollout === "busy" ? { kind: "failed", why: "it answered 429" } : { kind: "sent", said: "200 ok" };
  },
};

test("channels are told, tested with who asked, and take a status on demand", async () => {
  const admin = opened.add(await startAdmin({ notifications }));
  const post = async (path: string, body: object | null) => {
    const init = {
      method: "POST",
      headers: { "x-sombra-actor": "command:anna" },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    };
    const response = await fetch(`http://127.0.0.1:${admin.port}/api/notifications${path}`, init);
    return [response.status, await response.json()] as const;
  };
  expect(await (await fetch(`http://127.0.0.1:${admin.port}/api/notifications`)).json()).toEqual({
    channels: [channel],
  });
  expect(await post("/test", null)).toEqual([
    200,
    { checks: [{ name: "channel team", status: "ok", text: "took a test: 200 ok" }] },
  ]);
  expect(await post("/test", { channel: "gone" })).toMatchObject([
    404,
    { title: expect.any(String), detail: expect.stringContaining("there are team") },
  ]);
  expect(await post("/test", { chanel: "team" })).toMatchObject([400, {}]);
  expect(await post("/status", { rollout: "quick", channel: "team" })).toEqual([
    200,
    { rollout: "quick", channel: "team", said: "200 ok" },
  ]);
  expect(await post("/status", { rollout: "busy", channel: "team" })).toMatchObject([
    503,
    { detail: "team did not take it: it answered 429" },
  ]);
  expect(await post("/status", { rollout: "gone", channel: "team" })).toMatchObject([404, {}]);
  expect(await post("/status", { rollout: "quick", channel: "gone" })).toMatchObject([404, {}]);
  expect(await post("/status", { rollout: "quick" })).toMatchObject([400, {}]);
  expect(orders).toEqual([
    "test command:anna all",
    "test command:anna gone",
    "status quick team",
    "status busy team",
    "status gone team",
  ]);
});
