/** Export of telemetry in the process of the test, which ends with the test. */
import { onTestFinished, vi } from "vitest";
import type { Series } from "../../../src/account/index.ts";
import type { ExchangeRecord } from "../../../src/model/index.ts";
import { startOtlp, type Otlp } from "../../../src/telemetry/otlp.ts";
import type { OtlpOptions } from "../../../src/telemetry/pipeline.ts";
import { Collector, type Span } from "./received.ts";

const places = new Map([
  [
    "default",
    {
      scheme: "https",
      servers: {
        legacy: { address: "legacy.example", port: 8443 },
        candidate: { address: "127.0.0.1", port: 3000 },
      },
    },
  ],
]);

export const noSeries: Series = { counters: [], gauges: [], histograms: [] };

interface Exporting {
  readonly otlp: Otlp;
  readonly collector: Collector;
}

/** Starts export to a collector that answers with `status`, by the standard variables and these. */
export async function start(
  status: number | null,
  env: Readonly<Record<string, string>> = {},
  options: Partial<OtlpOptions> = {},
): Promise<Exporting> {
  // What the machine that runs the tests exports is nobody's business here.
  for (const name of Object.keys(process.env)) if (name.startsWith("OTEL_")) vi.stubEnv(name, undefined);
  const collector = await new Collector(status).listen();
  const standard = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json", ...env };
  for (const [name, value] of Object.entries(standard)) vi.stubEnv(name, value);
  const otlp = startOtlp({ env: process.env, series: () => noSeries, serviceVersion: "9.8.7", ...options });
  onTestFinished(async () => {
    await otlp?.stop(0);
    collector.close();
    vi.unstubAllEnvs();
  });
  if (otlp === null) throw new Error("No export was asked for");
  return { otlp, collector };
}

export async function exported(...exchanges: readonly ExchangeRecord[]): Promise<readonly Span[]> {
  return (await exportedWith({}, ...exchanges)).spans;
}

/** The collector that got all of them. */
export async function exportedWith(
  options: Partial<OtlpOptions>,
  ...exchanges: readonly ExchangeRecord[]
): Promise<Collector> {
  const { otlp, collector } = await start(200, {}, { routes: places, ...options });
  for (const exchange of exchanges) otlp.export(exchange);
  await otlp.stop(10_000);
  return collector;
}
