import { setTimeout } from "node:timers/promises";
import { deliveries, handshake, send, type Delivery } from "../../demo/index.ts";
import type { Context } from "./command.ts";
import { effectsOf } from "./demo-effects.ts";
import { attributed, divergencesAt, report, settledLedger } from "./demo-report.ts";
import { appSecret, startDemo, verifyToken, type DemoWorld } from "./demo-world.ts";
import { command } from "./frame.ts";

const adminPort = 8081;
/** Between deliveries of traffic that nobody waits for, as they come from a provider. */
const pauseMs = 40;

export const demo = command(
  {
    name: "demo",
    takes: "",
    summary: "two real handlers, real-shaped traffic, and what differs",
    about: ["Needs nothing from outside, and sends nothing there."],
    options: { once: { takes: null, help: "print what was found and end" } },
    examples: ["", "--once"],
  },
  async (given, context) => {
    const say = (line: string): void => void context.stdout.write(`${line}\n`);
    say("Starting a stand-in Graph API, two WhatsApp handlers and Sombra ...");
    await using world = await startDemo({ context, adminPort, passesTrace: false });
    say("  legacy     whatsapp-api-js            answers the provider, sends through to the Graph API");
    say("  candidate  @chat-adapter/whatsapp     gets the same bytes, its sends are held");
    say("");

    await deliverEach(world, say);
    await report(world.admin, { say, released: world.graph.calls.length });
    await attribution(world, { context, say });
    if (given.has("once")) return 0;
    say(`\nThe page is at ${world.admin}/ and Sombra listens at ${world.base}. Ctrl-C ends everything.`);
    await new Promise<void>((resolve) => {
      process.on("SIGINT", resolve);
      process.on("SIGTERM", resolve);
    });
    return 0;
  },
);

/** One after the other, each with what came of it. */
async function deliverEach({ base, admin, graph }: DemoWorld, say: (line: string) => void): Promise<void> {
  const all: Delivery[] = [handshake(verifyToken, "1158201444"), ...deliveries({ seed: "demo", appSecret })];
  let groups = await divergencesAt(admin);
  for (const [index, delivery] of all.entries()) {
    const before = graph.calls.length;
    const { status, ms } = await send(base, delivery);
    await settledLedger(admin);
    const found = await divergencesAt(admin);
    const effects = effectsOf(graph.calls.slice(before), groups, found);
    groups = found;
    const count = `${index + 1}/${all.length}`;
    const line = `  ${count.padStart(6)}  ${String(status)}  ${ms.toFixed(1).padStart(6)} ms  ${delivery.name.padEnd(32)}`;
    say(`${line}  ${effects}`.trimEnd());
  }
}

interface Attribution {
  readonly context: Context;
  readonly say: (line: string) => void;
}

/**
 * The share of each side's calls that Sombra could tell whose they are, as traffic comes: without a break. The packages'
 * handlers run here without OpenTelemetry's instrumentation; a few lines pass the trace on as it would.
 */
async function attribution(world: DemoWorld, { context, say }: Attribution): Promise<void> {
  say("\nCalls put to the item they were made for, one delivery after the other without a break");
  await using other = await startDemo({ context, adminPort: 0, passesTrace: true });
  const already = await attributed(world.admin);
  for (const [words, one, before] of [
    ["without a trace", world, already],
    ["with the trace passed on", other, new Map()],
  ] as const) {
    for (const delivery of deliveries({ seed: words, appSecret })) {
      await send(one.base, delivery);
      await setTimeout(pauseMs);
    }
    await settledLedger(one.admin);
    const after = await attributed(one.admin);
    const counted = (key: string): number => (after.get(key) ?? 0) - (before.get(key) ?? 0);
    for (const side of ["legacy", "candidate"]) {
      const count = (fate: string): number => counted(`${side} ${fate}`);
      const found = count("attributed");
      const all = found + count("late") + count("unattributed");
      const share = all === 0 ? "none" : `${((100 * found) / all).toFixed(0)} %`.padStart(5);
      const rest = `late ${count("late")}, unattributed ${count("unattributed")}, of items not compared ${count("not-compared")}`;
      say(`  ${words.padEnd(26)} ${side.padEnd(10)} ${share}  ${found} of ${all}; ${rest}`);
    }
    say(
      `  ${words.padEnd(26)} deliveries of one shopper that nothing told apart, compared as one: ${counted("overlapping")} times`,
    );
  }
}
