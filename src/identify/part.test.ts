import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PartOf } from "../model/index.ts";
import { providers, sign } from "../whatsapp/index.ts";
import type { AppSecrets } from "./examine.ts";
import { createProfile } from "./identify.ts";
import { http, type Provider } from "./provider.ts";

const { meta, twilio, zapi } = providers;
const body = Buffer.from(
  String.raw`{"entry":[{"changes":[{"value":{"messages":[{"from":"n1"},{"from":"n2","text":"Ol\u00e1"},{"from":"n3"}]}}]}]}`,
);
const second = String.raw`{"entry":[{"changes":[{"value":{"messages":[{"from":"n2","text":"Ol\u00e1"}]}}]}]}`;

const headOf = (...rawHeaders: readonly string[]) => ({ method: "POST", target: "/", rawHeaders });
const signedBy = (secret: string, of: Uint8Array = body) =>
  headOf("Host", "a.test", "X-Hub-Signature-256", sign(of, secret), "Content-Length", String(of.length), "x-last", "1");
const sha1 = (of: string, secret: string) => `sha1=${createHmac("sha1", secret).update(of).digest("hex")}`;

const partOf = (provider: Provider, secrets: AppSecrets | undefined) =>
  createProfile(provider, { extractors: [], aliases: new Map(), ...(secrets === undefined ? {} : { secrets }) }).part;

const secrets: AppSecrets = { legacy: ["new", "old"], candidate: ["own", "new"] };
const part = partOf(meta, secrets);
const of = (side: PartOf["side"], ...items: readonly number[]): PartOf => ({ side, items });

const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString("utf8");

describe("some of a delivery's items", () => {
  it.each([
    ["the candidate", "candidate", "new", "own"],
    ["the candidate, whoever had signed it", "candidate", "old", "own"],
    ["legacy", "legacy", "new", "new"],
    ["legacy, which knows the secret that had signed it", "legacy", "old", "old"],
  ] as const)("go to %s signed by a secret of its own", (_, side, by, own) => {
    const made = part(signedBy(by), body, of(side, 1));
    expect(text(made?.body)).toBe(second);
    expect(made?.headers).toEqual(signedBy(own, Buffer.from(second)).rawHeaders);
  });

  it("go with the SHA-1 signature renewed too, and without digests of what there was", () => {
    const fields = (text: string, secret: string, digest: readonly string[]) => [
      ...[digest, ["X-Hub-Signature", sha1(text, secret), "content-length", String(text.length)], digest].flat(),
      ...[
        ["X-Hub-Signature-256", sign(Buffer.from(text), secret)],
        digest,
        ["Content-Type", "application/json"],
      ].flat(),
    ];
    const digests = ["content-md5", "x", "Digest", "x", "Repr-Digest", "x", "Content-Digest", "x"];
    const head = headOf(...fields(body.toString(), "new", digests));
    expect(part(head, body, of("candidate", 1))?.headers).toEqual(fields(second, "own", []));
  });

  it("go without a length where none came", () => {
    const head = headOf("transfer-encoding", "chunked", "x-hub-signature-256", sign(body, "new"));
    expect(part(head, body, of("legacy", 1))?.headers).toEqual(
      head.rawHeaders.with(3, sign(Buffer.from(second), "new")),
    );
  });

  it("go to a candidate without a secret of its own signed as they came", () => {
    const made = partOf(meta, { legacy: ["new"], candidate: [] })(signedBy("new"), body, of("candidate", 1));
    expect(made?.headers).toEqual(signedBy("new", Buffer.from(second)).rawHeaders);
  });

  it("go as they are where the provider signs nothing", () => {
    const { signature: _, ...unsigned } = meta;
    const made = partOf(unsigned, undefined)(headOf("content-length", "1"), body, of("legacy", 1));
    expect(made).toEqual({ headers: ["content-length", String(second.length)], body: Buffer.from(second) });
  });

  it("cannot be had", () => {
    const encoded = (coding: string) => headOf(...signedBy("new").rawHeaders, "Content-Encoding", coding);
    const unsignable = [undefined, { legacy: [], candidate: [] }, { legacy: [], candidate: ["own"] }];
    for (const side of ["legacy", "candidate"] as const) {
      for (const secrets of unsignable) expect(partOf(meta, secrets)(signedBy("new"), body, of(side, 1))).toBeNull();
      expect(part(signedBy("other"), body, of(side, 1))).toBeNull();
      expect(part(headOf(), body, of(side, 1))).toBeNull();
      expect(part(signedBy("new"), body, of(side))).toBeNull();
      expect(part(signedBy("new"), body, of(side, 3))).toBeNull();
      for (const coding of ["gzip", "x-any", "identity, br"])
        expect(part(encoded(coding), body, of(side, 1))).toBeNull();
      for (const coding of ["", "identity", " Identity "]) {
        expect(part(encoded(coding), body, of(side, 1))).not.toBeNull();
      }
    }
  });

  it("go under other ids, wherever they stand, whole or not", () => {
    const renamed = new Map([["n2", "held"]]);
    const made = part(signedBy("new"), body, { ...of("candidate", 1), renamed });
    expect(text(made?.body)).toBe(second.replace("n2", "held"));
    expect(made?.headers).toEqual(signedBy("own", Buffer.from(second.replace("n2", "held"))).rawHeaders);
    const whole = part(signedBy("new"), body, { ...of("candidate", 0, 1, 2), renamed });
    expect(text(whole?.body)).toBe(body.toString().replace("n2", "held"));
    expect(whole?.headers).toEqual(signedBy("own", Buffer.from(whole?.body ?? [])).rawHeaders);
  });

  it("cannot be had under other ids that are not in them, unsigned or encoded", () => {
    const all = { ...of("candidate", 0, 1, 2), renamed: new Map([["n2", "held"]]) };
    expect(part(signedBy("new"), body, { ...all, renamed: new Map([["n4", "held"]]) })).toBeNull();
    expect(part(signedBy("new"), body, { ...of("candidate", 0), renamed: all.renamed })).toBeNull();
    expect(partOf(meta, undefined)(signedBy("new"), body, all)).toBeNull();
    expect(part(headOf(...signedBy("new").rawHeaders, "content-encoding", "gzip"), body, all)).toBeNull();
  });

  it("cannot be had from a provider whose deliveries are not cut", () => {
    const states = Buffer.from(JSON.stringify({ type: "MessageStatusCallback", ids: ["1", "2"], status: "READ" }));
    const made = partOf(zapi, secrets);
    expect(made(headOf(), states, of("candidate", 0))).toBeNull();
    expect(made(headOf(), states, of("candidate", 0, 1))?.body).toBe(states);
    expect(made(headOf(), states, { ...of("candidate", 0, 1), renamed: new Map([["1", "held"]]) })).toBeNull();
  });
});

