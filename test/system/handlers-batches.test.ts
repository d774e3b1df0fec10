import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  business,
  send,
  signed,
  startCandidate,
  startGraph,
  startLegacy,
  type Delivery,
  type Graph,
  type Handler,
} from "../../src/demo/index.ts";
import { envelope, type Json } from "../../src/demo/envelope.ts";
import type { Customer } from "../../src/demo/people.ts";
import { createWriter, inbound, type Writer } from "../../src/demo/writer.ts";
import { figure, settled } from "../support/figures.ts";
import { freePort } from "../support/free-port.ts";
import { drive, setUp } from "../support/handlers/drive.ts";
import { heard } from "../support/handlers/sends.ts";
import { itemsIn } from "../support/items.ts";
import { startSombra, type Sombra } from "../support/sombra.ts";

/** Of each side its own: whose send it was shows outside. */
const tokens = { legacy: "token-of-legacy", candidate: "token-of-candidate" } as const;
const candidateSecret = "the-secret-of-the-candidate";

/** Ten customers: three are cut over, one is denied, the others are compared. */
const people: readonly (Customer & { readonly number: string })[] = Array.from({ length: 10 }, (_, i) => ({
  number: `4477009001${String(i).padStart(2, "0")}`,
  name: `Customer ${i}`,
}));
type Person = (typeof people)[number];
const cutOver = people.slice(2, 5);
const denied = people.slice(7, 8);
const listOf = (persons: readonly Person[]): string => persons.map(({ number }) => number).join(",");

/** A batch as it is drawn for some of its customers: what is left of it when the others' items are cut out. */
type Draft = (writer: Writer, wanted: (person: Person) => boolean) => Json;

/** Draws everything, so that ids and times are the same whoever is wanted. */
function messagesOf(writer: Writer, persons: readonly Person[], say: string): (wanted: Person[]) => Json | null {
  const all = persons.map((person, i) => ({
    person,
    message: writer.message(person, { type: "text", text: { body: `${say} ${person.name}, ${i}` } }),
  }));
  return (wanted) => {
    const kept = all.filter(({ person }) => wanted.includes(person));
    if (kept.length === 0) return null;
    return inbound(
      kept.map(({ person }) => person),
      kept.map(({ message }) => message),
    );
  };
}

const [first, second, third, fourth] = people;
if (first === undefined || second === undefined || third === undefined || fourth === undefined) {
  throw new Error("There are ten customers");
}

const drafts: Readonly<Record<string, Draft>> = {
  "ten customers in one change": (writer, wanted) =>
    envelope([messagesOf(writer, people, "Olá de")(people.filter(wanted))].filter((change) => change !== null)),
  "three changes, the middle one of a customer who is cut over": (writer, wanted) => {
    const changes = [[first, second], [third], [fourth, people[8] ?? fourth]].map((of, i) =>
      messagesOf(writer, of, `Pedido ${i} de`)(of.filter(wanted)),
    );
    return envelope(changes.filter((change) => change !== null));
  },
  "two messages of one customer, with another's between": (writer, wanted) => {
    const of = [first, third, first];
    return envelope([messagesOf(writer, of, "Uma dúvida de")(of.filter(wanted))].filter((change) => change !== null));
  },
  "a status before messages": (writer, wanted) => {
    const status = writer.status("delivered", second);
    const change = messagesOf(writer, [third, fourth], "Recebi, diz")([third, fourth].filter(wanted));
    return envelope([...(wanted(second) ? [status] : []), ...(change === null ? [] : [change])]);
  },
  "one message": (writer, wanted) =>
    envelope([messagesOf(writer, [third], "Só eu,")([third].filter(wanted))].filter((change) => change !== null)),
};

/** The batches, or what is left of them for some customers; the same seed gives the same ones. */
function batches(seed: string, secret: string, wanted: (person: Person) => boolean = () => true): readonly Delivery[] {
  return Object.entries(drafts)
    .map(([name, draft], i) => ({ name, document: draft(createWriter(`${seed} ${i}`), wanted) }))
    .filter(({ document }) => !JSON.stringify(document).includes('"changes":[]'))
    .map(({ name, document }) => signed(name, document, secret));
}

const on = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };
const off = { WHATSAPP_CANONICAL_SHADOW_MODE: "false", WHATSAPP_DUAL_RUN: "false" };
const nobody = (): boolean => false;
const everybody = (): boolean => true;
const ofTheCutOver = (person: Person): boolean => cutOver.includes(person);

