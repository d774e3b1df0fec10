import { isUtf8 } from "node:buffer";

/** Fewer random characters than these come about by chance, or are somebody's code for something. */
const MIN_CHARACTERS = 16;
/** What is longer is a document in base64. */
const MAX_CHARACTERS = 64;

const TOKEN = /^[A-Za-z0-9_\-+/=.~]+$/;
const SEPARATORS = /[_\-+/=.~]+/;

/**
 * Pairs of letters that words of English, Portuguese and Spanish are made of: over nine tenths of the pairs in a word are
 * here, and four tenths of the pairs in random letters.
 */
const PAIRS: ReadonlySet<string> = new Set(
  (
    "th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ne " +
    "ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut ss so rs un lo wa " +
    "ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ia am fi ci vi pl ig tu ev ld ry mp " +
    "fe bl ab gh ty op wo sa ay ex ke fr oo av ag if ap gr od bo sp rd do uc bu ei ov by rm ep tt oc fa ef cu rn sc gi da " +
    "yo cr cl du ga qu ue ff ba ey ls va um pp ua up lu go ht ru ug ds pi rc rr eg au ck ew mu br bi ak pu ui rg ib tl ki " +
    "rk ob ph ao oe nh lh eu iz az zo za ze oi ub ud mb ip pt ks ny my gu hu ju ja jo je ax xi lt nf nv og uz"
  ).split(" "),
);

/** Groups of letters and digits, as people type them off: coupons, licences. */
const CODE = /^[A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6})+$/;
/** As Git names what it keeps: the same for the same content. */
const COMMIT = /^[0-9a-f]{40}$/;
/** Either alphabet of RFC 4648; both together are a path. */
const BASE64 = /^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/;
/** JSON in base64, which JSON Web Tokens begin with (RFC 7519). */
const JSON64 = /^eyJ/;

/** Whether a text says something in base64: one that is long, is JSON, or is text. */
export function isDocument(text: string): boolean {
  if (JSON64.test(text)) return true;
  return BASE64.test(text) && (text.length > MAX_CHARACTERS || isReadable(Buffer.from(text, "base64")));
}

function isReadable(bytes: Buffer): boolean {
  return isUtf8(bytes) && !/[^\P{Cc}\t\r\n]/u.test(bytes.toString("utf8"));
}

/**
 * Whether a text is one random token, as far as one can tell: long, without spaces, of letters and digits that change
 * places as those of no word, code, price or telephone number do. Ids that tell themselves apart otherwise are not asked.
 */
export function isToken(text: string): boolean {
  if (text.length < MIN_CHARACTERS || text.length > MAX_CHARACTERS || !TOKEN.test(text)) return false;
  if (CODE.test(text) || COMMIT.test(text) || isDocument(text)) return false;
  const runs = text.split(SEPARATORS);
  const length = runs.reduce((sum, run) => sum + run.length, 0);
  if (length < MIN_CHARACTERS) return false;
  const changes = runs.reduce((sum, run) => sum + changesIn(run), 0);
  if (changes >= Math.max(isHex(runs) ? 4 : 6, length / 5)) return true;
  return runs.some((run) => /[a-z][A-Z]/.test(run) && /[A-Z][A-Z0-9]/.test(run)) && areUnreadable(runs);
}

function isHex(runs: readonly string[]): boolean {
  return runs.length === 1 && /^(?:[0-9a-f]+|[0-9A-F]+)$/.test(runs[0] ?? "");
}

/** How often digits follow letters, or letters digits. */
function changesIn(run: string): number {
  return Math.max(0, (run.match(/\d+|[A-Za-z]+/g) ?? []).length - 1);
}

/** Of their pairs of letters fewer than two thirds are ones that words have. */
function areUnreadable(runs: readonly string[]): boolean {
  let all = 0;
  let readable = 0;
  for (const letters of runs.flatMap((run) => run.match(/[A-Za-z]{2,}/g) ?? [])) {
    for (let i = 1; i < letters.length; i += 1) {
      all += 1;
      if (PAIRS.has(letters.slice(i - 1, i + 1).toLowerCase())) readable += 1;
    }
  }
  return all >= 6 && readable * 3 < all * 2;
}
