import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Journal } from "../../src/store/index.ts";
import type { KeptMessage } from "../../src/notify/index.ts";
import { lease, type JournalPlace } from "./journal.contract.ts";

const longMs = 60_000;

const message = (key: string, text = `text of ${key}`): KeptMessage => ({ key, channel: "team", text });

/** What every outbox does, whatever it is made of. */
export function outboxContract(kind: "sqlite" | "redis", start: () => Promise<JournalPlace>): void {
  describe(`an outbox in ${kind}`, { timeout: 30_000 }, () => {
    let place: JournalPlace;
    let one: Journal;
    let two: Journal;
    beforeEach(async () => {
      place = await start();
      one = place.open();
      two = place.open();
    });
    afterEach(async () => {
      await Promise.all([one.close(), two.close()]);
      await place.close();
    });
    const keys = async (journal: Journal): Promise<string> =>
      (await journal.waiting()).messages.map(({ key }) => key).join(" ");

    it("has nothing at first, and keeps what comes with its cursor, in its order, for every instance", async () => {
      expect(await one.waiting()).toEqual({ cursor: null, messages: [] });
      const token = await lease(one, "a");
      const add = [message("b:team", 'two "words"\nand é'), message("a:team")];
      expect(await one.put({ cursor: "1", add, remove: [] }, token)).toBe(true);
      expect(await one.put({ cursor: "2", add: [message("c:team")], remove: [] }, token)).toBe(true);
      expect(await two.waiting()).toEqual({ cursor: "2", messages: [...add, message("c:team")] });
    });

    it("takes a key once, and lets go of what is settled in the same write", async () => {
      const token = await lease(one, "a");
      await one.put({ cursor: "1", add: [message("a"), message("b")], remove: [] }, token);
      await one.put({ cursor: "2", add: [message("a", "another"), message("c")], remove: ["b", "not there"] }, token);
      expect(await two.waiting()).toEqual({ cursor: "2", messages: [message("a"), message("c")] });
      // What was settled may come again: whoever adds it knows.
      await one.put({ cursor: "3", add: [message("b")], remove: ["a", "c"] }, token);
      await one.put({ cursor: "4", add: [message("d")], remove: [] }, token);
      expect(await keys(two)).toBe("b d");
    });

    it("takes nothing from whom another has overtaken", async () => {
      const old = await lease(one, "a", 1);
      await expect.poll(() => two.lease("b", longMs)).not.toBeNull();
      const token = await lease(two, "b");
      expect(await two.put({ cursor: "2", add: [message("b")], remove: [] }, token)).toBe(true);
      expect(await one.put({ cursor: "1", add: [message("late")], remove: ["b"] }, old)).toBe(false);
      expect(await one.waiting()).toEqual({ cursor: "2", messages: [message("b")] });
    });

    it("has nothing once everything is lost, and takes nothing until somebody leads anew", async () => {
      const token = await lease(one, "a");
      await one.put({ cursor: "1", add: [message("a")], remove: [] }, token);
      await place.empty();
      expect(await one.put({ cursor: "2", add: [message("b")], remove: [] }, token)).toBe(false);
      expect(await two.waiting()).toEqual({ cursor: null, messages: [] });
    });
  });
}