/** Mode, its flags, whom the candidate answers, and whom it is asked for beside legacy. */
const modes: readonly (readonly [
  mode: string,
  env: Readonly<Record<string, string>>,
  answers: (person: Person) => boolean,
  shadows: (person: Person) => boolean,
])[] = [
  ["legacy", {}, nobody, nobody],
  ["shadow", { ...on, WHATSAPP_DUAL_RUN: "false" }, nobody, everybody],
  ["dual-run", on, nobody, everybody],
  [
    "partial cutover",
    {
      ...on,
      WHATSAPP_CANONICAL_EVENTS_ENABLED_DENYLIST: listOf(denied),
      WHATSAPP_CANONICAL_SHADOW_MODE: "true",
      WHATSAPP_CANONICAL_SHADOW_MODE_DENYLIST: listOf(cutOver),
      WHATSAPP_DUAL_RUN: "true",
      WHATSAPP_DUAL_RUN_DENYLIST: listOf(cutOver),
    },
    ofTheCutOver,
    (person) => !ofTheCutOver(person) && !denied.includes(person),
  ],
  ["cutover", { ...on, ...off }, everybody, nobody],
];

describe("mixed batches to two real handlers", { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "sombra-handlers-"));
  const config = join(folder, "sombra.yaml");
  writeFileSync(config, "routes: [{ settle: { quietMs: 100, maxMs: 1000 } }]\n");
  let egress: number;
  let graph: Graph;
  let legacy: Handler;
  let candidate: Handler;
  let sombra: Sombra | null = null;

  beforeAll(async () => {
    egress = await freePort();
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    const options = (side: "legacy" | "candidate", appSecret: string) => ({
      ...setUp,
      appSecret,
      phoneNumberId: business.phoneNumberId,
      graphUrl: `http://127.0.0.1:${egress}/${side}/graph`,
      accessToken: tokens[side],
    });
    [graph, legacy, candidate] = await Promise.all([
      startGraph(),
      startLegacy(options("legacy", setUp.appSecret)),
      startCandidate(options("candidate", candidateSecret)),
    ]);
  });
  afterEach(async () => {
    await sombra?.stop();
    await Promise.all([graph.close(), legacy.stop(), candidate.stop()]);
  });

  test.each(modes)(
    "%s: each customer hears from the right side what it says alone, once",
    async (mode, env, ...whom) => {
      const [answers, shadows] = whom;
      sombra = await startSombra({
        SOMBRA_LEGACY_URL: legacy.url,
        SOMBRA_CANDIDATE_URL: candidate.url,
        SOMBRA_GRAPH_URL: graph.url,
        SOMBRA_EGRESS_PORT: String(egress),
        SOMBRA_APP_SECRET: setUp.appSecret,
        SOMBRA_CANDIDATE_APP_SECRET: candidateSecret,
        SOMBRA_CONFIG: config,
        ...env,
      });
      const sent = batches(mode, setUp.appSecret);
      for (const delivery of sent) expect((await send(sombra.url, delivery)).status, delivery.name).toBe(200);

      // What either package makes of the same items when nobody is in between.
      const alone = async (name: "legacy" | "candidate", wanted: (person: Person) => boolean) =>
        heard((await drive(name, batches(mode, setUp.appSecret, wanted))).flatMap(({ calls }) => calls));
      const expected = {
        legacy: await alone("legacy", (person) => !answers(person)),
        candidate: await alone("candidate", answers),
      };
      await graph.reached(expected.legacy.length + expected.candidate.length);
      const items = itemsIn(sent.map(({ body }) => body));
      const ledger = await settled(sombra, items);

      expect(heard(graph.calls, tokens.legacy)).toEqual(expected.legacy);
      expect(heard(graph.calls, tokens.candidate)).toEqual(expected.candidate);
      expect(new Set(heard(graph.calls)).size).toBe(graph.calls.length);
      // Every signature was good, cut or not.
      expect(await figure(sombra, "sombra_answers_total", { status_class: "4xx" })).toBeNaN();
      expect(ledger.failed["total"]).toBe(0);
      const itemsOf = (wanted: (person: Person) => boolean): number =>
        itemsIn(batches(mode, setUp.appSecret, wanted).map(({ body }) => body));
      // A status of a message that nobody sent through here says nothing to the candidate once legacy is known to send.
      const foreign = ledger.skipped["not-comparable"] ?? 0;
      expect(foreign).toBeLessThanOrEqual(1);
      expect([ledger.skipped["cut-over"] ?? 0, (ledger.compared["total"] ?? 0) + foreign]).toEqual([
        itemsOf(answers),
        itemsOf(shadows),
      ]);
      expect(ledger.skipped["not-enabled"] ?? 0).toBe(items - itemsOf(answers) - itemsOf(shadows));
    },
  );
});
