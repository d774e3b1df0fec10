import type { Random } from "./random.ts";
import { shoppers } from "./traffic.ts";
import type { World } from "./world.ts";

const enabled = "WHATSAPP_CANONICAL_EVENTS_ENABLED";
const shadow = "WHATSAPP_CANONICAL_SHADOW_MODE";
const dualRun = "WHATSAPP_DUAL_RUN";
const reverseShadow = "WHATSAPP_REVERSE_SHADOW";

/** Longer than any order takes that is carried out. */
const patienceMs = 2_000;

const nobodyCutOver = { enabled: true, denylist: [] };

/** What happens to a world in between deliveries. Each says what it did; it may be refused, as anybody's order may. */
export const events = {
  "everybody in shadow": (world) => flip(world, nobodyCutOver, { enabled: false, denylist: [] }),
  "everybody in dual-run": (world) => flip(world, nobodyCutOver, nobodyCutOver),
  "some cut over": (world, random) => {
    const denylist = random.some(shoppers, Math.floor(shoppers.length / 3)).map(({ number }) => number);
    return flip(world, { enabled: true, denylist }, { enabled: true, denylist });
  },
  "everybody cut over": (world) => flip(world, { enabled: false, denylist: [] }, { enabled: false, denylist: [] }),
  "some enabled": (world) => call(world, "PATCH", "/api/flags", { flags: { [enabled]: { percent: 60 } } }),
  "all enabled": (world) => call(world, "PATCH", "/api/flags", { flags: { [enabled]: { percent: null } } }),
  /** Refused where legacy's calls are not tied. */
  "everybody in reverse shadow": (world) =>
    call(world, "PATCH", "/api/flags", { flags: { [reverseShadow]: { percent: 100 } } }),
  "nobody in reverse shadow": (world) =>
    call(world, "PATCH", "/api/flags", { flags: { [reverseShadow]: { percent: 0 } } }),
  killed: (world) => call(world, "POST", "/api/kill", { reason: "chaos" }),
  "not killed": (world) => call(world, "DELETE", "/api/kill"),
  "store gone": (world) => world.breakStore(),
  "candidate down": (world) => world.got.candidate.down(),
  restart: (world) => world.restart("stop"),
  crash: (world) => world.restart("crash"),
  // What was held a moment ago is nobody's memory now, and its shopper is cut over.
  "everybody cut over, then a restart": async (world) => {
    await events["everybody cut over"](world);
    await world.restart("stop");
  },
  "everybody cut over, then a crash": async (world) => {
    await events["everybody cut over"](world);
    await world.restart("crash");
  },
} as const satisfies Readonly<Record<string, (world: World, random: Random) => Promise<unknown>>>;

export type EventName = keyof typeof events;

/** What has to be undone some deliveries later. */
export const undone: Partial<Readonly<Record<EventName, (world: World) => Promise<unknown>>>> = {
  killed: (world) => events["not killed"](world),
  "store gone": (world) => world.mendStore(),
  "candidate down": (world) => world.got.candidate.up(),
};

/** The order of a run: every event as often as its weight says, and cutovers in between, without which little can leak. */
export const bag: readonly [EventName, ...EventName[]] = [
  "everybody in shadow",
  "everybody in dual-run",
  "everybody in dual-run",
  "some cut over",
  "some cut over",
  "some cut over",
  "everybody cut over",
  "everybody cut over",
  "everybody in reverse shadow",
  "some enabled",
  "all enabled",
  "killed",
  "store gone",
  "candidate down",
  "restart",
  "crash",
  "everybody in dual-run",
  "everybody cut over, then a restart",
  "nobody in reverse shadow",
  "everybody in dual-run",
  "everybody cut over, then a crash",
];

function flip(world: World, ofShadow: object, ofDualRun: object): Promise<unknown> {
  return call(world, "PATCH", "/api/flags", { flags: { [shadow]: ofShadow, [dualRun]: ofDualRun } });
}

/** With the store gone, or over the limit of writes, an order is refused: the flags stay as they are. */
async function call(world: World, method: string, path: string, body?: unknown): Promise<boolean> {
  const sombra = await world.sombra();
  const init = { method, signal: AbortSignal.timeout(patienceMs) };
  const json = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  return fetch(sombra.adminUrl + path, body === undefined ? init : { ...init, ...json }).then(
    (answer) => answer.ok,
    () => false,
  );
}
