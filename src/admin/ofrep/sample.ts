/** OFREP's own description, to hold answers against. It lies beside the repository, where it is checked out. */
import { existsSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { z } from "zod";

const file = new URL("../../../../shared/conformance/ofrep/openapi.yaml", import.meta.url);

export const descriptionPresent = existsSync(file);

const Description = z.looseObject({
  paths: z.record(
    z.string(),
    z.object({
      post: z.object({
        responses: z.record(
          z.string(),
          z.object({
            content: z.object({ "application/json": z.object({ schema: z.object({ $ref: z.string() }) }) }).optional(),
          }),
        ),
      }),
    }),
  ),
  components: z.looseObject({
    schemas: z.looseObject({ codeDefaultFlag: z.record(z.string(), z.unknown()) }),
  }),
});

const id = "https://openfeature.test/ofrep.yaml";

/** What speaks against a value; empty: nothing. */
export type Faults = readonly string[];

export interface OfrepDescription {
  /** Throws where nothing is described for that status, so that an answer is never passed unseen. */
  readonly answerFaults: (path: string, answer: { readonly status: number; readonly text: string }) => Faults;
  readonly faults: (schema: string, value: unknown) => Faults;
}

export function readDescription(): OfrepDescription {
  const description = Description.parse(parse(readFileSync(file, "utf8")));
  // "Has no `value` property", says its text only: as it is written every flag would be a code default as well.
  description.components.schemas.codeDefaultFlag.not = { required: ["value"] };
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(description, id);
  const faults = (pointer: string, value: unknown): Faults => {
    const validate = ajv.compile({ $ref: `${id}${pointer}` });
    void validate(value);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? "is wrong"}`);
  };
  return {
    faults: (schema, value) => faults(`#/components/schemas/${schema}`, value),
    answerFaults(path, { status, text }) {
      const described = description.paths[path]?.post.responses[status];
      if (described === undefined) throw new Error(`OFREP describes no ${status} of ${path}`);
      const schema = described.content?.["application/json"].schema;
      if (schema !== undefined) return faults(schema.$ref, JSON.parse(text));
      return status === 304 && text !== "" ? ["a body where there is none"] : [];
    },
  };
}
