import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { plain, type Attribute } from "../collector.ts";

/** OTLP as JSON, as far as tests of the export look at it. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events: readonly { readonly name: string; readonly attributes: readonly Attribute[] }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Attribute[] }[];
  readonly droppedEventsCount: number;
  readonly status: { readonly code: number };
  readonly flags: number;
}

interface Point extends Readonly<Record<string, unknown>> {
  readonly attributes: readonly Attribute[];
}

interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: { readonly dataPoints: readonly Point[]; readonly isMonotonic: boolean };
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly dataPoints: readonly Point[]; readonly aggregationTemporality: number };
}

interface Resource {
  readonly attributes: readonly Attribute[];
}

interface Request {
  readonly resourceSpans?: readonly { resource: Resource; scopeSpans: readonly { spans: readonly Span[] }[] }[];
  readonly resourceMetrics?: readonly { resource: Resource; scopeMetrics: readonly { metrics: readonly Metric[] }[] }[];
}

/** A collector in the process of the test that keeps what it gets and answers with `status`; null: never. */
export class Collector {
  readonly posts: { readonly path: string; readonly type: string; readonly body: string }[] = [];
  readonly asked = Promise.withResolvers<void>();
  readonly brokenOff: unknown[] = [];
  readonly #server: Server;
  url = "";

  constructor(status: number | null) {
    this.#server = createServer((request, response) => {
      const took = (body: string): void => {
        this.posts.push({ path: request.url ?? "", type: request.headers["content-type"] ?? "", body });
        this.asked.resolve();
        if (status !== null) response.writeHead(status, { "content-type": "application/json" }).end("{}");
      };
      // An exporter that is stopped breaks off what it was sending.
      text(request).then(took, (error: unknown) => this.brokenOff.push(error));
    });
  }

  async listen(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    this.url = typeof address === "object" ? `http://127.0.0.1:${address?.port}` : "";
    return this;
  }

  get spans(): readonly Span[] {
    return this.#requests("/v1/traces").flatMap(({ resourceSpans = [] }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    );
  }

  get metrics(): readonly Metric[] {
    return this.#requests("/v1/metrics").flatMap(({ resourceMetrics = [] }) =>
      resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics)),
    );
  }

  get resources(): readonly Record<string, unknown>[] {
    return [...this.#requests("/v1/traces"), ...this.#requests("/v1/metrics")].flatMap((request) =>
      [...(request.resourceSpans ?? []), ...(request.resourceMetrics ?? [])].map(({ resource }) =>
        plain(resource.attributes),
      ),
    );
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #requests(path: string): readonly Request[] {
    return this.posts.filter((post) => post.path === path).map(({ body }): Request => JSON.parse(body));
  }
}

export function named(spans: readonly Span[], name: string): Span {
  const [span, ...more] = spans.filter((one) => one.name === name);
  if (span === undefined || more.length > 0)
    throw new Error(`Not one span ${name}: ${spans.map((one) => one.name).join(", ")}`);
  return span;
}
