import { describe, expect, it } from "vitest";
import { startForTest } from "./sample.ts";

interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly responses: Readonly<Record<string, object>>;
  readonly security?: readonly object[];
}

interface Description {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

async function described() {
  const { ask, app } = await startForTest();
  const description: Description = JSON.parse((await ask("/openapi.json")).text);
  const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return { app, description, operations };
}

/** Calls are under these paths, and what tools and load balancers ask for; all the rest are pages. */
const isCall = (path: string): boolean =>
  /^\/(?:api|ofrep|feature-flags|rollout)(?:\/|$)|^\/(?:healthz|readyz|metrics|openapi\.json)$/.test(path);

describe("the description", () => {
  it("names the calls there are, and only those", async () => {
    const { app, description, operations } = await described();
    expect(description).toMatchObject({ openapi: "3.1.0", info: { version: "1.2.3" } });
    const served = app.routes
      .filter(({ method, path }) => method !== "ALL" && isCall(path))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, "{$1}")}`);
    const told = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`);
    expect(told.toSorted()).toEqual(served.toSorted());
    expect(told.length).toBeGreaterThan(30);
  });

  it("gives every name in a path, and a reason and If-Match where they count", async () => {
    const { description, operations } = await described();
    for (const { path, operation } of operations) {
      const inPath = operation.parameters.filter((parameter) => parameter.in === "path" && parameter.required);
      expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
    }
    const namesOf = (path: string, method: string) =>
      description.paths[path]?.[method]?.parameters.map(({ name }) => name);
    expect(namesOf("/api/flags/{key}", "delete")).toEqual(["key", "reason", "break_glass", "If-Match"]);
    expect(namesOf("/api/flags/{key}/kill", "post")).toEqual(["key", "reason", "If-Match"]);
    expect(namesOf("/api/audiences/{name}", "put")).toEqual(["name", "reason", "break_glass"]);
    expect(namesOf("/api/rollouts", "post")).toEqual(["Idempotency-Key"]);
    expect(namesOf("/ofrep/v1/evaluate/flags", "post")).toEqual([]);
  });

  it("refers to schemas that there are", async () => {
    const { description } = await described();
    const referred = [...JSON.stringify(description).matchAll(/#\/components\/schemas\/(\w+)/g)].map(
      ([, name]) => name,
    );
    expect(new Set(referred)).toEqual(new Set(Object.keys(description.components.schemas)));
  });

  it("says what is open to all, and which errors a change may have", async () => {
    const { description, operations } = await described();
    const open = operations.filter(({ operation }) => operation.security?.length === 0).map(({ path }) => path);
    expect(open).toEqual(["/healthz", "/readyz"]);
    const answers = description.paths["/api/flags/{key}"]?.["patch"]?.responses ?? {};
    expect(Object.keys(answers)).toEqual(["200", "400", "401", "403", "404", "409", "413", "429", "503"]);
  });
});
