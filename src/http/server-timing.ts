import type { ServerTiming } from "../model/index.ts";
import type { RawHeaders } from "./headers.ts";

const maxTimings = 20;
/** Characters of all fields together; what is beyond is not read. */
const maxLength = 4_096;
/** A day: what says more measures something else. */
const maxMs = 86_400_000;

/** No digit, no blank, no slash: nobody's number and no text. */
const word = /^[A-Za-z][A-Za-z_.:-]{0,63}$/;
/** One metric with its parameters, up to the comma that ends it; commas inside quotes do not. */
const metrics = /(?:[^,"]|"(?:[^"\\]|\\.)*")+/g;
const parameters = /;\s*([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"]*))/g;

/**
 * What `Server-Timing` says (W3C Server Timing). A metric whose name is no plain word is left out, and so is a description
 * that is none: either could be somebody's.
 */
export function serverTimings(headers: RawHeaders): readonly ServerTiming[] {
  const field = timingFields(headers)
    .filter((_, i) => i % 2 === 1)
    .join(",")
    .slice(0, maxLength);
  const timings: ServerTiming[] = [];
  for (const [metric] of field.matchAll(metrics)) {
    const name = (metric.split(";", 1)[0] ?? "").trim();
    if (!word.test(name)) continue;
    timings.push({ name, ...parametersOf(metric) });
    if (timings.length >= maxTimings) break;
  }
  return timings;
}

/** The fields of that name, and no other, as far as they are read. */
export function timingFields(headers: RawHeaders): RawHeaders {
  const fields: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? "";
    if (name.length !== 13 || name.toLowerCase() !== "server-timing") continue;
    fields.push(name, (headers[i + 1] ?? "").slice(0, maxLength));
  }
  return fields;
}

/** Of several of one name the first counts. */
function parametersOf(metric: string): Omit<ServerTiming, "name"> {
  const said = new Map<string, string>();
  for (const [, name = "", quoted, plain = ""] of metric.matchAll(parameters)) {
    const lower = name.toLowerCase();
    if (!said.has(lower)) said.set(lower, (quoted ?? plain).trim());
  }
  const durationMs = durationOf(said.get("dur"));
  const description = said.get("desc") ?? "";
  return { durationMs, description: word.test(description) ? description : null };
}

function durationOf(text = ""): number | null {
  const ms = /^\d{1,12}(?:\.\d{1,12})?$/.test(text) ? Number(text) : Number.NaN;
  return ms <= maxMs ? ms : null;
}
