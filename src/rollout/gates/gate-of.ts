import type { Gate, GateType } from "../gate.ts";

export type GateOf<Type extends GateType> = Extract<Gate, { readonly type: Type }>;
