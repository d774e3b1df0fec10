import { createHash } from "node:crypto";
import type { BodyDigest } from "../model/index.ts";
import { createMultipart } from "../lib/multipart.ts";

/** Reads a body while it goes by. */
export interface DigestWriter {
  update(chunk: Uint8Array): void;
  /** What there was; of a multipart form its first file, or where it has none all of it. */
  end(): BodyDigest;
}

/** Keeps nothing of a body, however large. Never throws. */
export function createBodyDigest(contentType: string | null): DigestWriter {
  const type = mediaType(contentType);
  const boundary = type === "multipart/form-data" ? boundaryOf(contentType ?? "") : null;
  const whole = createTally();
  let file: (Tally & { readonly type: string | null }) | null = null;
  const form =
    boundary === null
      ? null
      : createMultipart(boundary, (header) => {
          if (file !== null || !/filename\*?=/i.test(header)) return null;
          file = { ...createTally(), type: mediaType(/^content-type:[ \t]*(.*)$/im.exec(header)?.[1] ?? null) };
          return file.update;
        });
  return {
    update(chunk) {
      whole.update(chunk);
      form?.(chunk);
    },
    end: () => digestOf(file ?? { ...whole, type }),
  };
}

interface Tally {
  readonly update: (chunk: Uint8Array) => void;
  readonly result: () => { readonly size: number; readonly sha256: string };
}

function createTally(): Tally {
  const hash = createHash("sha256");
  let size = 0;
  return {
    update(chunk) {
      size += chunk.length;
      hash.update(chunk);
    },
    result: () => ({ size, sha256: hash.copy().digest("hex") }),
  };
}

function digestOf({ result, type }: Tally & { readonly type: string | null }): BodyDigest {
  return { ...result(), type };
}

function mediaType(contentType: string | null): string | null {
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  return type === "" ? null : type;
}

/** RFC 2046, 5.1.1: at most 70 characters, quoted where they need it. */
function boundaryOf(contentType: string): string | null {
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  return match?.[1] ?? match?.[2] ?? null;
}
