/** Protocol buffers on the wire, as far as traces by OTLP need them: messages, text, bytes, integers and doubles. */
type Kind = "text" | "hex" | "whole" | "double" | "yes" | "fixed";
type Field = readonly [name: string, kind: Kind | (() => Shape), repeated?: true];
/** By field number of opentelemetry/proto/{collector/trace,trace,common,resource}/v1. */
type Shape = Readonly<Record<number, Field>>;

const anyValue: Shape = {
  1: ["stringValue", "text"],
  2: ["boolValue", "yes"],
  3: ["intValue", "whole"],
  4: ["doubleValue", "double"],
  5: ["arrayValue", () => ({ 1: ["values", () => anyValue, true] })],
};
const keyValue: Shape = { 1: ["key", "text"], 2: ["value", () => anyValue] };
const attributes: Field = ["attributes", () => keyValue, true];
const event: Shape = { 1: ["timeUnixNano", "fixed"], 2: ["name", "text"], 3: attributes };
const link: Shape = { 1: ["traceId", "hex"], 2: ["spanId", "hex"], 4: attributes };
const span: Shape = {
  1: ["traceId", "hex"],
  2: ["spanId", "hex"],
  4: ["parentSpanId", "hex"],
  5: ["name", "text"],
  7: ["startTimeUnixNano", "fixed"],
  9: attributes,
  11: ["events", () => event, true],
  13: ["links", () => link, true],
};
const resourceSpans: Shape = {
  1: ["resource", () => ({ 1: attributes })],
  2: ["scopeSpans", () => ({ 2: ["spans", () => span, true] }), true],
};
const request: Shape = { 1: ["resourceSpans", () => resourceSpans, true] };

/** An ExportTraceServiceRequest in the names of OTLP's JSON; fields that no test looks at are left out. */
export function readTraces(bytes: Buffer): Readonly<Record<string, unknown>> {
  return read(bytes, request);
}

function read(bytes: Buffer, shape: Shape): Readonly<Record<string, unknown>> {
  // What is repeated is there though it is empty.
  const lists = Object.values(shape).flatMap(([name, , repeated]) => (repeated === true ? [[name, []] as const] : []));
  const found: Record<string, unknown> = Object.fromEntries(lists);
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes.readUInt8(at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => bytes.subarray(at, (at += length));
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag % 8;
    const whole = wire === 0 ? varint() : 0;
    const raw = wire === 0 ? Buffer.alloc(0) : take(wire === 2 ? varint() : wire === 1 ? 8 : 4);
    const [name, kind, repeated] = shape[Math.floor(tag / 8)] ?? [];
    if (name === undefined || kind === undefined) continue;
    const value = typeof kind === "function" ? read(raw, kind()) : valueOf(kind, raw, whole);
    const before = found[name];
    found[name] = repeated === true && Array.isArray(before) ? [...before, value] : value;
  }
  return found;
}

function valueOf(kind: Kind, raw: Buffer, whole: number): unknown {
  switch (kind) {
    case "text":
      return raw.toString();
    case "hex":
      return raw.toString("hex");
    case "whole":
      return whole;
    case "yes":
      return whole === 1;
    case "double":
      return raw.readDoubleLE();
    case "fixed":
      return String(raw.readBigUInt64LE());
  }
}
