/** Uses requests and answers of Meta's published description from beside the repository; that part is skipped where they are absent. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type GraphAnswer, heldAnswer, isHeldId } from "./graph.ts";

interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly seed?: string;
}

const base = "http://127.0.0.1:8082/candidate/graph";

function held({
  method = "POST",
  path = "/v23.0/1044/messages",
  body = "",
  seed = "1",
  contentType = "application/json",
}: Call): GraphAnswer {
  return heldAnswer({ method, path, contentType, body: Buffer.from(body), seed, base });
}

/** The members an answer may have. */
interface Answered {
  readonly id: string;
  readonly url: string;
  readonly mime_type: string;
  readonly sha256: string;
  readonly file_size: string;
  readonly contacts: readonly unknown[];
  readonly messages: readonly { readonly id: string; readonly message_status?: string }[];
  readonly calls: readonly { readonly id: string }[];
}

function json(answer: GraphAnswer): Answered {
  const answered: Answered = JSON.parse(answer.body.toString("utf8"));
  return answered;
}

function send(fields: object, seed = "1"): Answered {
  return json(held({ body: JSON.stringify({ messaging_product: "whatsapp", ...fields }), seed }));
}

describe("a held send", () => {
  it("is answered as by the Graph API", () => {
    const answer = held({
      body: '{"messaging_product":"whatsapp","to":"+44 7700 900123","type":"text","text":{"body":"x"}}',
    });
    expect(answer).toMatchObject({ status: 200, operation: "send", kind: "send.text" });
    expect(answer.headers).toEqual(["content-type", "application/json; charset=UTF-8"]);
    expect(json(answer)).toEqual({
      messaging_product: "whatsapp",
      contacts: [{ input: "+44 7700 900123", wa_id: "447700900123" }],
      messages: [{ id: expect.stringMatching(/^wamid\.[A-Za-z0-9+/]{36}$/) }],
    });
  });

  it.each([
    ["a number", { to: "447700900123", recipient: "BR.1" }, [{ input: "447700900123", wa_id: "447700900123" }]],
    ["a number that is one in JSON", { to: 447700900123 }, [{ input: "447700900123", wa_id: "447700900123" }]],
    ["a user id", { recipient: "BR.1" }, [{ input: "BR.1", user_id: "BR.1" }]],
    ["a group", { to: "Y2FwaV", recipient_type: "group" }, [{ input: "Y2FwaV" }]],
    ["nobody", {}, []],
  ])("to %s names whom it was for", (_, fields, contacts) => {
    expect(send({ ...fields, type: "text" }).contacts).toEqual(contacts);
  });

  it("of a template says that it was accepted", () => {
    expect(send({ to: "1", type: "template", template: {} }).messages).toMatchObject([{ message_status: "accepted" }]);
  });

  it("that is a form is understood", () => {
    const contentType = "application/x-www-form-urlencoded";
    const answer = held({ body: "to=447700900123&type=image&image=%7B%7D", contentType });
    expect(answer.kind).toBe("send.image");
    expect(json(answer).contacts).toEqual([{ input: "447700900123", wa_id: "447700900123" }]);
  });

  it.each([
    ["send.text", '{"to":"1"}'],
    ["send.interactive", '{"to":"1","interactive":{}}'],
    ["send.other", '{"to":"1","type":"hologram"}'],
    ["send.other", '{"to":"1","type":"constructor"}'],
    ["send.text", "{"],
    ["send.text", "null"],
    ["send.text", ""],
  ])("is of kind %s for %s", (kind, body) => {
    expect(held({ body })).toMatchObject({ status: 200, operation: "send", kind });
  });
});

