import { expect, onTestFinished, test } from "vitest";
import type { EraseOrder, Erased } from "../../admin/deps.ts";
import { startSample } from "./sample.ts";

async function started(told: Partial<Erased> = {}) {
  const orders: EraseOrder[] = [];
  const sombra = await startSample({
    async erase(order) {
      orders.push(order);
      return { kind: "erased", told: { found: true, ids: 2, exchanges: 3, lists: [], removed: [], left: [], ...told } };
    },
  });
  onTestFinished(() => sombra.close());
  return { ...sombra, orders };
}

test("a shopper is erased, and what still names the shopper is said", async () => {
  const { orders, ...sombra } = await started({ lists: ["allowlist:A", "audience:pilot"] });
  expect(await sombra.does("erase", "15550100001", "--reason", "asked")).toBe(
    [
      "known by 2 ids",
      "records taken out: 3",
      "still named by allowlist:A, audience:pilot: --lists takes the shopper off",
      "",
    ].join("\n"),
  );
  expect(orders).toMatchObject([{ shopper: "15550100001", lists: false, reason: "asked", actor: { kind: "command" } }]);
});

test("lists are said that had the shopper on them", async () => {
  const { orders, ...sombra } = await started({ ids: 1, exchanges: null, removed: ["denylist:A"] });
  const lines = "known by 1 id\nrecords taken out: none are kept\ntaken off denylist:A\nno list names the shopper\n";
  expect(await sombra.does("erase", "15550100001", "--lists")).toBe(lines);
  expect(orders).toMatchObject([{ lists: true, reason: null }]);
  expect(JSON.parse(await sombra.does("erase", "15550100001", "--lists", "--json"))).toMatchObject({
    removed: ["denylist:A"],
  });
});

test("it says plainly that there was nothing to erase", async () => {
  const sombra = await started({ found: false, ids: 1, exchanges: 0 });
  expect(await sombra.run(["erase", "+1 555 010-0077"])).toMatchObject({
    code: 0,
    stdout: "nothing is kept of this shopper\n",
  });
});

test("it fails where something is left, or where the store does not take it", async () => {
  const sombra = await started({ left: ["store: it is busy"] });
  expect(await sombra.run(["erase", "1"])).toMatchObject({
    code: 1,
    stderr: "not all is gone, try again: store: it is busy\n",
  });
  const refused = await startSample({
    erase: async () => ({ kind: "refused", answer: { kind: "unavailable", why: "the store is not up" } }),
  });
  onTestFinished(() => refused.close());
  expect(await refused.run(["erase", "1"])).toMatchObject({ code: 1, stderr: "sombra erase: The store is not up\n" });
  expect(await refused.run(["erase"])).toMatchObject({ code: 2 });
  expect(await refused.run(["erase", " "])).toMatchObject({ code: 1 });
});
