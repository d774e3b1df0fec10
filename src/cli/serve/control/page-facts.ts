import type { AdminDeps } from "../../../admin/index.ts";
import type { Spoken } from "../../../lib/sentence.ts";
import { describe, type Config } from "../../config/index.ts";
import { createAiling } from "./ailing.ts";
import type { ControlData, ToControl } from "../threads/messages.ts";
import { version } from "../version.ts";

type Deps = Pick<
  AdminDeps,
  "settings" | "keys" | "instances" | "degraded" | "ailing" | "environment" | "traceUrl" | "version" | "access" | "now"
>;

/** What pages say of this process and of the others, as the data plane's thread tells it. */
export interface PageFacts {
  readonly deps: Deps;
  learn(message: Extract<ToControl, { kind: "page-keys" | "instances" }>): void;
}

function settingsOf(config: Config): ReturnType<Deps["settings"]> {
  return describe(config).map((setting) => ({
    ...setting,
    line: setting.from === "file" ? (config.lines[setting.name] ?? null) : null,
  }));
}

export interface Known {
  /** Whether the data plane decides so: known here before it says so of itself among all. */
  readonly killed: () => boolean;
  readonly degraded: () => readonly Spoken[];
}

export function createPageFacts(data: ControlData, { killed, degraded }: Known): PageFacts {
  const { config, pageKeys, instances: first } = data;
  let keys = pageKeys;
  let instances = first;
  const ailing = createAiling(degraded, Date.now);
  return {
    deps: {
      settings: () => settingsOf(config),
      keys: () => keys,
      instances: () => instances.map((one) => (one.own ? { ...one, killed: killed() } : one)),
      degraded: () => degraded().map(({ text }) => text),
      ailing: () => ailing.now(),
      environment: config.environment,
      traceUrl: config.traceUrl,
      version,
      access: { tokens: config.admin.tokens, hosts: [config.admin.host] },
      now: Date.now,
    },
    learn(message) {
      if (message.kind === "instances") instances = message.all;
      else ({ keys } = message);
    },
  };
}
