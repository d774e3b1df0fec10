import type { Context } from "hono";
import type { Problem } from "../flags/index.ts";
import {
  asHtml,
  asMarkdown,
  asText,
  documentOf,
  htmlPolicy,
  reportKinds,
  usualKind,
  type Report,
  type WantedReport,
} from "../report/index.ts";
import type { Rollout } from "../rollout/index.ts";
import { givenQuery } from "./calls/resource.ts";
import { invalid, unlessAway } from "./problem.ts";
import type { RolloutsDeps } from "./rollouts.ts";

const formats = ["json", "md", "html", "text"] as const;

type Format = (typeof formats)[number];

/** A report of a rollout, of the kind and in the form that the query names. */
export async function answerReport(c: Context, rollout: Rollout, rollouts: RolloutsDeps): Promise<Response> {
  const asked = readAsked(c, rollout);
  if (asked instanceof Response) return asked;
  return unlessAway(c, async () => inForm(c, await rollouts.report(rollout, asked.wanted), asked.format));
}

function readAsked(
  c: Context,
  rollout: Rollout,
): { readonly wanted: WantedReport; readonly format: Format } | Response {
  const problems: Problem[] = [];
  const oneOf = <T extends string>(name: string, words: readonly T[]): T | undefined => {
    const [given] = givenQuery(c, name);
    const known = words.find((word) => word === given);
    if (given !== undefined && known === undefined) {
      problems.push({ where: name, is: `text of ${given.length} characters`, must: `one of ${words.join(", ")}` });
    }
    return known;
  };
  const format = oneOf("format", formats) ?? "json";
  const phases = rollout.plan.phases.map(({ name }) => name);
  const phase = oneOf("phase", phases) ?? null;
  const kind = oneOf("kind", reportKinds) ?? usualKind(rollout, phase);
  if (phase !== null && kind !== "phase" && kind !== "comparison") {
    problems.push({
      where: "phase",
      is: `given with kind=${kind}`,
      must: "given with kind=phase or kind=comparison only",
    });
  }
  return problems.length > 0 ? invalid(c, problems) : { wanted: { kind, phase }, format };
}

function inForm(c: Context, report: Report, format: Format): Response {
  switch (format) {
    case "json":
      return c.json(report);
    case "md":
      return c.body(asMarkdown(documentOf(report)), 200, { "content-type": "text/markdown; charset=utf-8" });
    case "text":
      return c.text(asText(documentOf(report)));
    case "html": {
      const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": htmlPolicy };
      return c.body(asHtml(documentOf(report)), 200, headers);
    }
  }
}
