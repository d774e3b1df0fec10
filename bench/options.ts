import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { subjectNames, type SubjectName } from "./subject.ts";

export interface Options {
  readonly rounds: number;
  /** Length of the measured window. */
  readonly seconds: number;
  /** Unmeasured load at the full rate before all windows, of what V8 runs: what takes its threads' time is the compiler until then. */
  readonly firstWarmUpSeconds: number;
  /** Unmeasured load at the full rate before each window, at least. */
  readonly warmUpSeconds: number;
  readonly ratePerSecond: number;
  readonly connections: number;
  readonly only: readonly SubjectName[];
  readonly markdown: boolean;
  /** The program that is started as Sombra. */
  readonly entry: string;
}

export const usage = `node bench/main.ts [options]
  --quick            one round instead of five; the warm-up is the same
  --rounds N         rounds, each measuring every subject once (5)
  --seconds N        length of each measured window (4)
  --warm-up N        seconds of load before the first window of what V8 runs (30), and at most 10 before every window
  --rate N           requests per second (2000)
  --connections N    connections from the client (64)
  --only A,B         of ${subjectNames.join(", ")}
  --entry FILE       Sombra's program (src/cli/main.ts)
  --markdown         print the tables as Markdown`;

/** 60,000 requests: of the 30 us a request that V8's threads take at first in legacy mode 2 are left then. */
export const defaultWarmUpSeconds = 30;

const sourceEntry = resolve(import.meta.dirname, "../src/cli/main.ts");

const amount = z.coerce.number().positive();
const flags = z.object({
  rounds: amount.int().max(100),
  seconds: amount.max(600),
  warmUp: z.coerce.number().min(0).max(600),
  // The wamid's slot holds ten digits and the pacer one wake-up per request: far above both of what two cores can do.
  rate: amount.max(50_000),
  connections: amount.int().max(1_000),
  only: z
    .string()
    .transform((names) => names.split(","))
    .pipe(z.array(z.enum(subjectNames))),
});

/** Throws where an option is unknown or out of range. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      seconds: { type: "string", default: "4" },
      "warm-up": { type: "string", default: defaultWarmUpSeconds.toString() },
      rate: { type: "string", default: "2000" },
      connections: { type: "string", default: "64" },
      only: { type: "string", default: subjectNames.join(",") },
      entry: { type: "string", default: sourceEntry },
      markdown: { type: "boolean", default: false },
    },
  });
  const read = flags.safeParse({
    ...values,
    warmUp: values["warm-up"],
    rounds: values.rounds ?? (values.quick ? "1" : "5"),
  });
  if (!read.success) {
    throw new Error(`Wrong option: ${z.prettifyError(read.error)}`);
  }
  return {
    rounds: read.data.rounds,
    seconds: read.data.seconds,
    firstWarmUpSeconds: read.data.warmUp,
    warmUpSeconds: 1,
    ratePerSecond: read.data.rate,
    connections: read.data.connections,
    only: read.data.only,
    markdown: values.markdown,
    entry: resolve(values.entry),
  };
}
