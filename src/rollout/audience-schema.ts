import { z } from "zod";
import { frequencies, templateFields, templateNames, unknownFields, type AudienceTemplate } from "./audience.ts";
import { map, oneOf, partName, text, word } from "./plan-fields.ts";

const named = z.enum(templateNames, `${oneOf(templateNames)}, or {title: …, text: …} with {fields} in braces`);

function filled(max: number) {
  const must = `text of 1 to ${max} characters`;
  return z.string(must).superRefine((given, context) => {
    if (given.trim() === "" || given.length > max) context.addIssue(must);
    const [unknown] = unknownFields(given);
    if (unknown === undefined) return;
    const fields = templateFields.map((name) => `{${name}}`).join(", ");
    context.addIssue(`text without {${unknown}}: the fields are ${fields}`);
  });
}

const written = map({ title: filled(150), text: filled(4_000) });

/** A union would not say what is wrong in the half that was meant. */
const template = z.unknown().transform((given, context): AudienceTemplate => {
  const isMap = typeof given === "object" && given !== null && !Array.isArray(given);
  const parsed = isMap ? written.safeParse(given) : named.safeParse(given);
  if (parsed.success) return parsed.data;
  for (const { path, message, ...issue } of parsed.error.issues) {
    const found = { path, message, input: {} };
    if (issue.code === "unrecognized_keys") context.issues.push({ ...found, code: issue.code, keys: issue.keys });
    else context.issues.push({ ...found, code: "custom" });
  }
  return z.NEVER;
});

export const audienceSchema = map({
  channel: partName,
  frequency: word(frequencies),
  owner: text(64),
  template,
});