describe("all of a delivery's items", () => {
  const digest = ["Content-MD5", "x"];
  const whole = (by: string) => headOf(...signedBy(by).rawHeaders, ...digest);

  it.each([
    ["legacy", "new", "new"],
    ["legacy", "old", "old"],
    ["candidate", "new", "own"],
    ["candidate", "old", "own"],
  ] as const)("go to %s as the bytes that came, by the secret %j as by %j", (side, by, own) => {
    const made = part(whole(by), body, of(side, 0, 1, 2));
    expect(made?.body).toBe(body);
    expect(made?.headers).toEqual(whole(own).rawHeaders);
  });

  it("go with the very fields that came where the candidate's first secret had signed them", () => {
    const head = whole("new");
    const made = partOf(meta, { legacy: ["new"], candidate: ["new"] })(head, body, of("candidate", 0, 1, 2));
    expect(made?.headers).toBe(head.rawHeaders);
  });

  it.each<[string, Provider, AppSecrets | undefined, string]>([
    ["no secret is given", meta, undefined, body.toString()],
    ["nothing in it can be read", meta, undefined, "\u0000"],
    ["it is of a provider that is not cut", twilio, undefined, "Body=x&MessageSid=1"],
    ["it is any request", http, undefined, ""],
  ])("go as they came where %s", (_, provider, secrets, text) => {
    const [head, bytes] = [headOf("content-encoding", "gzip"), Buffer.from(text)];
    const items = text === body.toString() ? [0, 1, 2] : [0];
    const made = partOf(provider, secrets)(head, bytes, { side: "candidate", items });
    expect(made?.body).toBe(bytes);
    expect(made?.headers).toBe(head.rawHeaders);
  });
});

describe("a signature over what was cut", () => {
  it.each([
    [
      '{"object":"whatsapp_business_account","entry":[]}',
      "dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756",
    ],
    [
      '{"object": "whatsapp_business_account", "entry": []}',
      "56cbbaf4961c6cfdae48b7f116c047e5eb513d2c931baae63a2bc1afd26f803a",
    ],
    [
      String.raw`{"text":{"body":"Ol\u00e1 \ud83d\udc4d a\/b x\u0040y.z"}}`,
      "0dd7467cd201be8972010481c6b190fe57dbe21cc59e3c62f2de31eb58d5c26f",
    ],
  ])("is over the bytes as they are: %s", (text, hex) => {
    const provider = { ...meta, cut: () => Buffer.from(text) };
    const made = partOf(provider, { legacy: ["new"], candidate: ["test_app_secret"] });
    const { rawHeaders } = signedBy("new");
    expect(made(signedBy("new"), body, of("candidate", 1))?.headers).toEqual(
      rawHeaders.with(3, `sha256=${hex}`).with(5, String(text.length)),
    );
  });
});

describe("a part", () => {
  it("is never an error, whatever the bytes, the fields and the items", () => {
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.json().map((json) => Buffer.from(json)),
      // Never the whole of it, of which a part can be cut out.
      fc.nat(body.length - 1).map((length) => body.subarray(0, length)),
    );
    const items = fc.array(fc.integer());
    const side = fc.constantFrom("legacy" as const, "candidate" as const);
    fc.assert(
      fc.property(bytes, fc.array(fc.string()), items, side, (bytes, rawHeaders, items, side) => {
        for (const head of [headOf(...rawHeaders), signedBy("new", bytes)]) {
          const made = part(head, bytes, { side, items });
          expect(made === null || made.body === bytes).toBe(true);
        }
      }),
    );
  });

  it("is none where a profile fails", () => {
    const fail = (): never => {
      throw new Error("broken profile");
    };
    const broken: readonly Provider[] = [
      { ...meta, cut: fail },
      { ...twilio, itemsOf: fail },
      { ...meta, signature: { verify: fail, renew: fail } },
    ];
    for (const provider of broken) {
      expect(partOf(provider, secrets)(signedBy("new"), body, of("candidate", 1))).toBeNull();
    }
  });
});
