import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { readPlan } from "../cli/config/plans.ts";
import { gateKinds } from "./gate-schema.ts";
import { duration } from "./plan-fields.ts";
import { planSchema } from "./plan-schema.ts";

const page = readFileSync(resolve(import.meta.dirname, "../../docs/rollouts.md"), "utf8");

/** A key of the schema, with its default as the page writes it; null: it says none. */
interface Key {
  readonly path: string;
  readonly byDefault: unknown;
}

/** What is not in the schema itself, as it depends on other keys. */
const DEPENDS: Readonly<Record<string, unknown>> = { author: "", "phases[].compare": 100, "rollback.to": "shadow" };

function keysOf(schema: unknown, path = "", byDefault: unknown = "required"): readonly Key[] {
  if (schema instanceof z.ZodDefault) return keysOf(schema.unwrap(), path, schema.def.defaultValue);
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional)
    return keysOf(schema.unwrap(), path, byDefault);
  if (schema instanceof z.ZodPipe) {
    const [first, last] = [schema.def.in, schema.def.out];
    const isPre = first instanceof z.ZodTransform;
    const unsaid = isPre && schema.safeParse(undefined).success ? schema.parse(undefined) : byDefault;
    return keysOf(isPre ? last : first, path, unsaid);
  }
  const own = path === "" ? [] : [{ path, byDefault: path in DEPENDS ? DEPENDS[path] : byDefault }];
  if (schema instanceof z.ZodObject) {
    const inner = Object.entries(schema.shape).flatMap(([name, one]) =>
      keysOf(one, path === "" ? name : `${path}.${name}`),
    );
    return [...own, ...inner];
  }
  // Gates have a table of their own.
  if (schema instanceof z.ZodArray && !path.endsWith("gates")) {
    const inner = keysOf(schema.element, `${path}[]`).filter((key) => key.path !== `${path}[]`);
    return [...own, ...inner];
  }
  return own;
}

const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );

/** Of what the page says of a default, the value. */
function valueOf(cell: string, path: string): unknown {
  if (cell === "none") return null;
  if (cell === "{}") return {};
  if (cell === "empty") return path.endsWith("description") || path === "author" ? "" : [];
  if (cell === "true" || cell === "false") return cell === "true";
  if (cell.endsWith("%")) return Number(`${cell.slice(0, -1)}e-2`);
  const time = duration("0s", "3650d").safeParse(cell);
  if (time.success) return time.data;
  return /^\d+$/.test(cell) ? Number(cell) : cell;
}

test("the page names every key of a plan, with its default, and no other", () => {
  const keys = keysOf(planSchema);
  const named = rows.map(([name = "", cell = ""]) => [name.replaceAll("`", ""), cell] as const);
  const told = new Map(named.filter(([name]) => !(name in gateKinds)));
  expect([...told.keys()].toSorted()).toEqual(keys.map(({ path }) => path).toSorted());
  for (const { path, byDefault } of keys) {
    const cell = told.get(path) ?? "";
    if (cell === "") continue;
    expect([path, valueOf(cell, path)]).toEqual([path, byDefault]);
  }
  expect([...told.values()].filter((cell) => cell === "").length).toBeLessThan(8);
});

/** Said of all of them together. */
const ofEveryGate = ["type", "onFail", "within", "to", "settings"];

test("the page names every type of gate, with its keys, their defaults and what it does when it fails", () => {
  for (const name of ofEveryGate) expect(page).toContain(`\`${name}\``);
  for (const [type, schema] of Object.entries(gateKinds)) {
    const [, keys = "", onFail = ""] = rows.find(([name]) => name === `\`${type}\``) ?? [];
    expect([type, onFail]).toEqual([type, schema.shape.onFail.def.defaultValue]);
    const own = keysOf(schema).filter(({ path }) => !ofEveryGate.includes(path) && !path.includes("."));
    for (const { path, byDefault } of own.filter((key) => key.path !== "name" || type === "metric")) {
      const [, cell = ""] = new RegExp(`\`${path}\` ?([^,]*)`).exec(keys) ?? [];
      expect([type, path, keys.includes(`\`${path}\``)]).toEqual([type, path, true]);
      if (path === "prometheus" || path === "json" || cell.startsWith("a fifth")) continue;
      expect([type, path, valueOf(cell.replace(/ \(.*\)$/, ""), path)]).toEqual([type, path, byDefault]);
    }
  }
});

test("the plan of the page is sound", () => {
  const [, yaml = ""] = /```yaml\n([^]*?)```/.exec(page) ?? [];
  const read = readPlan("docs/rollouts.md", Buffer.from(yaml));
  expect(read).toMatchObject({ ok: true, plan: { name: "checkout-v2", phases: [{}, {}, { serve: 25 }, {}] } });
});
