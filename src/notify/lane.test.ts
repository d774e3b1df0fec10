import { expect, test } from "vitest";
import { createLane, maxWaiting, type Outcome, type Waiting } from "./lane.ts";
import { aNotice } from "./sample.ts";
import type { Send, Sent } from "./send.ts";

const waiting = (key: string, changes: Partial<Waiting> = {}): Waiting => ({
  key,
  notice: aNotice({ at: "2026-02-01T10:00:00.000Z" }),
  kept: true,
  ...changes,
});

/** A lane on a clock that stands still until it is moved; every try is answered by what `answer` says then. */
function lane(answer: (key: string) => Sent | Promise<Sent>, timeoutMs?: number) {
  let nowMs = Date.parse("2026-02-01T10:00:00.000Z");
  const tries: string[] = [];
  const outcomes: string[] = [];
  const send: Send = async ({ key }) => {
    tries.push(key);
    return answer(key);
  };
  const told = ({ outcome, key, why }: Outcome): void => void outcomes.push(`${key} ${outcome}: ${why}`);
  const made = createLane({
    channel: "team",
    send,
    now: () => nowMs,
    told,
    random: () => 0.5,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  return {
    lane: made,
    tries,
    outcomes,
    /** Some time later: what is due then is tried. */
    async after(ms: number) {
      nowMs += ms;
      made.turn();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const ok: Sent = { kind: "sent", said: "ok" };
const no = (afterMs: number | null = null): Sent => ({ kind: "failed", why: "it answered 429", afterMs });

test("what waits goes out in its order, once each, and is settled for the outbox", async () => {
  const world = lane(() => ok);
  world.lane.add([waiting("a"), waiting("b"), waiting("trip", { kept: false })]);
  world.lane.add([waiting("a")]);
  await world.after(0);
  expect(world.tries).toEqual(["a", "b", "trip"]);
  expect(world.lane.settled()).toEqual(["a", "b"]);
  // Until the outbox knows, it is not taken from there again.
  world.lane.add([waiting("a")]);
  world.lane.forget(["a", "b"]);
  await world.after(0);
  expect([world.tries.length, world.lane.settled()]).toEqual([3, []]);
});

test("what fails is tried again after 1, 2, 4 s and so on, at most 5 min, and keeps those behind it waiting", async () => {
  let answer = no();
  const world = lane(() => answer);
  world.lane.add([waiting("a"), waiting("b")]);
  await world.after(0);
  for (const ms of [999, 1, 1_999, 1, 3_999, 1]) await world.after(ms);
  expect(world.tries).toEqual(["a", "a", "a", "a"]);
  expect(world.lane.state()).toMatchObject({ waiting: 2, problem: "it answered 429" });
  for (let at = 0; at < 8; at += 1) await world.after(300_000);
  const before = world.tries.length;
  await world.after(299_999);
  expect(world.tries.length).toBe(before);
  answer = ok;
  await world.after(1);
  expect(world.tries.slice(before)).toEqual(["a", "b"]);
  expect(world.lane.state()).toEqual({ waiting: 0, problem: null, since: null });
});

test("a receiver is left alone for as long as it asks for", async () => {
  let answer = no(60_000);
  const world = lane(() => answer);
  world.lane.add([waiting("a")]);
  await world.after(0);
  await world.after(59_999);
  expect(world.tries).toHaveLength(1);
  answer = ok;
  await world.after(1);
  expect(world.outcomes).toEqual(["a failed: it answered 429", "a sent: ok"]);
});

test("what is refused, a day old or too much is given up, and said to be", async () => {
  const refusing = lane((key) => (key === "a" ? { kind: "refused", why: "it answered 404" } : ok));
  refusing.lane.add([waiting("a"), waiting("b")]);
  await refusing.after(0);
  expect(refusing.outcomes).toEqual(["a given-up: it answered 404", "b sent: ok"]);

  const old = lane(() => no());
  old.lane.add([waiting("a")]);
  await old.after(0);
  await old.after(86_400_001);
  expect(old.outcomes.at(-1)).toBe("a given-up: it answered 429; it is a day old");
  expect(old.lane.state().waiting).toBe(0);

  const full = lane(() => ok);
  full.lane.add(Array.from({ length: maxWaiting + 2 }, (_, index) => waiting(`n${index}`)));
  expect(full.outcomes).toEqual(["n0", "n1"].map((key) => `${key} given-up: more than ${maxWaiting} wait`));
  expect([full.lane.state().waiting, full.lane.settled()]).toEqual([maxWaiting, ["n0", "n1"]]);
});

test("one that hangs ends in time, and a turn waits for nothing", async () => {
  const hanging: Send = (_, signal) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve(no()), { once: true }));
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const slow = createLane({ channel: "team", send: hanging, now: Date.now, told: resolve, timeoutMs: 50 });
  slow.add([waiting("a", { notice: aNotice() })]);
  slow.turn();
  slow.turn();
  expect(await promise).toMatchObject({ outcome: "failed" });
});

test("who leads no longer lets go of what others send, keeps what is its own, and knows what got there meanwhile", async () => {
  const { promise, resolve } = Promise.withResolvers<Sent>();
  const world = lane((key) => (key === "a" ? promise : ok));
  world.lane.add([waiting("a"), waiting("b"), waiting("trip", { kept: false })]);
  await world.after(0);
  world.lane.letGo();
  resolve(ok);
  await world.after(0);
  expect(world.tries).toEqual(["a", "trip"]);
  expect(world.outcomes).toEqual(["trip sent: ok"]);
  // It leads again: the outbox still has it, and it is not sent twice.
  world.lane.add([waiting("a"), waiting("b")]);
  await world.after(0);
  expect(world.tries).toEqual(["a", "trip", "b"]);
  expect(world.lane.settled()).toEqual(["a", "b"]);
});
