import { deserialize } from "node:v8";
import type { AdminEdited, AdminPreview, AdminWrite, AdminWriteAnswer } from "../../../admin/index.ts";
import type { Edit, Edited, JsonObject } from "../../../flags/index.ts";
import type { PreviewAnswer, Registry, WriteAnswer, WriteRequest } from "../../../registry/index.ts";
import { erase, type ErasingDeps } from "./erasing.ts";
import type { KeyKeeper } from "./key-keeper.ts";
import type { RegistryAnswer, RegistryCall } from "../threads/messages.ts";

const unpack: (bytes: Uint8Array) => readonly Edit[] = deserialize;

/** Long lists come as bytes, which the control thread has not looked into. */
function unpacked({ edits: given, ...rest }: AdminWrite): WriteRequest {
  return { ...rest, edits: given instanceof Uint8Array ? unpack(given) : given };
}

/** Whom a write put on lists or took off stays here: a million of them would hold up the control thread. */
function counted(answer: WriteAnswer): AdminWriteAnswer {
  return answer.kind === "written" ? { ...answer, edited: answer.edited.map(countedLists) } : answer;
}

function previewed(answer: PreviewAnswer): AdminPreview {
  if (answer.kind !== "change") return answer;
  const edited = answer.edited.map(({ before, after, ...rest }) => ({ ...countedLists(rest), before, after }));
  return { ...answer, edited };
}

function countedLists({ subject, members }: Pick<Edited, "subject" | "members">): AdminEdited {
  const lists = members.map(({ list, added, removed }) => ({ list, added: added.length, removed: removed.length }));
  return { subject, lists };
}

/** What the control thread asks. `deps`: what an erasure and a new key need besides. */
export async function answerOf(
  registry: Registry,
  call: RegistryCall,
  deps: Omit<ErasingDeps, "registry"> & Pick<KeyKeeper, "rotate">,
): Promise<RegistryAnswer> {
  try {
    switch (call.kind) {
      case "write":
        return { kind: "write", answer: counted(await registry.write(unpacked(call.request))) };
      case "preview":
        return { kind: "preview", answer: previewed(registry.preview(unpacked(call.request))) };
      case "erase":
        return { kind: "erase", answer: await erase(call.order, { ...deps, registry }) };
      case "rotate": {
        const { actor, reason } = call.order;
        const note = (value: JsonObject): Promise<WriteAnswer> =>
          registry.write({
            edits: [{ kind: "document", collection: "hash-key", id: "ring", value }],
            actor,
            reason,
            expect: {},
          });
        return { kind: "rotate", answer: await deps.rotate(note) };
      }
      case "audit":
        return { kind: "audit", entries: await registry.audit(call.filter) };
      case "check-audit":
        return { kind: "check-audit", check: await registry.checkAudit() };
      case "put-notes":
        await registry.notes.put(call.notes);
        return { kind: "put-notes" };
      case "get-notes":
        return { kind: "get-notes", values: await registry.notes.get(call.space, call.keys) };
    }
  } catch (error) {
    return { kind: "failed", error: error instanceof Error ? error.message : "unknown" };
  }
}