describe("a held call", () => {
  it.each([
    ["mark-read", '{"status":"read","message_id":"wamid.1"}'],
    ["typing", '{"status":"read","message_id":"wamid.1","typing_indicator":{"type":"text"}}'],
  ])("of the messages endpoint may be %s", (operation, body) => {
    const answer = held({ body });
    expect(answer).toMatchObject({ operation, kind: operation });
    expect(json(answer)).toEqual({ success: true });
  });

  it.each([
    ["send", "POST", "/1044/messages"],
    ["send", "POST", "/v23.0/1044/messages?access_token=x"],
    ["send", "POST", "/v23.0/1044/marketing_messages"],
    ["send", "POST", "/messages"],
    ["media-upload", "POST", "/media"],
    ["other", "POST", "/v23.0/1044"],
    ["other", "POST", "/"],
    ["media-upload", "POST", "/v23.0/1044/media"],
    ["call", "POST", "/1044/calls"],
    ["media-lookup", "GET", "/v23.0/2621233374848975"],
    ["media-lookup", "GET", "/v23.0/2621233374848975?phone_number_id=1044"],
    ["other", "GET", "/v23.0/1044?fields=display_phone_number"],
    ["media-delete", "DELETE", "/v23.0/2621233374848975"],
    ["other", "DELETE", "/v23.0/1044/subscribed_apps"],
    ["list", "GET", "/v23.0/1044/message_templates?limit=5"],
    ["other", "POST", "/v23.0/1044/register"],
    ["other", "POST", "/"],
    ["other", "PATCH", "/v23.0/1044/messages"],
    ["other", "GET", ""],
  ])("is %s for %s %s", (operation, method, path) => {
    expect(held({ method, path })).toMatchObject({ status: 200, operation });
  });

  it.each([
    ["an upload with a media id", { path: "/v23.0/1044/media" }, { id: expect.stringMatching(/^72697668\d{15}$/) }],
    ["a list with nothing", { method: "GET", path: "/v23.0/1044/message_templates" }, { data: [] }],
    ["a deletion with success", { method: "DELETE", path: "/v23.0/123" }, { success: true }],
    ["anything else with success", { path: "/v23.0/1044/register" }, { success: true }],
    [
      "a call being placed with its id",
      { path: "/1044/calls", body: '{"action":"connect"}' },
      { messaging_product: "whatsapp", calls: [{ id: expect.stringMatching(/^wacid\./) }], success: true },
    ],
    [
      "another step of a call with success",
      { path: "/1044/calls", body: '{"action":"reject"}' },
      { messaging_product: "whatsapp", success: true },
    ],
  ])("answers %s", (_, call, answer) => {
    expect(json(held(call))).toEqual(answer);
  });

  it("leads a media lookup to a file that is held too and is what the lookup says", () => {
    const lookup = json(held({ method: "GET", path: "/v23.0/2621233374848975" }));
    expect(lookup).toMatchObject({ messaging_product: "whatsapp", id: "2621233374848975" });
    expect(lookup.url.startsWith(`${base}/`)).toBe(true);
    const file = held({ method: "GET", path: lookup.url.slice(base.length), seed: "2" });
    expect(file).toMatchObject({
      status: 200,
      operation: "media-download",
      headers: ["content-type", lookup.mime_type],
    });
    expect(file.body.length).toBe(Number(lookup.file_size));
    expect(createHash("sha256").update(file.body).digest("hex")).toBe(lookup.sha256);
  });
});

describe("a held id", () => {
  const text = { to: "1", type: "text" };
  const ids = (seed: string): readonly string[] => [
    ...send(text, seed).messages.map(({ id }) => id),
    ...json(held({ path: "/1/calls", body: '{"action":"connect"}', seed })).calls.map(({ id }) => id),
    json(held({ path: "/1/media", seed })).id,
  ];

  it("is known as one", () => {
    expect(ids("1").map(isHeldId)).toEqual([true, true, true]);
    expect(Buffer.from(ids("1")[0]?.slice("wamid.".length) ?? "", "base64").toString("latin1")).toMatch(
      /^HELD[0-9a-f]{23}$/,
    );
  });

  it("depends on the seed alone", () => {
    expect(ids("1")).toEqual(ids("1"));
    expect(new Set([...ids("1"), ...ids("2"), ...ids("")]).size).toBe(9);
    expect(send({ to: "2", type: "image" }).messages).toEqual(send(text).messages);
  });

  it.each([
    "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=",
    "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5",
    "2621233374848975",
    "SEVMRGFiY2RlZmFiY2RlZmFiY2RlZmFiY2Rl",
    "wamid.",
    "",
  ])("is not %j", (id) => {
    expect(isHeldId(id)).toBe(false);
  });
});

const described = new URL("../../../shared/graph-api/facebook__openapi/", import.meta.url);
const present = existsSync(described);

function examples(folder: "requests" | "responses"): readonly (readonly [string, string])[] {
  if (!present) return [];
  return readdirSync(new URL(folder, described))
    .filter((file) => file.startsWith("messages."))
    .map((file) => [file, readFileSync(new URL(`${folder}/${file}`, described), "utf8")] as const);
}

describe.skipIf(!present)("the requests of Meta's description", () => {
  /** An answer's members by name and type, arrays by their first element. */
  function shape(value: unknown): unknown {
    if (Array.isArray(value)) return value.slice(0, 1).map(shape);
    if (typeof value !== "object" || value === null) return typeof value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shape(member)]));
  }
  const responses = new Map(examples("responses"));

  it("are there", () => {
    expect(examples("requests").length).toBeGreaterThan(45);
  });

  it.each(examples("requests"))("get an answer of the shape described: %s", (file, body) => {
    const described = responses.get(file) ?? responses.get("messages.example_response.json") ?? "";
    const answer: unknown = JSON.parse(
      held({ body }).body.toString("utf8"),
      // Only answers to templates have it, and the description leaves it out there.
      (name, value: unknown) => (name === "message_status" ? undefined : value),
    );
    expect(shape(answer)).toEqual(shape(JSON.parse(described)));
  });
});
