type Json = Readonly<Record<string, unknown>>;

interface Call {
  readonly summary: string;
  readonly query?: readonly string[];
  readonly type?: string;
  readonly open?: true;
  readonly errors?: readonly number[];
}

/** Every call that programs make; pages are not among them. */
const calls: Readonly<Record<string, Readonly<Record<string, Call>>>> = {
  "/healthz": { get: { summary: "Liveness", open: true } },
  "/readyz": { get: { summary: "Readiness, with what is degraded", open: true } },
  "/metrics": { get: { summary: "Metrics as Prometheus text", type: "text/plain" } },
  "/feature-flags": { get: { summary: "Every flag, with its source" } },
  "/feature-flags/{key}": {
    get: { summary: "The decision of a flag for a shopper", query: ["shopper_id", "user_id"], errors: [404] },
  },
  "/api/kill": {
    post: { summary: "Everything to legacy, at once", errors: [503] },
    delete: { summary: "Back to what the flags say", errors: [503] },
  },
  "/api/ledger": { get: { summary: "The account of every item received", query: ["route"], errors: [404] } },
  "/api/divergences": { get: { summary: "Divergences, grouped by signature", query: ["route"], errors: [404] } },
  "/api/divergences/{signature}": { get: { summary: "A group, with the records of its examples", errors: [404] } },
  "/api/exchanges/{id}": { get: { summary: "The record of one delivery, values redacted", errors: [404] } },
  "/api/routes": { get: { summary: "Routes with their mode and latencies in ms" } },
  "/openapi.json": { get: { summary: "This description" } },
};

export function openApi(version: string): Json {
  const paths = Object.entries(calls).map(([path, methods]) => [
    path,
    Object.fromEntries(Object.entries(methods).map(([method, call]) => [method, operation(path, call)])),
  ]);
  return {
    openapi: "3.1.0",
    info: { title: "Sombra admin port", version },
    security: [{}, { token: [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "SOMBRA_ADMIN_TOKEN; not asked on loopback without one" },
      },
      schemas: { Problem: problemSchema },
    },
  };
}

const problemSchema: Json = {
  type: "object",
  required: ["type", "title", "status", "detail"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
  },
};

function operation(path: string, { summary, query = [], type = "application/json", open, errors = [] }: Call): Json {
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => parameter(name ?? "", "path"));
  const failures = [...(open === true ? [] : [401]), ...errors];
  return {
    summary,
    ...(open === true ? { security: [] } : {}),
    parameters: [...named, ...query.map((name) => parameter(name, "query"))],
    responses: {
      200: { description: summary, content: { [type]: {} } },
      ...Object.fromEntries(failures.map((status) => [status, failure])),
    },
  };
}

const failure: Json = {
  description: "RFC 9457",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

function parameter(name: string, place: "path" | "query"): Json {
  return { name, in: place, required: place === "path", schema: { type: "string" } };
}
