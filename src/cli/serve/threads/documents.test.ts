import fc from "fast-check";
import { expect, test } from "vitest";
import { documentId, type DocumentId, type Documents, type StoredDocument } from "../../../flags/index.ts";
import { allDocuments, documentsAfter, documentsBetween } from "./documents.ts";

const anyDocuments = fc
  .dictionary(fc.constantFrom("a", "b", "c", "d"), fc.integer({ min: 0, max: 3 }))
  .map((versions): Documents => {
    const all = Object.entries(versions).map(([name, version]): [DocumentId, StoredDocument] => {
      const id = documentId("rule", name);
      return [id, { id, value: { version }, version, updatedAt: "2026-01-01T00:00:00.000Z", updatedBy: "anna" }];
    });
    return new Map(all);
  });

const plain = (documents: Documents) => Object.fromEntries(documents);

test("whoever knew what was before knows what is, by what is told in between", () => {
  fc.assert(
    fc.property(anyDocuments, anyDocuments, (before, after) => {
      const told = documentsBetween(before, after);
      expect(plain(told === null ? before : documentsAfter(before, told))).toEqual(plain(after));
      expect(plain(documentsAfter(before, allDocuments(after)))).toEqual(plain(after));
    }),
  );
});

test("of those that are the same nothing is told, and of a change only what changed", () => {
  const id = documentId("rule", "a");
  const one = { id, value: {}, version: 1, updatedAt: "", updatedBy: "" };
  const before: Documents = new Map([[id, one]]);
  expect(documentsBetween(before, before)).toBeNull();
  expect(documentsBetween(before, new Map(before))).toBeNull();
  const other = documentId("rule", "b");
  const after = new Map(before).set(other, { ...one, id: other });
  expect(documentsBetween(before, after)).toEqual({ whole: false, set: [{ ...one, id: other }], removed: [] });
});
