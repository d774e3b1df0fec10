/** Levels of a document. What walks one recurses this far and no further; no answer of a handler comes near it. */
export const MAX_DEPTH = 200;
