import { beforeEach, expect, test } from "vitest";
import type { AdminWrite, AdminWriteAnswer } from "../../../admin/index.ts";
import { emptyFlagState, type DocumentId, type StoredDocument } from "../../../flags/index.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";
import { createReopening } from "./reopening.ts";

const signature = "00000000000000aa";
const at = "2026-01-02T03:04:05.000Z";
const fixed: StoredDocument = {
  id: `triage:${signature}`,
  value: { state: "fixed", reason: null, until: null, link: null, at, reopened: null },
  version: 4,
  updatedAt: at,
  updatedBy: "token:anna",
};
const seen = (afterMs: number, severity: "major" | "noise" = "major") => {
  return { signature, severity, lastSeen: Date.parse(at) + afterMs };
};

let writes: AdminWrite[] = [];
let told: SombraEvent[] = [];
beforeEach(() => {
  writes = [];
  told = [];
});

function reopening(document: StoredDocument | null, answer: AdminWriteAnswer["kind"] = "written") {
  const documents = new Map<DocumentId, StoredDocument>(document === null ? [] : [[document.id, document]]);
  const answers = {
    written: { kind: "written", version: 5, edited: [] },
    conflict: { kind: "conflict", subject: fixed.id, expected: 4, actual: 5 },
    unavailable: { kind: "unavailable", why: "it does not answer" },
  } as const;
  const given = answer === "conflict" || answer === "unavailable" ? answers[answer] : answers.written;
  return createReopening({
    documents: () => (document === null ? emptyFlagState.documents : documents),
    async write(request) {
      writes.push(request);
      return given;
    },
    alarm: (event) => void told.push(event),
  });
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("what was fixed and comes again is noted for all and told, once", async () => {
  const { saw } = reopening(fixed);
  saw([seen(1)]);
  saw([seen(2)]);
  await settled();
  expect(writes).toMatchObject([
    {
      edits: [
        {
          kind: "document",
          collection: "triage",
          id: signature,
          value: { state: "fixed", reopened: "2026-01-02T03:04:05.001Z" },
        },
      ],
      actor: { kind: "automatic" },
      reason: "it was marked as fixed, and came again",
      expect: { documents: { [fixed.id]: 4 } },
    },
  ]);
  expect(told).toMatchObject([
    { event: "alarm", alarm: "divergence-reopened", message: expect.stringContaining(signature) },
  ]);
});

test("one instance of several tells it", async () => {
  reopening(fixed, "conflict").saw([seen(1)]);
  await settled();
  expect([writes.length, told]).toEqual([1, []]);
});

test("it is told without the store", async () => {
  const { saw } = reopening(fixed, "unavailable");
  saw([seen(1)]);
  saw([seen(2)]);
  await settled();
  expect(told).toHaveLength(1);
});

test.each<[string, StoredDocument | null, ReturnType<typeof seen>]>([
  ["nobody said anything of", null, seen(1)],
  ["was found before it was fixed", fixed, seen(0)],
  ["a rule explains now", fixed, seen(1, "noise")],
  ["is a bug", { ...fixed, value: { ...fixed.value, state: "bug" } }, seen(1)],
  ["is known to have come again", { ...fixed, value: { ...fixed.value, reopened: at } }, seen(1)],
])("nothing is noted of what %s", async (_what, document, group) => {
  reopening(document).saw([group]);
  await settled();
  expect([writes, told]).toEqual([[], []]);
});
