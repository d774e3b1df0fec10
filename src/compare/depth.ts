/** deep-diff recurses, and some 5,000 levels overflow the stack; no answer of a handler comes near this. */
export const MAX_DEPTH = 200;

/** Whether JSON text nests deeper than `MAX_DEPTH`, told before it is parsed. */
export function isTooDeep(json: string): boolean {
  // Nearly all bodies have fewer brackets than that, in strings or not.
  return count(json, "{") + count(json, "[") > MAX_DEPTH && nestsTooDeep(json);
}

/** How often `character` occurs, as far as that matters. */
function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0 && found <= MAX_DEPTH; at = text.indexOf(character, at + 1))
    found += 1;
  return found;
}

function nestsTooDeep(json: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < json.length; i += 1) {
    const character = json[i];
    if (inString) {
      if (character === "\\") i += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') {
      inString = true;
    } else if (character === "[" || character === "{") {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (character === "]" || character === "}") {
      depth -= 1;
    }
  }
  return false;
}
