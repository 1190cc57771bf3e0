#include "operations/publish/report_style.h"

namespace restock {

std::string_view report_style() {
  return R"css(
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2430; --soft: #5b6675; --rule: #d9dee5; --card: #f5f7f9;
  --model: #1f6feb; --band: #1f6feb; --other: #9aa5b1; --good: #1a7f4b; --bad: #b42318; --warn: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --paper: #12161c; --ink: #e4e9ef; --soft: #9aa7b5; --rule: #303843;
  --card: #1b2129; --model: #6cb2ff; --band: #58a6ff; --other: #66717e; --good: #56d08a; --bad: #ff8a80;
  --warn: #e3b341; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 3rem; max-width: 66rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
p { margin: .4rem 0; max-width: 46rem; }
.soft, figcaption { color: var(--soft); font-size: .87rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
nav { margin: .9rem 0; display: flex; flex-wrap: wrap; gap: .25rem 1rem; font-size: .9rem; }
a { color: var(--model); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .6rem; margin: 1rem 0; padding: 0; list-style: none; }
.tiles li { background: var(--card); border-radius: 8px; padding: .6rem .8rem; }
.tiles b { display: block; font-size: 1.35rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
.tiles span { display: block; color: var(--soft); font-size: .83rem; line-height: 1.35; }
figure { margin: .75rem 0; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(17.5rem, 1fr)); gap: 1rem 1.25rem; }
.grid figure { margin: 0; min-width: 0; } .grid figcaption { line-height: 1.35; }
.grid figcaption b { color: var(--ink); display: block; }
.chart { display: block; width: 100%; height: auto; }
.narrow { display: none; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: .25rem 0; padding: 0; font-size: .85rem; color: var(--soft); }
.legend svg { width: 22px; height: 12px; margin-right: .35rem; vertical-align: -1px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; margin: .5rem 0; }
th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
th { font-weight: 600; color: var(--soft); font-size: .83rem; }
th { vertical-align: bottom; } .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } th.n { white-space: normal; min-width: 4rem; }
td.bars { width: 30%; min-width: 6rem; vertical-align: middle; } td.words { min-width: 15rem; }
tr.model td, tr.model th { font-weight: 600; color: var(--ink); }
.bar { display: block; width: 100%; height: .8rem; }
svg text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--soft); }
.base { stroke: var(--other); } .rule { stroke: var(--rule); }
.actual { fill: none; stroke: var(--ink); stroke-width: 1.4; stroke-linejoin: round; }
.forecast, .line0 { fill: none; stroke: var(--model); stroke-width: 2; stroke-linejoin: round; }
.line1 { fill: none; stroke: var(--warn); stroke-width: 2; } .point0 { fill: var(--model); } .point1 { fill: var(--warn); }
.backtest { fill: none; stroke: var(--model); stroke-width: 1.5; stroke-dasharray: 4 3; }
.band { fill: var(--band); fill-opacity: .17; stroke: none; }
.origin, .diagonal { stroke: var(--soft); stroke-dasharray: 3 3; }
.hit { fill: transparent; } .hit:hover { fill: var(--ink); fill-opacity: .08; }
rect.ours { fill: var(--model); } rect.theirs { fill: var(--other); } rect.risk { fill: var(--bad); }
@media (max-width: 640px) { body { padding: 1rem .9rem 2rem; } .wide { display: none; } .narrow { display: block; }
  .tiles { grid-template-columns: 1fr 1fr; } .tiles b { font-size: 1.15rem; } }
@media print { :root { --paper: #fff; --ink: #000; --soft: #444; --rule: #ccc; --card: #f3f3f3; --model: #1f6feb; --band: #1f6feb; --other: #9aa5b1; --good: #1a7f4b; --bad: #b42318; --warn: #8a5a00; }
  body { max-width: none; padding: 0; font-size: 11px; } nav, .hit { display: none; }
  figure, tr, .tiles { break-inside: avoid; } h2, h3 { break-after: avoid; } .scroll { overflow: visible; } }
)css";
}

}  // namespace restock
