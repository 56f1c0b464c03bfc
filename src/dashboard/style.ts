// How the pages look, light and dark, from 400 pixels on. Values only. Text has a contrast of at least 4.5, and a sign or a
// word stands beside every colour that means something.

export const style = `
:root { color-scheme: light dark; --paper: #ffffff; --text: #1f2430; --muted: #565d6a; --line: #d9dde3; --field: #f5f6f8;
  --link: #1d5bb0; --worse: #a83a17; --better: #1d5bb0; --bar: #6d7787; --note: #fdf3d8; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181e; --text: #e6e8ec; --muted: #a2a9b5; --line: #363c47;
  --field: #20252e; --link: #8ab8f7; --worse: #f2946f; --better: #8ab8f7; --bar: #8b95a5; --note: #3a3216; } }
* { box-sizing: border-box; }
html { font: 14px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; background: var(--paper); color: var(--text); }
body { margin: 0 auto; max-width: 1680px; padding: 0 16px 40px; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--text); outline-offset: 1px; }
.skip { position: absolute; left: -9999px; }
.skip:focus { position: static; }
.top { display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: baseline; padding: 12px 0; border-bottom: 1px solid var(--line); }
.top strong { font-size: 16px; }
.top nav { display: flex; flex-wrap: wrap; gap: 4px 14px; }
.top a[aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
#live { margin-left: auto; }
h1 { margin: 16px 0 4px; font-size: 20px; line-height: 1.3; overflow-wrap: anywhere; }
h2 { margin: 26px 0 6px; font-size: 16px; overflow-wrap: anywhere; }
p { margin: 4px 0; overflow-wrap: anywhere; }
.muted { color: var(--muted); }
.note { padding: 6px 10px; border-left: 3px solid var(--muted); background: var(--note); }
.worse { color: var(--worse); }
.better { color: var(--better); }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 0.93em; overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: end; margin: 12px 0; }
form label { display: inline-flex; flex-direction: column; gap: 2px; max-width: 100%; color: var(--muted); font-size: 12px; }
select, input, button { font: inherit; font-size: 14px; color: var(--text); background: var(--field); border: 1px solid var(--line);
  border-radius: 4px; padding: 4px 8px; min-width: 0; max-width: min(320px, calc(100vw - 32px)); }
input[type=radio] { margin: 0; padding: 0; width: 18px; height: 18px; }
select { text-overflow: ellipsis; }
button { cursor: pointer; }
.metrics { display: flex; flex-wrap: wrap; gap: 4px 14px; margin: 10px 0; padding: 0; list-style: none; }
.metrics a[aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
.side { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(360px, 100%), 1fr)); gap: 0 32px; }
.side > * { min-width: 0; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--muted); padding: 2px 0; }
th, td { padding: 4px 12px 4px 0; text-align: left; vertical-align: top; font-weight: inherit; border-bottom: 1px solid var(--line); }
thead th { color: var(--muted); font-size: 12px; white-space: nowrap; }
.name { overflow-wrap: anywhere; min-width: 12em; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.spark { display: block; max-width: 100%; }
.spark path { fill: none; stroke: var(--bar); stroke-width: 1.4; }
.spark .last { fill: var(--text); }
.spark .worse, .bars .worse { fill: var(--worse); }
.spark .better, .bars .better { fill: var(--better); }
/* Not sure: a ring in place of a dot. */
.spark .hollow { fill: var(--paper); stroke-width: 1.4; }
.spark .hollow.worse { stroke: var(--worse); }
.spark .hollow.better { stroke: var(--better); }
.bars { display: block; width: 100%; height: 12px; }
.bars rect { fill: var(--bar); }
.bins th:first-child { white-space: nowrap; }
.bins td, .bins tbody th { padding-top: 1px; padding-bottom: 1px; }
.bins td:nth-child(2) { width: 60%; vertical-align: middle; }
.few { margin: 0; padding: 0; list-style: none; }
.few li { display: flex; gap: 12px; justify-content: space-between; padding: 4px 0; border-bottom: 1px solid var(--line); }
.few li > :first-child { overflow-wrap: anywhere; min-width: 0; }
fieldset { display: flex; flex-wrap: wrap; gap: 4px 14px; margin: 8px 0; padding: 0; border: 0; }
fieldset[hidden] { display: none; }
fieldset label { display: inline-flex; gap: 6px; align-items: center; }
legend { float: left; padding: 0 10px 0 0; color: var(--muted); }
#plot { width: 100%; min-height: 240px; margin: 8px 0; }
footer { margin-top: 32px; color: var(--muted); overflow-wrap: anywhere; }
@media (max-width: 640px) {
  .rows thead { position: absolute; left: -9999px; }
  .rows tr { display: grid; grid-template-columns: 1fr; padding: 6px 0; border-bottom: 1px solid var(--line); }
  .rows th, .rows td { display: flex; gap: 12px; justify-content: space-between; border: 0; padding: 2px 0; min-width: 0; text-align: left; white-space: normal; }
  .rows .name { display: block; }
  .rows td.name { display: flex; }
  .rows td[data-label]::before { content: attr(data-label); color: var(--muted); white-space: nowrap; }
  .rows td:empty { display: none; }
}
`;
