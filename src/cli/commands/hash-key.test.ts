import { expect, onTestFinished, test } from "vitest";
import type { RotateOrder } from "../../admin/index.ts";
import { startSample } from "./sample.ts";

test("a new key is told by its fingerprint, with when each is in force and known", async () => {
  const sombra = await startSample();
  onTestFinished(() => sombra.close());
  const lines = await sombra.does("hash-key", "rotate", "--reason", "somebody left");
  expect(lines).toMatch(
    /^KEY +HASHES\n0a0a0a0a +in force from 2026-01-02T03:04:15.000Z\n0b0b0b0b +until .*; known until .*\n$/,
  );
  expect(JSON.parse(await sombra.does("hash-key", "rotate", "--json"))).toMatchObject({ key: "0a0a0a0a" });
});

test("who asked and why is handed on, and what is not done is said", async () => {
  const orders: RotateOrder[] = [];
  const sombra = await startSample({
    async rotate(order) {
      orders.push(order);
      return orders.length === 1
        ? { kind: "configured" }
        : { kind: "refused", answer: { kind: "unavailable", why: "the store is not up" } };
    },
  });
  onTestFinished(() => sombra.close());
  const configured = await sombra.run(["hash-key", "rotate", "--reason", "somebody left"]);
  expect(configured).toMatchObject({ code: 1, stderr: expect.stringContaining("SOMBRA_HASH_KEY") });
  expect(orders).toMatchObject([{ reason: "somebody left", actor: { kind: "command" } }]);
  expect(await sombra.run(["hash-key", "rotate"])).toMatchObject({
    code: 1,
    stderr: "sombra hash-key rotate: The store is not up\n",
  });
  expect((await sombra.run(["hash-key"])).code).toBe(2);
});
