/** `shadow`: nobody is served, everybody that was compared still is; `previous`: the phase before; a phase by its name. */
export type RollbackTarget = "shadow" | "previous" | "off" | { readonly phase: string };
