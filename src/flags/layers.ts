import type { FlagSource } from "./compile.ts";
import { blankDefinition, unsetFlag, withLists, type FlagDefinition, type FlagOf } from "./flag.ts";
import { NOBODY, type ShopperTable } from "./shopper-list.ts";

/** What one source says of flags. */
export interface FlagLayer {
  readonly source: FlagSource;
  readonly flags: readonly FlagOf<ShopperTable>[];
  /** Keys whose record could not be read. They are unset: no later layer speaks for them. */
  readonly unreadable?: readonly string[];
}

export interface ResolvedFlag {
  readonly flag: FlagOf<ShopperTable>;
  readonly source: FlagSource;
  /** Sources that define the flag as well and are not in force. */
  readonly overridden: readonly FlagSource[];
}

/** The flag in force for each key: of the first layer that has it, else what is known from the start. */
export function resolveFlags(
  layers: readonly FlagLayer[],
  definitions: readonly FlagDefinition[],
): readonly ResolvedFlag[] {
  const resolved = new Map<string, ResolvedFlag>();
  const add = (flag: FlagOf<ShopperTable>, source: FlagSource): void => {
    const first = resolved.get(flag.key);
    if (first === undefined) resolved.set(flag.key, { flag, source, overridden: [] });
    else if (source !== first.source && source !== "code")
      resolved.set(flag.key, { ...first, overridden: [...first.overridden, source] });
  };
  for (const { source, flags, unreadable = [] } of layers) {
    for (const key of unreadable) add(unreadFlag(key, definitions), source);
    for (const flag of flags) add(flag, source);
  }
  for (const definition of definitions) add(unsetTable(definition, "code"), "code");
  return [...resolved.values()];
}

/** Off by default whatever the definition says: on doubt legacy answers. */
function unreadFlag(key: string, definitions: readonly FlagDefinition[]): FlagOf<ShopperTable> {
  const known = definitions.find((definition) => definition.key === key);
  return unsetTable({ ...(known ?? blankDefinition(key)), default: false }, "unreadable");
}

function unsetTable(definition: FlagDefinition, updatedBy: string): FlagOf<ShopperTable> {
  return withLists(unsetFlag(definition, updatedBy), () => NOBODY);
}
