import { existsSync, readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../../../shared/payloads/", import.meta.url);

/** The webhook bodies lie beside the repository, on the machines of those who build it; elsewhere their tests are skipped. */
export const payloadsPresent = existsSync(folder);

export interface Payload {
  /** `<repository>/<file>`, without `.json`. */
  readonly name: string;
  readonly document: unknown;
}

/** All of them by name; none where the folder is absent. */
export function readPayloads(): readonly Payload[] {
  if (!payloadsPresent) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json"))
    .toSorted()
    .map((file) => ({
      name: file.slice(0, -".json".length),
      document: JSON.parse(readFileSync(new URL(file, folder), "utf8")),
    }));
}
