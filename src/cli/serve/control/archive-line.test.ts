import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBook, type ArchiveBatch, type EvidenceDelta } from "../../../account/index.ts";
import { sampleArchiveBatch, sampleEvidence } from "../../../account/sample.ts";
import type { Checkpoint, Progress } from "../../../rollout/index.ts";
import { load } from "../../config/sample.ts";
import { startArchive, type ArchiveLink } from "../archive/archive-link.ts";
import { createArchiveLine, type ArchiveLine } from "./archive-line.ts";

const progress: Progress = {
  visit: 1,
  runningMs: 5,
  at: "2026-01-02T12:00:00.000Z",
  checkpointAt: null,
  sinceCheckpointMs: 0,
  failures: {},
  sinceFailureMs: {},
  errors: 0,
  withoutDataMs: 0,
  told: [],
};
const checkpoint: Checkpoint = {
  name: "one",
  at: "2026-01-02T12:00:00.000Z",
  rollout: "r",
  flag: "F",
  phase: "canary",
  scope: "r.1",
  config: { enabled: true, rollout: 5, allowlist_count: 0 },
  metrics: {},
  determinism: "PASS",
  status: "PASS",
  alerts: [],
  gates: [],
  conclusion: "hold",
  why: "1 h of 4 h",
};

describe("the line to the archive", { timeout: 30_000 }, () => {
  let directory: string;
  let link: ArchiveLink;
  let line: ArchiveLine;
  let evidence: readonly EvidenceDelta[];

  const begin = (dataDir: string): void => {
    evidence = [];
    let seq = 0;
    const drain = (): ArchiveBatch => {
      seq += 1;
      const drained = evidence;
      evidence = [];
      return sampleArchiveBatch({ seq, evidence: drained });
    };
    const config = load({ SOMBRA_LEGACY_URL: "http://legacy.test", SOMBRA_DATA_DIR: dataDir });
    const none = (): void => undefined;
    link = startArchive({ data: { config, instance: "i" }, drain, event: none, fault: none, begun: none, twin: none });
    line = createArchiveLine(createBook());
    line.connect(link.line());
  };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "sombra-line-"));
  });
  afterEach(async () => {
    await link.stop(2_000);
    rmSync(directory, { recursive: true });
  });

  /** What a question comes to once the thread has started; until then it may be silent. */
  const saying = (text: string): Promise<void> => {
    const said = (): Promise<string> =>
      line.evidence("r.1").then(
        () => "answers",
        (error: unknown) => String(error),
      );
    return expect.poll(said, { timeout: 20_000 }).toContain(text);
  };

  it("answers what is known of a scope", async () => {
    begin(directory);
    await saying("answers");
    evidence = [sampleEvidence({ raw: [2], alone: [2] })];
    await expect
      .poll(() => line.evidence("r.1"), { timeout: 20_000 })
      .toMatchObject([{ stream: { scope: "r.1" }, slots: [{ slot: 2_945_592 }] }]);
    expect(await line.evidence("r.2")).toEqual([]);
  });

  it("keeps what a leader keeps, by its token", async () => {
    begin(directory);
    await saying("answers");
    const { journal } = line;
    const token = (await journal.lease("a", 60_000))?.token ?? 0;
    expect(await journal.lease("b", 60_000)).toBeNull();
    expect([await journal.keep("r", progress, token), await journal.add(checkpoint, token)]).toEqual([true, true]);
    expect([await journal.keep("r", progress, token - 1), await journal.add(checkpoint, token - 1)]).toEqual([
      false,
      false,
    ]);
    expect([await journal.progress("r"), await journal.checkpoints("r", 5)]).toEqual([progress, [checkpoint]]);
    await journal.release("a");
    expect((await journal.lease("b", 60_000))?.token).toBeGreaterThan(token);
  });

  it("rejects with why where the archive is away: nothing takes its place", async () => {
    // No directory can be made below a file.
    const file = join(directory, "file");
    writeFileSync(file, "");
    begin(join(file, "data"));
    await saying("cannot be reached");
    await expect(line.evidence("r.1")).rejects.toThrow("cannot be reached");
    await expect(line.journal.progress("r")).rejects.toThrow("cannot be reached");
    await expect(line.journal.lease("a", 60_000)).rejects.toThrow("cannot be reached");
  });
});
