import { describe } from "vitest";
import type { Store } from "../../src/registry/index.ts";
import { commitsContract } from "./commits.contract.ts";
import { documentsContract } from "./documents.contract.ts";
import { createFixture } from "./fixture.ts";
import { followingContract } from "./following.contract.ts";
import type { Place } from "./handle.ts";
import { keepingContract } from "./keeping.contract.ts";
import { notesContract } from "./notes.contract.ts";

/** What every store does, whatever it is made of. */
export function storeContract(kind: Store["kind"], start: () => Promise<Place>): void {
  describe(`a store in ${kind}`, { timeout: 20_000 }, () => {
    const fixture = createFixture(kind, start);
    commitsContract(fixture);
    followingContract(fixture);
    keepingContract(fixture);
    documentsContract(fixture);
    notesContract(fixture);
  });
}
