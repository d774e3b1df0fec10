import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { root } from "../../scripts/gates.ts";
import { documentIn, runs } from "./files.ts";
import { problemsIn } from "./promql.ts";

const ruleShape = z.strictObject({
  alert: z.string().regex(/^Sombra[A-Z]\w+$/),
  expr: z.string(),
  for: z
    .string()
    .regex(/^\d+m$/)
    .optional(),
  labels: z.strictObject({ severity: z.enum(["critical", "warning"]) }),
  annotations: z.strictObject({ summary: z.string(), description: z.string() }),
});
const { groups } = documentIn(
  "prometheus/alerts.yaml",
  z.strictObject({ groups: z.tuple([z.strictObject({ name: z.string(), rules: z.array(ruleShape).min(1) })]) }),
);
const { rules } = groups[0];
/** What promtool says, and how it ended. */
function promtool(...args: readonly string[]): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync("promtool", args, { cwd: root, encoding: "utf8" });
  return { status, said: stdout + stderr };
}

describe("the alert rules", () => {
  it("ask for series, labels and values that there are, in PromQL", () => {
    expect(rules.flatMap(({ alert, expr }) => problemsIn(expr).map((problem) => `${alert}: ${problem}`))).toEqual([]);
  });

  it("say in their texts nothing but labels that their expression leaves", () => {
    const wrong = rules.flatMap(({ alert, expr, annotations }) => {
      const named = [
        ...Object.values(annotations)
          .join(" ")
          .matchAll(/\$labels\.(\w+)/g),
      ].map(([, label = ""]) => label);
      // An expression without a grouping keeps the labels of a scrape.
      const left = new Set([...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = ""]) => labels.split(", ")));
      const known = left.size === 0 ? new Set(["instance", "job"]) : left;
      return named.filter((label) => !known.has(label)).map((label) => `${alert}: ${label}`);
    });
    expect(wrong).toEqual([]);
  });

  it("are those of docs/deploy.md", () => {
    const page = readFileSync(join(root, "docs/deploy.md"), "utf8");
    const told = new Set([...page.matchAll(/`(Sombra[A-Z]\w+)`/g)].map(([, alert]) => alert));
    expect(told).toEqual(new Set(rules.map(({ alert }) => alert)));
  });

  it("each have a name of their own and a case in which they fire", () => {
    const cases = readFileSync(join(root, "test/stack/alerts.test.yaml"), "utf8");
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    const fired = new Set([...cases.matchAll(/alertname(?::|=) ?"?(Sombra\w+)/g)].map(([, alert]) => alert));
    expect(rules.map(({ alert }) => alert).filter((alert) => !fired.has(alert))).toEqual([]);
  });
});

/** Of Debian's package `prometheus`, which `npm test` installs where it can. */
describe.runIf(runs("promtool", "--version"))("the real Prometheus", () => {
  it("takes its configuration, with the rules in it", () => {
    const { status, said } = promtool("check", "config", "docker/prometheus/prometheus.yaml");
    expect(status, said).toBe(0);
    expect(said).toContain(`SUCCESS: ${rules.length} rules found`);
  });

  it("fires each alert on what it is for, and on nothing else", () => {
    const { status, said } = promtool("test", "rules", "test/stack/alerts.test.yaml");
    expect(status, said).toBe(0);
  });
});
