import { bodies, type Json } from "./openapi-bodies.ts";
import type { Call } from "./openapi-call.ts";
import { calls } from "./openapi-calls.ts";

/** The description of the admin port, as OpenAPI 3.1. */
export function openApi(version: string): Json {
  const paths = Object.entries(calls).map(([path, methods]) => [
    path,
    Object.fromEntries(Object.entries(methods).map(([method, call]) => [method, operation(path, method, call)])),
  ]);
  return {
    openapi: "3.1.0",
    info: { title: "Sombra admin port", version },
    security: [{}, { token: [] }, { key: [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "Not asked on loopback where no token is configured" },
        key: { type: "apiKey", in: "header", name: "X-API-Key", description: "The same token" },
      },
      schemas: { ...bodies, Problem: problemSchema },
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
    problems: {
      description: "With 400: what is wrong with what was sent",
      type: "array",
      items: {
        type: "object",
        properties: { where: { type: "string" }, is: { type: "string" }, must: { type: "string" } },
      },
    },
    expected: { description: "With 409: the version that the writer expected", type: "integer" },
    actual: { description: "With 409: the version it has", type: "integer" },
    checks: { description: "With 409 of a cutover: what speaks against it", type: "array" },
    role: { description: "With 403: the role that the token lacks", type: "string" },
  },
};

function operation(path: string, method: string, call: Call): Json {
  const { summary, query = [], type = "application/json", open, errors = [], body, tagged = false } = call;
  const { status = 200, nothing } = call;
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => parameter(name ?? "", "path"));
  const changes = method !== "get" && !path.startsWith("/ofrep/");
  const reasoned = changes && call.changesNothing !== true && status === 200;
  const reason = reasoned && !query.includes("reason") ? ["reason"] : [];
  const glass = reasoned && call.locked === true ? ["break_glass"] : [];
  const failures = [...(open === true ? [] : [401, 403]), ...(changes ? [413, 429] : []), ...errors];
  return {
    summary,
    ...(open === true ? { security: [] } : {}),
    parameters: [
      ...named,
      ...[...query, ...reason, ...glass].map((name) => parameter(name, "query")),
      ...(tagged && changes ? [parameter("If-Match", "header")] : []),
      ...(call.once === true ? [parameter("Idempotency-Key", "header")] : []),
    ],
    ...(body === undefined ? {} : { requestBody: requestBody(body) }),
    responses: {
      [status]: { description: summary, content: { [type]: {} }, ...(tagged ? { headers: tag } : {}) },
      ...(nothing === undefined ? {} : { [nothing]: { description: "As it was" } }),
      ...Object.fromEntries([...new Set(failures)].map((status) => [status, failure])),
    },
  };
}

const tag: Json = { ETag: { description: "The version, in quotes", schema: { type: "string" } } };

function requestBody(name: keyof typeof bodies): Json {
  const schema = { $ref: `#/components/schemas/${name}` };
  const media = name === "Plan" ? { "application/yaml": { schema } } : {};
  return { required: name !== "Reason" && name !== "Action", content: { "application/json": { schema }, ...media } };
}

const failure: Json = {
  description: "RFC 9457",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

function parameter(name: string, place: "path" | "query" | "header"): Json {
  return { name, in: place, required: place === "path", schema: { type: "string" } };
}
