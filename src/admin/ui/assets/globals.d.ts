import type uPlotAsShipped from "uplot";

declare global {
  /** Scripts of packages that pages load as they are. */
  const htmx: { trigger(element: Element, event: string): void };
  const uPlot: typeof uPlotAsShipped;
}
