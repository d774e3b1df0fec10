import { compileFlag, createSnapshot, resolveFlags, type Snapshot } from "../../flags/index.ts";
import type { Config } from "../config/index.ts";
import type { FlagInForce } from "./messages.ts";

/** The flags in force where there is no store: what the environment says, else what is known from the start. */
export function flagsInForce({ environmentFlags, flags }: Config): FlagInForce[] {
  return resolveFlags([{ source: "env", flags: environmentFlags }], flags).map(({ flag, source }) => ({
    flag,
    source,
  }));
}

/** `SOMBRA_FORCE_LEGACY` is a kill of one process that nobody can undo while it runs. */
export function snapshotOf(config: Config, flags: readonly FlagInForce[]): Snapshot {
  return createSnapshot({
    version: 0,
    killed: config.forceLegacy,
    source: "env",
    forceOff: config.forceOff,
    flags: flags.map(({ flag, source }) => compileFlag(flag, source)),
    routes: config.routes.map((route) => route.flags),
  });
}
