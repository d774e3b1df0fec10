import { z } from "zod";

import { places } from "../../effects/index.ts";
import {
  fieldValue,
  headerName,
  httpUrl,
  listOf,
  method,
  options,
  rulePath,
  secretField,
  section,
  upstreamName,
  whole,
  word,
  yesNo,
} from "./fields.ts";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

const upstream = {
  reads: word(["hold", "pass"]).default("hold"),
  authorization: secretField.nullable().default(null),
  /** Longer than the Graph API takes, shorter than handlers that wait for ever. */
  timeoutMs: whole(0, HOUR_MS).default(60 * SECOND_MS),
};

/** Set by us, or by the connection. */
const FRAMING: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
]);

const answerHeaders = z.record(z.string(), fieldValue, "a map of header fields").superRefine((headers, context) => {
  for (const name of Object.keys(headers)) {
    if (!headerName.safeParse(name).success || FRAMING.has(name.toLowerCase())) {
      context.addIssue({
        code: "custom",
        path: [name],
        message: "a header field that is not about framing (content-length, connection)",
      });
    }
  }
});

const template = z.unknown().superRefine((body, context) => {
  if (textsOf(body).some((text) => /\{(?:id|path|body)\b[^}]*\}/.test(text.replaceAll(places, "")))) {
    context.addIssue("JSON whose places are {id}, {path:1} or {body:member}");
  }
});

const rule = options({
  match: options({
    upstream: upstreamName.nullable().default(null),
    method: method.nullable().default(null),
    path: rulePath.default("/**"),
  }),
  classify: word(["read", "send", "write"]).nullable().default(null),
  answer: options({
    status: whole(200, 599).default(200),
    headers: z.preprocess((value) => value ?? {}, answerHeaders),
    body: template.default(null),
  })
    .nullable()
    .default(null),
  fault: z.literal([429, 500, "hang"], "429, 500 or hang").nullable().default(null),
  release: yesNo.default(false),
}).superRefine(({ match, classify, answer, fault, release }, context) => {
  if (classify === null && answer === null && fault === null && !release)
    context.addIssue("a rule that says classify, answer, fault or release");
  if (answer !== null && fault !== null) context.addIssue("a rule with an answer or a fault, not both");
  if (!release) return;
  if (answer !== null || fault !== null) context.addIssue("a rule with release, or with an answer or a fault");
  if (classify === "send") context.addIssue("a rule that releases no send: legacy is who writes to customers");
  if (match.upstream === null || match.upstream === "graph" || match.upstream === "lookaside")
    context.addIssue("a rule that names the upstream to which it releases, and not the Graph API");
});

export const egressSchema = section({
  graph: section({ url: httpUrl.default("https://graph.facebook.com"), ...upstream }),
  upstreams: z.preprocess(
    (value) => value ?? {},
    z
      .record(z.string(), options({ url: httpUrl, ...upstream }), "a map of upstreams by name")
      .superRefine((all, context) => {
        for (const name of Object.keys(all)) {
          const mustBe = wrongName(name);
          if (mustBe !== null) context.addIssue({ code: "custom", path: [name], message: mustBe });
        }
      }),
  ),
  rules: z.preprocess((value) => value ?? [], listOf(rule)),
});

function wrongName(name: string): string | null {
  if (name === "graph") return "named otherwise: this one is egress.graph";
  const named = upstreamName.safeParse(name);
  return named.success ? null : "named by lower-case letters, digits and hyphens, the first a letter";
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}
