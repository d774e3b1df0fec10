import { afterEach, describe, expect, test } from "vitest";
import type { AuditLine } from "./audited.ts";
import { aNotice, running } from "./sample.ts";
import { away, back, closeAll, ok, paused, turn, world } from "../../test/support/notifier-world.ts";

afterEach(closeAll);

describe("whoever leads", () => {
  test("tells what happens from then on, each channel what it wants, once", async () => {
    const { all, instance, happens } = world();
    happens(running(), paused);
    const one = instance("one");
    await one.lead();
    await turn(one.notifier);
    expect(all.came).toEqual([]);
    const first = happens(paused, running());
    const second = happens(running(), back);
    await turn(one.notifier);
    await turn(one.notifier);
    const id = ({ seq, hash }: AuditLine): string => `audit-${seq}-${hash.slice(0, 12)}`;
    expect(all.came.toSorted()).toEqual([
      `one quiet ${id(second)}:quiet`,
      `one team ${id(first)}:team`,
      `one team ${id(second)}:team`,
    ]);
    expect(all.outcomes).toHaveLength(3);
    expect(one.notifier.channels()).toMatchObject([
      { channel: "team", waiting: 0, reached: expect.any(String), lost: null },
      {},
    ]);
  });

  test("tells what has happened since its process began, where nobody has led before", async () => {
    const { all, instance, happens } = world();
    happens(running(), paused);
    const one = instance("one");
    const since = happens(paused, running());
    await one.lead();
    await turn(one.notifier);
    expect(all.came).toEqual([`one team audit-${since.seq}-${since.hash.slice(0, 12)}:team`]);
  });

  test("sends what the one before had not sent, under the same key", async () => {
    const { all, instance, happens } = world();
    const [one, two] = [instance("one"), instance("two")];
    await one.lead();
    await turn(one.notifier);
    all.answer = away;
    happens(running(), back);
    await turn(one.notifier);
    expect(all.outcomes).toEqual(["team rollback failed: it answered 503", "quiet rollback failed: it answered 503"]);
    const before = all.came.map((came) => came.replace("one ", ""));
    await one.notifier.stop();
    await one.release();
    all.answer = ok;
    all.came = [];
    await two.lead();
    await turn(two.notifier);
    expect(all.came).toEqual(before.map((came) => `two ${came}`));
    all.came = [];
    await turn(two.notifier);
    await turn(two.notifier);
    expect(all.came).toEqual([]);
  });

  test("tells what happened while nobody led", async () => {
    const { all, instance, happens } = world();
    const [one, two] = [instance("one"), instance("two")];
    await one.lead();
    await turn(one.notifier);
    await one.release();
    all.leader = "nobody";
    await turn(one.notifier);
    happens(running(), paused);
    await two.lead();
    await turn(two.notifier);
    expect(all.came).toEqual([expect.stringMatching(/^two team audit-/)]);
  });

  test("adds nothing twice where nobody knows whether it was kept, and stops where another has overtaken it", async () => {
    const { all, instance, happens } = world();
    let isSilent = true;
    const one = instance("one", {}, (journal) => ({
      async put(change, token) {
        const kept = await journal.put(change, token);
        if (isSilent && change.add.length > 0) throw new Error("it did not answer");
        return kept;
      },
    }));
    await one.lead();
    await turn(one.notifier);
    happens(running(), back);
    await turn(one.notifier);
    await turn(one.notifier);
    expect([all.came, all.faults]).toEqual([[], [new Error("it did not answer")]]);
    isSilent = false;
    await turn(one.notifier);
    // The outbox hears of it with the next turn: who leads before that sends it again, under its key.
    await turn(one.notifier);
    expect(all.came).toHaveLength(2);
    const two = instance("two");
    await one.release();
    await two.lead();
    await turn(two.notifier);
    all.leader = "one";
    happens(back, running());
    await turn(one.notifier);
    expect(all.came).toHaveLength(2);
  });

  test("tells nothing of what is ahead of the rollouts that it knows, until they have come as well", async () => {
    const { all, instance, happens } = world();
    const one = instance("one");
    await one.lead();
    await turn(one.notifier);
    all.known = 2;
    happens(running(), paused, { version: 3 });
    await turn(one.notifier);
    expect(all.came).toEqual([]);
    all.known = 3;
    await turn(one.notifier);
    expect(all.came).toHaveLength(1);
  });

  test("lets go of what is for a channel that is not configured any more, once it is a day old", async () => {
    const { all, instance } = world();
    const one = instance("one");
    const old = (key: string, at: string) => ({ key, channel: "gone", text: JSON.stringify(aNotice({ at })) });
    const journal = await one.lead();
    const add = [
      old("old", "2026-01-30T10:00:00Z"),
      old("young", "2026-02-01T09:00:00Z"),
      { key: "x", channel: "team", text: "{" },
    ];
    await journal.put({ cursor: "", add, remove: [] }, journal.token);
    await turn(one.notifier);
    await turn(one.notifier);
    expect((await journal.waiting()).messages.map(({ key }) => key)).toEqual(["young"]);
    expect([all.came, all.faults]).toEqual([[], []]);
  });

  test("counts what is given up until something gets there, and says so on every instance", async () => {
    const { all, instance, happens } = world();
    const [one, two] = [instance("one"), instance("two")];
    await one.lead();
    await turn(one.notifier);
    all.answer = { kind: "refused", why: "it answered 404" };
    happens(running(), paused);
    happens(paused, running());
    await turn(one.notifier);
    await turn(one.notifier);
    expect(one.notifier.channels()[0]).toMatchObject({ lost: { count: 2, why: "it answered 404" } });
    await turn(two.notifier);
    expect(two.notifier.channels()[0]).toMatchObject({ lost: { count: 2 } });
    all.answer = ok;
    happens(running(), paused);
    await turn(one.notifier);
    expect(one.notifier.channels()[0]).toMatchObject({ lost: null });
  });
});
