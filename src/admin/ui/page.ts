import type { AdminDeps, Role } from "../deps.ts";
import type { Actor } from "../../registry/index.ts";
import type { Format } from "./format.ts";
import type { Locale } from "./locale.ts";
import type { Markup } from "./markup.ts";
import type { Asset } from "./assets.ts";
import type { Topic } from "./marks.ts";

/** A page of the dashboard, with everything that lies under it. One folder each; `pages/index.ts` lists them. */
export interface Page {
  /** Where the menu leads; null: it is in no menu. */
  readonly menu: { readonly path: string; readonly word: (locale: Locale) => string } | null;
  /** Registers what it answers. */
  add(site: Site, deps: AdminDeps): void;
}

/** Whom something is shown to, and what was asked. Equal views are shown the same: parts are rendered once for all of them. */
export interface View {
  readonly locale: Locale;
  readonly format: Format;
  /** What may not be done is not offered. */
  may(role: Role): boolean;
  /** The path that was asked for, without query. */
  readonly path: string;
  /** Of the path. */
  param(name: string): string;
  /** Of the query; "" where it is not there. */
  query(name: string): string;
  /** Everything the query says, without `?`; "" for nothing. */
  readonly search: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

export interface Shown {
  readonly title: string;
  readonly body: Markup;
  readonly status?: 200 | 400 | 403 | 404 | 409 | 413 | 429 | 500 | 503;
  /** Scripts that this page needs besides those of all. */
  readonly scripts?: readonly Extract<Asset, "chart.js">[];
}

/** Where a change leads to, with what is said there once. */
export interface Moved {
  readonly to: string;
  readonly said?: string;
}

/** What was sent with a form. */
export interface Form {
  /** Trimmed; "" where it is not there. */
  text(name: string): string;
  /** Of fields of one name, such as boxes to tick. */
  all(name: string): readonly string[];
}

/** Who sends a form. */
export interface Sender {
  readonly actor: Actor;
  /** The page that it was on, as far as the browser says so: where most changes lead back to. */
  readonly from: string;
  /** A script asks, and puts what comes back beside the form, which keeps what was typed. */
  readonly keeps: boolean;
}

type Render<T> = (view: View) => Promise<T> | T;

/** What pages are made with. */
export interface Site {
  /** A page, by GET. */
  show(path: string, render: Render<Shown>): void;
  /**
   * A part of pages that is fetched again when one of its topics changes, at most once a second. Give it the path of a
   * fragment; the query of the page goes with it. What comes back puts it into a page.
   */
  live(path: string, topics: readonly Topic[], render: Render<Markup>): Render<Markup>;
  /** A piece of a page that a script fetches when somebody asks for it. */
  fragment(path: string, render: Render<Markup>): void;
  /** A form's POST: `Shown` is the form again with what is wrong with it. */
  act(path: string, role: Role, act: (view: View, form: Form, sender: Sender) => Promise<Moved | Shown>): void;
  /** A file to keep. */
  file(
    path: string,
    render: Render<{ readonly name: string; readonly type: string; readonly text: string } | Shown>,
  ): void;
}
