import { createServer } from "node:http";
import { text } from "node:stream/consumers";

type Plain = Readonly<Record<string, unknown>>;

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly attributes: Plain;
  readonly events: readonly { readonly name: string; readonly attributes: Plain }[];
}

export interface Metric {
  readonly name: string;
  /** The labels of its points. */
  readonly labels: readonly Plain[];
}

export interface Collector {
  /** Where exports go, by the standard variables, soon and as JSON. */
  readonly env: Readonly<Record<string, string>>;
  /** Everything received, as it came. */
  readonly bodies: readonly string[];
  readonly spans: readonly Span[];
  readonly metrics: readonly Metric[];
  close(): Promise<void>;
}

interface Attribute {
  readonly key: string;
  readonly value: Plain;
}
interface Exported {
  readonly resourceSpans?: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly traceId: string;
        readonly spanId: string;
        readonly parentSpanId?: string;
        readonly name: string;
        readonly attributes: readonly Attribute[];
        readonly events: readonly { readonly name: string; readonly attributes: readonly Attribute[] }[];
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

const plain = (attributes: readonly Attribute[]): Plain =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/** The variables by which a process exports at once, as JSON, to a collector at `url`. */
export function exportsTo(url: string): Readonly<Record<string, string>> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_BSP_SCHEDULE_DELAY: "20",
    OTEL_METRIC_EXPORT_INTERVAL: "100",
  };
}

/** An OTLP/HTTP receiver that keeps what it gets and answers with `status`. */
export async function startCollector(status = 200): Promise<Collector> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      bodies.push(body);
      response.writeHead(status, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const exported = (): Exported[] => bodies.map((body): Exported => JSON.parse(body));
  return {
    env: exportsTo(`http://127.0.0.1:${port}`),
    bodies,
    get spans() {
      return exported()
        .flatMap(({ resourceSpans = [] }) => resourceSpans)
        .flatMap(({ scopeSpans }) => scopeSpans)
        .flatMap(({ spans }) => spans)
        .map(({ traceId, spanId, parentSpanId, name, attributes, events }) => ({
          traceId,
          spanId,
          parentSpanId: parentSpanId ?? null,
          name,
          attributes: plain(attributes),
          events: events.map((event) => ({ name: event.name, attributes: plain(event.attributes) })),
        }));
    },
    get metrics() {
      return exported()
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
