import { afterEach, beforeEach, describe } from "vitest";
import type { Archive } from "../../src/account/index.ts";
import { archiveBounds } from "./archive-bounds.contract.ts";
import { archiveCounting } from "./archive-counting.contract.ts";
import { archiveErasing } from "./archive-erasing.contract.ts";
import { archiveEvidence } from "./archive-evidence.contract.ts";
import { noon, type ArchiveOptions, type ArchivePlace } from "./archive-place.ts";

/** What each test of the contract finds: an empty archive, gone afterwards. */
export interface ArchiveFixture {
  readonly kind: "sqlite" | "redis";
  readonly place: ArchivePlace;
  readonly archive: Archive;
  /** Another handle. */
  open(options?: ArchiveOptions): Archive;
  /** All handles go by this clock, which begins at noon. */
  readonly pass: (ms: number) => void;
}

/** What every archive does, whatever it is made of. */
export function archiveContract(kind: ArchiveFixture["kind"], start: () => Promise<ArchivePlace>): void {
  describe(`an archive in ${kind}`, { timeout: 30_000 }, () => {
    let place: ArchivePlace;
    let opened: Archive[];
    let archive: Archive;
    let time: number;
    const open = (options: ArchiveOptions = {}): Archive => {
      const one = place.open({ now: () => time, ...options });
      opened.push(one);
      return one;
    };
    beforeEach(async () => {
      time = noon;
      opened = [];
      place = await start();
      archive = open();
    });
    afterEach(async () => {
      await Promise.all(opened.map((one) => one.close()));
      await place.close();
    });
    const fixture: ArchiveFixture = {
      kind,
      get place() {
        return place;
      },
      get archive() {
        return archive;
      },
      open,
      pass: (ms) => void (time += ms),
    };
    archiveCounting(fixture);
    archiveBounds(fixture);
    archiveErasing(fixture);
    archiveEvidence(fixture);
  });
}
