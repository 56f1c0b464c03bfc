// How the page looks, light and dark, from 400 pixels on. The colours of blocks are custom properties: the canvas reads them.
// Values only. Text on blocks has a contrast of at least 4.5.

export const style = `
:root { color-scheme: light dark; --paper: #ffffff; --text: #1f2430; --muted: #565d6a; --line: #d9dde3; --field: #f5f6f8;
  --block-text: #15181e; --thread: #d4d8de; --others: #e6e3dc; --project: #f5b26b; --package0: #8fc0f0; --package1: #a5d6a0;
  --package2: #d3b3ea; --package3: #f0a9b8; --package4: #8ed4d0; --package5: #d9cf78; --package6: #bfc9b8;
  --aside: #f7e7b0; --hatch: #a88b2c; --match: #b3125f; --match-text: #ffffff; --selected: #1f2430;
  --more1: #f8d5c8; --more2: #f3a78c; --more3: #e8744c; --less1: #d3e4f6; --less2: #9cc5ee; --less3: #5d9fe0; --same: #e4e6ea; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181e; --text: #e6e8ec; --muted: #a2a9b5; --line: #363c47; --field: #20252e;
  --block-text: #f4f5f7; --thread: #444b57; --others: #3b3a37; --project: #8d4f13; --package0: #24588f; --package1: #2c6532;
  --package2: #66418a; --package3: #8a3550; --package4: #1c6462; --package5: #645a12; --package6: #4c5647;
  --aside: #55481a; --hatch: #a08a3c; --match: #ff8fc4; --match-text: #15181e; --selected: #ffffff;
  --more1: #56342a; --more2: #863c24; --more3: #b0421b; --less1: #263f5b; --less2: #24588f; --less3: #1d6bbb; --same: #3a3f48; } }
* { box-sizing: border-box; }
html { font: 14px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; background: var(--paper); color: var(--text); }
body { margin: 0 auto; max-width: 1680px; padding: 12px 16px 40px; }
h1 { margin: 0; font-size: 19px; overflow-wrap: anywhere; }
#total { margin: 2px 0 0; overflow-wrap: anywhere; }
#remarks p { margin: 2px 0 0; max-width: 110ch; color: var(--muted); }
#notes { margin: 8px 0 0; padding: 0; list-style: none; overflow-wrap: anywhere; color: var(--muted); }
#views { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 12px 0 0; }
#views label { display: inline-flex; gap: 2px; align-items: center; }
#views:empty, section[hidden] { display: none; }
#list-about p { margin: 2px 0; max-width: 90ch; }
#choices { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; margin: 12px 0 8px; }
#choices label { display: inline-flex; gap: 6px; align-items: center; max-width: 100%; }
select, input[type=search], button { font: inherit; color: inherit; background: var(--field); border: 1px solid var(--line);
  border-radius: 4px; padding: 3px 7px; min-width: 0; max-width: 100%; }
select { max-width: 240px; text-overflow: ellipsis; }
button:disabled { opacity: 0.5; }
:focus-visible { outline: 2px solid var(--text); outline-offset: 1px; }
#sight:focus-within { outline: 2px solid var(--text); outline-offset: 1px; }
#picture:focus-visible { outline: none; }
#metric { max-width: 300px; }
#found { min-width: 12ch; }
#sight { overflow-x: hidden; overflow-y: auto; border: 1px solid var(--line); scrollbar-gutter: stable; }
#roll { position: relative; }
#picture { position: sticky; top: 0; display: block; width: 100%; cursor: pointer; }
#detail { min-height: 5.8em; margin: 6px 0 0; overflow-wrap: anywhere; }
#detail div:first-child, #tip div:first-child { font-weight: 600; }
#tip { position: fixed; z-index: 1; max-width: min(560px, calc(100vw - 16px)); padding: 6px 9px; pointer-events: none; font-size: 13px;
  background: var(--paper); border: 1px solid var(--muted); border-radius: 4px; overflow-wrap: anywhere; }
#tip[hidden] { display: none; }
#tip div { display: -webkit-box; -webkit-line-clamp: 4; -webkit-box-orient: vertical; overflow: hidden; }
#legend { display: flex; flex-wrap: wrap; gap: 3px; align-items: center; margin: 4px 0 8px; color: var(--muted); }
#legend span { width: 22px; height: 13px; border-radius: 2px; }
#legend .less3 { background: var(--less3); } #legend .less2 { background: var(--less2); } #legend .less1 { background: var(--less1); }
#legend .more3 { background: var(--more3); } #legend .more2 { background: var(--more2); } #legend .more1 { background: var(--more1); }
#legend .same { background: var(--same); }
#gone-part[hidden] { display: none; }
#gone-part th:nth-child(3), #gone-part td:nth-child(3) { text-align: left; width: 25%; overflow-wrap: anywhere; padding-right: 8px; }
.hint, #more, #gone-more, #list-more { color: var(--muted); }
h2 { font-size: 16px; margin: 22px 0 4px; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { padding: 3px 8px 3px 0; text-align: left; vertical-align: top; font-weight: inherit; overflow-wrap: anywhere;
  border-bottom: 1px solid var(--line); }
thead th { color: var(--muted); }
th:nth-child(n+3), td:nth-child(n+3) { text-align: right; width: 84px; overflow-wrap: normal; padding-right: 0; }
th:nth-child(2), td:nth-child(2) { width: 32%; }
@media (max-width: 640px) { th, td { font-size: 12px; } th:nth-child(n+3), td:nth-child(n+3) { width: 64px; padding-left: 4px; } th:nth-child(2), td:nth-child(2) { width: 24%; } }
`;
