import { expect, test } from "vitest";
import { checkpoint, rollout, sampleRollouts } from "../calls/sample.ts";
import { sampleToken, startForTest, type SampleAdmin } from "../sample.ts";
import { createReader, sampleRecord, tallyExchange } from "./sample.ts";

const access = { tokens: [sampleToken("eva", ["read"]), sampleToken("rui", ["operate", "approve"])], hosts: [] };

/** What anybody may send: it changes nothing but who looks, and how. */
const harmless = /^\/(?:sign-in|sign-out|preferences|flags\/[^/]+\/explain|audiences\/[^/]+\/has)$/;
/** Of questions that a page asks there are as many as links to them. */
const mostPages = 120;

async function world() {
  const asking = { ...checkpoint, conclusion: "ask-approval" } as const;
  const known = [rollout(), rollout({ id: "later", status: { name: "ready" } })];
  const { rollouts, orders } = sampleRollouts({ checkpoints: async () => [asking] }, known);
  const admin = await startForTest({ access, rollouts });
  tallyExchange(admin.tally, sampleRecord());
  const edits = [
    { kind: "put", key: "CANONICAL", fields: { enabled: true, percent: 5 } },
    { kind: "audience", name: "vips", members: ["5511999990000"] },
    {
      kind: "document",
      collection: "incident",
      id: "one",
      value: {
        title: "lost",
        severity: "critical",
        state: "open",
        opened_at: "2026-01-02T03:00:00.000Z",
        opened_by: "anna",
        reason: "",
      },
    },
  ] as const;
  const actor = { kind: "token", name: "rui" } as const;
  await admin.flags.deps.write({ edits, actor, reason: "a world to look at", expect: {} });
  return { admin, orders };
}

async function signedIn(admin: SampleAdmin, name: string) {
  const reader = createReader(admin);
  await reader.send("/sign-in", { token: name }, "/sign-in");
  return reader;
}

/** Every page that links lead to, with the addresses of the forms on it that change something. */
async function pagesFor({ open }: ReturnType<typeof createReader>): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  const queue = ["/"];
  for (let path = queue.shift(); path !== undefined && found.size < mostPages; path = queue.shift()) {
    if (found.has(path)) continue;
    const { text, headers } = await open(path);
    if (!(headers["content-type"] ?? "").startsWith("text/html")) continue;
    const forms = [...text.matchAll(/<form\b[^>]*>/g)].map(([form]) => form);
    const posts = forms.filter((form) => form.includes('method="post"'));
    found.set(
      path,
      posts.map((form) => /action="([^"]*)"/.exec(form)?.[1] ?? path),
    );
    const links = [...text.matchAll(/href="(\/(?!assets|metrics|openapi|api)[^"#]*)/g)];
    queue.push(...links.map(([, link = ""]) => link.replaceAll("&amp;", "&")));
  }
  return found;
}

test("who only reads is offered no button that acts, on any page, and is refused at the address of each", async () => {
  const { admin, orders } = await world();
  const operator = await pagesFor(await signedIn(admin, "rui"));
  const acting = new Set([...operator.values()].flat().filter((action) => !harmless.test(action)));
  // As many kinds of orders as there are: what is not found is not looked at.
  for (const known of [
    "/kill",
    "/flags-new",
    "/flags/CANONICAL/edit",
    "/audiences/vips/import",
    "/incidents",
    "/settings/probe",
  ])
    expect([...acting]).toContain(known);
  expect([...acting].filter((action) => action.startsWith("/rollouts/events/")).length).toBeGreaterThan(8);
  const reader = await signedIn(admin, "eva");
  const seen = await pagesFor(reader);
  for (const path of [
    "/",
    "/flags/CANONICAL",
    "/rollouts/events",
    "/audiences/vips",
    "/incidents",
    "/audit",
    "/settings",
  ])
    expect([...seen.keys()]).toContain(path);
  for (const [path, actions] of seen)
    expect(
      actions.filter((action) => !harmless.test(action)),
      path,
    ).toEqual([]);
  const before = admin.flags.deps.flags()?.snapshot.version;
  for (const action of acting) {
    expect((await reader.send(action, { reason: "x", sure: "yes", confirmed: "yes" })).status, action).toBe(403);
    expect([200, 403, 404], action).toContain((await reader.open(action)).status);
  }
  expect([orders, admin.kills, admin.flags.deps.flags()?.snapshot.version]).toEqual([[], [], before]);
});
