/** Light and dark by the viewer's choice; contrasts are at least 4.5:1 (WCAG 2.2 AA). Tables become cards below 40 rem. */
export const css = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --line: #d9dde3; --text: #1a1f27; --muted: #566070; --link: #0b57b0; --focus: #0b57b0;
  --red: #b42318; --red-soft: #fdecea; --amber: #7a4a00; --amber-soft: #fff3da; --green: #1b6b3a; --green-soft: #e5f4ea;
  --blue: #1d4f91; --blue-soft: #e6eefa; --grey-soft: #eceff3; --danger: #b42318; --danger-hover: #912018;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12151a; --card: #1b2027; --line: #333b46; --text: #e7eaee; --muted: #a3adba; --link: #86b7fe; --focus: #86b7fe;
    --red: #ff9c90; --red-soft: #40201d; --amber: #f5c26b; --amber-soft: #3a2d12; --green: #86d5a2; --green-soft: #17321f;
    --blue: #9cc2f5; --blue-soft: #1a2c45; --grey-soft: #2a313a; --danger: #b42318; --danger-hover: #cf3a2c;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
header, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; padding-top: 1.25rem; }
header p { margin: 0; }
header .at { margin-left: auto; }
main > section { margin: 1.25rem 0; padding: 1.1rem 1.25rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
footer { padding-bottom: 2rem; }
h1 { margin: 0; font-size: 1.4rem; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { margin: 0 0 .25rem; font-size: 1.1rem; }
h3 { margin: 1.25rem 0 .25rem; font-size: 1rem; }
p { margin: 0 0 .75rem; }
ul { margin: 0; padding-left: 1.2rem; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: .2rem; }
code { font: .9em/1.4 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.muted, small { color: var(--muted); font-size: .875rem; font-weight: 400; }
.badge { display: inline-block; padding: .05rem .55rem; border-radius: 1rem; font-size: .85rem; font-weight: 600; white-space: nowrap; background: var(--grey-soft); color: var(--text); }
.critical, .failed { background: var(--red-soft); color: var(--red); }
.major, .divergent, .cutover { background: var(--amber-soft); color: var(--amber); }
.minor, .shadow, .dual-run { background: var(--blue-soft); color: var(--blue); }
.match { background: var(--green-soft); color: var(--green); }
main > .switch { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem 1.5rem; }
.switch div { flex: 1 1 18rem; }
.switch p { margin: 0; }
main > .on { border: 2px solid var(--red); background: var(--red-soft); }
main > .warn { border-color: var(--amber); background: var(--amber-soft); }
button { padding: .65rem 1.25rem; border: 1px solid transparent; border-radius: .4rem; font: inherit; font-weight: 600; cursor: pointer; }
button.danger { background: var(--danger); color: #fff; }
button.danger:hover { background: var(--danger-hover); }
button.plain { background: var(--card); color: var(--text); border-color: var(--muted); }
button.plain:hover { background: var(--grey-soft); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 1rem; margin: .5rem 0 0; }
dt { color: var(--muted); font-size: .875rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.facts { grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); }
.tiles > div { padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .4rem; }
.tiles strong { display: block; font-size: 1.5rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
.tiles ul, .plain-list { padding: 0; list-style: none; }
.examples { display: flex; flex-wrap: wrap; gap: 0 .6rem; }
table { width: 100%; margin-top: .5rem; border-collapse: collapse; }
caption { padding: .5rem 0 .25rem; text-align: left; font-weight: 600; }
th, td { padding: .5rem .75rem .5rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
thead th { border-top: 0; color: var(--muted); font-size: .875rem; font-weight: 500; white-space: nowrap; }
tbody th { font-weight: 600; }
.number + td, .number + th:not(.number) { padding-left: 1rem; }
.even td { width: 28%; }
.even td:first-child { width: auto; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td:last-child, th:last-child { padding-right: 0; }
@media (max-width: 40rem) {
  header, main, footer { padding-left: .75rem; padding-right: .75rem; }
  header .at { margin-left: 0; }
  main > section { padding: .9rem; }
  .switch form, .switch button { width: 100%; }
  .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards tr { display: block; padding: .6rem 0; border-top: 1px solid var(--line); }
  .cards td, .cards th { display: flex; gap: .75rem; padding: .15rem 0; border: 0; text-align: left; white-space: normal; }
  .cards.even td { width: auto; }
  .cards td > *, .cards th > * { min-width: 0; }
  .cards [data-label]::before { content: attr(data-label); flex: 0 0 6rem; color: var(--muted); font-size: .875rem; font-weight: 400; }
  .tiles { grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: .6rem; }
}
`;
