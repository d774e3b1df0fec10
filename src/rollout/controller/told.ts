import type { Edit, FlagFields, Json, FlagOf, FlagState, ShopperTable } from "../../flags/index.ts";

/** What edits change about flags, with before and after; `unchanged` where they change nothing. Members are counted, never named. */
export function toldOf(edits: readonly Edit[], { flags }: FlagState): string {
  const keys = [...new Set(edits.flatMap((edit) => ("key" in edit ? [edit.key] : [])))];
  if (keys.length === 0) return "flags unchanged";
  return keys
    .map((key) => {
      const changes = edits.flatMap((edit) =>
        "key" in edit && edit.key === key ? changesOf(edit, flags.get(key)) : [],
      );
      return `${key} ${changes.length === 0 ? "unchanged" : changes.join(", ")}`;
    })
    .join("; ");
}

type Found = FlagOf<ShopperTable> | undefined;

function changesOf(edit: Edit, flag: Found): readonly string[] {
  switch (edit.kind) {
    case "patch":
    case "put":
      return fieldChanges(edit.fields, flag);
    case "kill":
      return fieldChanges({ enabled: false }, flag);
    case "members": {
      const list = flag?.[edit.list] ?? null;
      const added = edit.add.filter((member) => list?.has(member) !== true).length;
      const removed = edit.remove.filter((member) => list?.has(member) === true).length;
      const size = list?.size ?? 0;
      return added + removed === 0 ? [] : [`${edit.list} ${size} -> ${size + added - removed} shoppers`];
    }
    default:
      return [];
  }
}

function fieldChanges(fields: FlagFields, flag: Found): readonly string[] {
  const simple = (["enabled", "percent", "audience", "salt"] as const).flatMap((name) => {
    const [before, after] = [flag?.[name] ?? null, fields[name]];
    return after === undefined || before === after ? [] : [`${name} ${before ?? "none"} -> ${after ?? "none"}`];
  });
  const lists = (["allowlist", "denylist", "forceOn"] as const).flatMap((name) => {
    const after = fields[name];
    if (after === undefined) return [];
    const before = flag?.[name] ?? null;
    const isSame =
      after === null ? before === null : before?.size === after.length && after.every((one) => before.has(one));
    // A flag that is not there has empty lists.
    if (isSame || (before === null && after?.length === 0 && name !== "allowlist")) return [];
    return [`${name} ${sizeOf(before?.size)} -> ${sizeOf(after?.length)}`];
  });
  return [...simple, ...settingsChanges(fields, flag), ...lists];
}

function settingsChanges({ settings }: FlagFields, flag: Found): readonly string[] {
  if (settings === undefined) return [];
  const before = new Map(Object.entries(flag?.settings ?? {}));
  const names = [...new Set([...before.keys(), ...Object.keys(settings)])];
  const after = new Map(Object.entries(settings));
  const said = (value: Json | undefined): string => (value === undefined ? "none" : JSON.stringify(value));
  return names.flatMap((name) => {
    const [was, is] = [said(before.get(name)), said(after.get(name))];
    return was === is ? [] : [`settings.${name} ${was} -> ${is}`];
  });
}

function sizeOf(size: number | undefined): string {
  return size === undefined ? "none" : `${size} shoppers`;
}
