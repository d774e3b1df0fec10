/** The standard OpenTelemetry variables that decide what is exported, and how. Loads no SDK. */

export type Env = Readonly<Record<string, string | undefined>>;

export const protocols = ["http/protobuf", "http/json", "grpc"] as const;
export type Protocol = (typeof protocols)[number];

/** A wrong value: what to tell the operator. */
export interface Problem {
  readonly problem: string;
}

/** By which protocol each signal is exported; null: not at all. */
export interface OtlpWanted {
  readonly traces: Protocol | null;
  readonly metrics: Protocol | null;
}

/** An empty variable counts as unset. */
export function read(env: Env, name: string): string | null {
  const value = env[name]?.trim();
  return value === undefined || value === "" ? null : value;
}

/** A whole number above 0 and no larger than a timer may wait, or null. */
export function readCount(env: Env, name: string): number | null {
  const value = Number(read(env, name));
  return Number.isInteger(value) && value > 0 && value < 2 ** 31 ? value : null;
}

export function otlpWanted(env: Env): OtlpWanted | Problem {
  if (read(env, "OTEL_SDK_DISABLED")?.toLowerCase() === "true") return { traces: null, metrics: null };
  const traces = signal(env, "TRACES", ["otlp", "none"]);
  if (isProblem(traces)) return traces;
  // What Prometheus scrapes is always there.
  const metrics = signal(env, "METRICS", ["otlp", "prometheus", "none"]);
  return isProblem(metrics) ? metrics : { traces, metrics };
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "problem" in value;
}

function signal(env: Env, name: "TRACES" | "METRICS", exporters: readonly string[]): Protocol | null | Problem {
  const chosen = read(env, `OTEL_${name}_EXPORTER`);
  const asked = chosen?.split(",").map((word) => word.trim()) ?? null;
  const unknown = asked?.find((word) => !exporters.includes(word));
  if (unknown !== undefined) return wrong(`OTEL_${name}_EXPORTER`, unknown, exporters);
  const own = `OTEL_EXPORTER_OTLP_${name}`;
  const endpoint = [`${own}_ENDPOINT`, "OTEL_EXPORTER_OTLP_ENDPOINT"].find((variable) => read(env, variable) !== null);
  if (asked === null ? endpoint === undefined : asked.includes("none") || !asked.includes("otlp")) return null;
  if (endpoint !== undefined && !URL.canParse(read(env, endpoint) ?? "")) {
    return { problem: `${endpoint} is ${JSON.stringify(read(env, endpoint))}: it must be a URL` };
  }
  const variable = read(env, `${own}_PROTOCOL`) === null ? "OTEL_EXPORTER_OTLP_PROTOCOL" : `${own}_PROTOCOL`;
  const protocol = read(env, variable) ?? "http/protobuf";
  return protocols.find((known) => known === protocol) ?? wrong(variable, protocol, protocols);
}

function wrong(variable: string, value: string, allowed: readonly string[]): Problem {
  return { problem: `${variable} is ${JSON.stringify(value)}: it must be one of ${allowed.join(", ")}` };
}
