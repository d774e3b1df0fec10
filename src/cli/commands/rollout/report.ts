import { writeFile } from "node:fs/promises";
import { z } from "zod";
import { CommandError } from "../command.ts";
import { adminCommand } from "../frame.ts";

/** All of its evidence and audit are read. */
const reportMs = 60_000;

export const report = adminCommand(
  {
    name: "rollout report",
    takes: "ROLLOUT",
    summary: "what it is going to do, what happened and why, with figures and decisions",
    about: [
      "KIND is before, initial, comparison, phase or final: of one that has not begun before, while it runs phase, else final.",
      "FORMAT is text, md, html or json.",
    ],
    options: {
      kind: { takes: "KIND", help: "which report" },
      phase: { takes: "PHASE", help: "of which phase; of the one it is in where not given" },
      format: { takes: "FORMAT", help: "text where not given" },
      out: { takes: "FILE", help: "write it there" },
    },
    examples: ["events", "events --kind final --format html --out events.html", "events --phase canary --format md"],
  },
  async ({ given, ask, print, warn }) => {
    const [id = ""] = given.values;
    const format = given.has("json") ? "json" : (given.text("format") ?? "text");
    const query = new URLSearchParams({ format });
    for (const name of ["kind", "phase"]) query.set(name, given.text(name) ?? "");
    const path = `/api/rollouts/${encodeURIComponent(id)}/report?${query.toString()}`;
    const answer = await ask({ path, timeoutMs: reportMs, plain: true, shape: z.string() });
    const facts: unknown = format === "json" ? JSON.parse(answer) : null;
    const text = facts === null ? answer.trimEnd() : JSON.stringify(facts, null, 2);
    const out = given.text("out");
    if (out === undefined) {
      print(facts, () => [text]);
      return 0;
    }
    await write(out, `${text}\n`);
    warn(`written to ${out}`);
    return 0;
  },
);

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unwritable";
    throw new CommandError(`${file} cannot be written (${code})`, { cause: error });
  }
}
