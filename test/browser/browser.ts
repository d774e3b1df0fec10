import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import { expect } from "vitest";

export interface OpenOptions {
  readonly language?: "en" | "pt-BR";
  readonly colours?: "light" | "dark";
  readonly width?: number;
  /** Pages must say the same without it. */
  readonly script?: boolean;
}

/** A page with cookies of its own that notes everything a page of ours may not do. */
export interface Tab extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, uncaught ones, requests to elsewhere, refused ones: as sentences. A test may take out what it means to cause. */
  readonly faults: string[];
  go(path: string): Promise<void>;
  /** No serious fault of accessibility, the contrast of a part in the other colour scheme too, and nothing wider than the window. */
  expectSound(part?: string): Promise<void>;
  /** Nothing English on a page in Portuguese, save what was recorded and what people and handlers wrote. */
  expectPortuguese(): Promise<void>;
}

/** Tabs that were closed are opened again, empty: a new one costs Chromium four times what a page costs. */
export interface Tabs extends AsyncDisposable {
  open(base: string, options?: OpenOptions): Promise<Tab>;
}

interface Seat {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Who sits there: what may be asked for, and what happened that may not. */
  guest: { readonly origin: string; readonly faults: string[] } | null;
}

const executablePath = "/usr/bin/chromium";
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  // One process for what is drawn, one for all pages: there are more tabs than cores.
  "--in-process-gpu",
  "--renderer-process-limit=1",
  "--disable-site-isolation-trials",
];
const require = createRequire(import.meta.url);
// What a script ends with is sent back: not all of axe.
const axe = `${readFileSync(require.resolve("axe-core/axe.min.js"), "utf8")};0`;
/** Of whoever looks. */
export const timezoneId = "America/Sao_Paulo";
const height = 900;

/** One for all tests of a run. */
export async function startBrowser(): Promise<Tabs> {
  const browser = await chromium.launch({ executablePath, args }).catch((error: unknown) => {
    const why = "These tests need Chromium: `npm test` installs it, or install the package chromium";
    throw new Error(why, { cause: error });
  });
  const free = new Map<string, Seat[]>();
  return {
    async open(base, options = {}) {
      const { language = "en", colours = "light", width = 1280, script = true } = options;
      const kind = JSON.stringify([language, script]);
      const seat =
        free.get(kind)?.pop() ?? (await newSeat(browser, { locale: language, javaScriptEnabled: script, timezoneId }));
      const { page } = seat;
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: colours, reducedMotion: "reduce" });
      const leave = async (): Promise<void> => {
        await page.goto("about:blank");
        seat.guest = null;
        await seat.context.clearCookies();
        await seat.context.clearPermissions();
        free.set(kind, [...(free.get(kind) ?? []), seat]);
      };
      return takeSeat(seat, { base, colours, leave });
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function newSeat(browser: Browser, options: BrowserContextOptions): Promise<Seat> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const seat: Seat = { page, context, guest: null };
  const note = (fault: string): void => void seat.guest?.faults.push(fault);
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") note(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => note(`uncaught: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (url !== "about:blank" && !url.startsWith(`${seat.guest?.origin}/`) && !url.startsWith("data:"))
      note(`left: ${url}`);
  });
  page.on("dialog", (dialog) => {
    note(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return seat;
}

interface Sitting {
  readonly base: string;
  readonly colours: "light" | "dark";
  readonly leave: () => Promise<void>;
}

function takeSeat(seat: Seat, { base, colours, leave }: Sitting): Tab {
  const { page, context } = seat;
  const faults: string[] = [];
  seat.guest = { origin: new URL(base).origin, faults };
  return {
    page,
    context,
    faults,
    async go(path) {
      await page.goto(new URL(path, base).href);
    },
    async expectSound(part) {
      expect(await seriousFaults(page, { runOnly: rules }), page.url()).toEqual([]);
      if (part !== undefined) {
        const other = colours === "light" ? "dark" : "light";
        await page.emulateMedia({ colorScheme: other });
        expect(await seriousFaults(page, { part, runOnly: contrast }), `${part} in ${other}`).toEqual([]);
        await page.emulateMedia({ colorScheme: colours });
      }
      const overflow = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect(overflow, `${page.url()} is wider than the window by`).toBe(0);
    },
    async expectPortuguese() {
      expect(await page.evaluate(englishTexts), page.url()).toEqual([]);
    },
    async [Symbol.asyncDispose]() {
      await leave();
      expect(faults).toEqual([]);
    },
  };
}

/** Texts with a word that Portuguese does not have, or marked as English, wherever Sombra says something. */
const englishTexts = `[...document.querySelectorAll("title, .banner, .degraded, main")].flatMap((part) => {
  const texts = [];
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const { parentElement } = node;
    if (parentElement.closest("code, pre, textarea, script, option, .log, .diff-part, del, ins, [lang='']") !== null) continue;
    const isEnglish = parentElement.closest('[lang="en"]') !== null;
    if (isEnglish || /\\b(the|and|is|are|was|were|of|has|have|nothing|nobody|with|must|cannot)\\b/i.test(node.data)) texts.push(node.data.trim());
  }
  return texts.filter((text) => text !== "");
})`;

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
  }[];
}

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const contrast = { type: "rule", values: ["color-contrast"] };

interface Look {
  /** Of the page; else all of it. */
  readonly part?: string;
  readonly runOnly: unknown;
}

/** Through the debugger, so that the policy of the page stays as it is. */
async function seriousFaults(page: Page, { part = "html", runOnly }: Look): Promise<readonly string[]> {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe);
  // Not what happens to be under the bar that stays on top.
  await page.evaluate("scrollTo(0, 0)");
  const found: AxeResult = await page.evaluate(
    `axe.run(${JSON.stringify(part)}, { runOnly: ${JSON.stringify(runOnly)}, resultTypes: ["violations"] })
      .then(({ violations }) => ({ violations }))`,
  );
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}
