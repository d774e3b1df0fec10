import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { readTraces } from "./otel/protobuf.ts";

type Plain = Readonly<Record<string, unknown>>;

export interface Span {
  /** Of the process that exported it: its `service.name`. */
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  readonly attributes: Plain;
  readonly events: readonly { readonly name: string; readonly attributes: Plain }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

export interface Metric {
  readonly name: string;
  /** The labels of its points. */
  readonly labels: readonly Plain[];
}

export interface Collector {
  /** Where exports go, by the standard variables, soon and as JSON. */
  readonly env: Readonly<Record<string, string>>;
  /** Everything received, as it came, bytes that are no text among it. */
  readonly bodies: readonly string[];
  /** The same, of one service. */
  bodiesOf(service: string): readonly string[];
  readonly spans: readonly Span[];
  readonly metrics: readonly Metric[];
  close(): Promise<void>;
}

export interface Attribute {
  readonly key: string;
  readonly value: Plain;
}
interface Exported {
  readonly resourceSpans?: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly traceId: string;
        readonly spanId: string;
        readonly parentSpanId?: string;
        readonly name: string;
        readonly startTimeUnixNano: string;
        readonly attributes: readonly Attribute[];
        readonly events: readonly { readonly name: string; readonly attributes: readonly Attribute[] }[];
        readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
      }[];
    }[];
  }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly ({ readonly name: string } & Readonly<
        Partial<Record<"sum" | "gauge" | "histogram", { readonly dataPoints: readonly { attributes: Attribute[] }[] }>>
      >)[];
    }[];
  }[];
}

export const plain = (attributes: readonly Attribute[]): Plain =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

type Protocol = "http/json" | "http/protobuf";

/** The variables by which a process exports at once, to a collector at `url`. */
export function exportsTo(url: string, protocol: Protocol = "http/json"): Readonly<Record<string, string>> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    OTEL_BSP_SCHEDULE_DELAY: "20",
    OTEL_METRIC_EXPORT_INTERVAL: "100",
  };
}

type ResourceSpans = NonNullable<Exported["resourceSpans"]>[number];

const serviceOf = ({ resource }: ResourceSpans): string => String(plain(resource.attributes)["service.name"]);

/** An OTLP/HTTP receiver that keeps what it gets and answers with `status`. */
export async function startCollector(status = 200, protocol: Protocol = "http/json"): Promise<Collector> {
  const bodies: string[] = [];
  const requests: Exported[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const text = body.toString();
      bodies.push(text);
      // Of metrics in protobuf it is known only what bytes they are.
      if (request.headers["content-type"] === "application/json") requests.push(JSON.parse(text));
      else requests.push(request.url === "/v1/traces" ? readTraces(body) : {});
      response.writeHead(status, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    env: exportsTo(`http://127.0.0.1:${port}`, protocol),
    bodies,
    bodiesOf(service) {
      const isTheirs = ({ resourceSpans = [] }: Exported): boolean =>
        resourceSpans.length === 0 || resourceSpans.some((one) => serviceOf(one) === service);
      return bodies.filter((_, i) => isTheirs(requests[i] ?? {}));
    },
    get spans() {
      return requests
        .flatMap(({ resourceSpans = [] }) => resourceSpans)
        .flatMap((one) => one.scopeSpans.flatMap(({ spans }) => spans.map((span) => [serviceOf(one), span] as const)))
        .map(([service, { traceId, spanId, parentSpanId, name, startTimeUnixNano, attributes, events, links }]) => ({
          service,
          traceId,
          spanId,
          parentSpanId: parentSpanId === "" ? null : (parentSpanId ?? null),
          name,
          startMs: Number(startTimeUnixNano) / 1e6,
          attributes: plain(attributes),
          events: events.map((event) => ({ name: event.name, attributes: plain(event.attributes) })),
          links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
        }));
    },
    get metrics() {
      return requests
        .flatMap(({ resourceMetrics = [] }) => resourceMetrics)
        .flatMap(({ scopeMetrics }) => scopeMetrics)
        .flatMap(({ metrics }) => metrics)
        .map(({ name, sum, gauge, histogram }) => ({
          name,
          labels: (sum ?? gauge ?? histogram)?.dataPoints.map(({ attributes }) => plain(attributes)) ?? [],
        }));
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
