"""A chart as one HTML file that needs no network: ``page``.

The project's texts are escaped in markup and passed to the script as JSON; the script shows them
only as text. The page's policy lets only its own script and style run or load.
"""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from signalgen.chart.pagescript import SCRIPT
from signalgen.chart.svg import STYLE, picture
from signalgen.chart.wording import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signalgen.values.drawing import Chart, ChartNode

_PAGE = """\
:root{color-scheme:light dark}
body{margin:0;font:14px system-ui,sans-serif;background:#fff;color:#1b1f24}
header{padding:12px 16px;border-bottom:1px solid #d0d7de}
h1{font-size:18px;margin:0 0 8px}
input,button{font:inherit;color:inherit;background:transparent;border:1px solid #8c959f;\
border-radius:6px;padding:3px 8px}
input{min-width:22em}
button{cursor:pointer}
.chips{margin:6px 0 0}
.chip{margin:2px;border-radius:12px;font-size:12px}
.chip[aria-pressed=true]{background:#0969da;color:#fff;border-color:#0969da}
.note{margin:6px 0 0;color:#57606a}
main{display:flex;align-items:flex-start}
#graph{flex:1;overflow:auto;max-height:80vh}
#panel{width:24em;max-height:80vh;overflow:auto;padding:8px 16px;border-left:1px solid #d0d7de}
#panel h2{font-size:16px;overflow-wrap:anywhere}
#panel p,#panel li{overflow-wrap:anywhere}
#panel pre{white-space:pre-wrap;background:#8882;padding:6px;border-radius:6px}
.finding{border-left:3px solid #cf222e;padding-left:8px;margin:8px 0}
.node{cursor:pointer}
.dim{opacity:.12}
.hit rect,.chosen rect{stroke-width:4}
.node:focus{outline:none}
.node:focus rect{stroke-width:4;stroke:#bf3989}
section{padding:8px 16px}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;border-bottom:1px solid #d0d7de;padding:4px 8px;\
overflow-wrap:anywhere}
th,td:nth-child(2),td:nth-child(3){overflow-wrap:normal}
tbody button{border:0;padding:0;text-align:left;text-decoration:underline;overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}\
header,#panel,th,td{border-color:#30363d}.note{color:#9198a1}}
@media(max-width:60em){main{display:block}#panel{width:auto}}
@media print{.tools,.chips,#panel{display:none}#graph{overflow:visible;max-height:none}\
#map{width:100%;height:auto}.dim{opacity:1}tbody button{text-decoration:none}}
"""
_CHIPS = (("signal", "Signals"), ("app", "Apps"), ("finding", "Findings"))
_MOST_CHIPS = 40
_SCHEMES = ("https://", "http://", "vscode://", "vscodium://", "idea://", "pycharm://", "file://")


def is_link(template: str) -> bool:
    """Tell whether a link template is allowed in a page: it names a place and is no script."""
    return template.startswith(_SCHEMES) and "{path}" in template


def page(chart: Chart, links: str = "") -> str:
    """Return the page. ``links``: an address with ``{path}`` and ``{line}`` for places in code."""
    style = f"{STYLE}{_PAGE}"
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(SCRIPT)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    hidden = "".join(f'<p class="note">Hidden: {_text(text)}</p>\n' for text in chart.hidden)
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Signal map</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>Signal map</h1>
<div class="tools"><label>Search <input id="search" type="search" placeholder="press /"></label>
<button type="button" id="in" aria-label="larger">+</button>
<button type="button" id="out" aria-label="smaller">-</button>
<button type="button" id="reset">Reset (Esc)</button> <span id="status" role="status"></span></div>
{_chips(chart)}{hidden}</header>
<main>
<div id="graph">
{picture(chart, "", alone=False)}</div>
<aside id="panel" aria-live="polite" hidden></aside>
</main>
<section>
<h2>As a table</h2>
{_table(chart)}</section>
<script type="application/json" id="data">{_data(chart, links)}</script>
<script>{SCRIPT}</script>
</body>
</html>
"""


def _chips(chart: Chart) -> str:
    lines = []
    for by, title in _CHIPS:
        values = sorted({value for node in chart.nodes for value in _values(node, by) if value})
        buttons = [
            f'<button type="button" class="chip" aria-pressed="false" data-by="{by}" '
            f'data-value="{_text(value)}">{_text(value)}</button>'
            for value in values[:_MOST_CHIPS]
        ]
        more = len(values) - _MOST_CHIPS
        buttons += [f"and {more} more: use the search"] if more > 0 else []
        if buttons:
            row = " ".join(buttons)
            lines.append(
                f'<div class="chips" role="group" aria-label="{title}">{title}: {row}</div>\n'
            )
    return "".join(lines)


def _values(node: ChartNode, by: str) -> Iterable[str]:
    if by == "finding":
        return [item.code for item in node.findings]
    if by == "app":
        return [clean(node.app)]
    return [clean(node.label)] if node.kind == "signal" else []


def _table(chart: Chart) -> str:
    named = {node.key: node for node in chart.nodes}
    leads: dict[str, list[str]] = {}
    for edge in chart.edges:
        words = f" ({edge.label})" if edge.label else ""
        leads.setdefault(edge.source, []).append(f"{named[edge.target].name}{words}")
    rows = []
    for at, node in enumerate(chart.nodes):
        place = f"{node.path}:{node.line}" if node.path else ""
        found = "; ".join(f"{item.code} {item.message}" for item in node.findings)
        cells = (
            node.kind,
            node.app,
            "; ".join(leads.get(node.key, ())),
            "; ".join(node.notes),
            found,
            place,
        )
        rest = "".join(f"<td>{_text(cell)}</td>" for cell in cells)
        name = f'<th scope="row"><button type="button">{_text(node.name)}</button></th>'
        rows.append(f'<tr data-n="{at}">{name}{rest}</tr>\n')
    heads = ("name", "kind", "app", "leads to", "notes", "findings", "where")
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{''.join(rows)}</tbody>\n</table>\n"


def _data(chart: Chart, links: str) -> str:
    numbers = {node.key: at for at, node in enumerate(chart.nodes)}
    data = {
        "nodes": [_plain(node, links) for node in chart.nodes],
        "edges": [[numbers[e.source], numbers[e.target], clean(e.label)] for e in chart.edges],
    }
    text = json.dumps(data, separators=(",", ":"))
    # Neither the end of the script nor a comment may begin in a text.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _plain(node: ChartNode, links: str) -> dict[str, object]:
    found = [
        {
            "code": item.code,
            "message": clean(item.message),
            "hint": clean(item.hint),
            "source": clean(item.source),
            "place": clean(f"{item.path}:{item.line}"),
        }
        for item in node.findings
    ]
    codes = [f"{item.code} {item.name}" for item in node.findings]
    searched = [node.kind, node.name, node.app, node.path, *node.notes, *codes]
    return {
        "kind": node.kind,
        "label": clean(node.label),
        "name": clean(node.name),
        "app": clean(node.app),
        "signal": clean(node.label) if node.kind == "signal" else "",
        "place": clean(f"{node.path}:{node.line}") if node.path else "",
        "link": _link(node, links),
        "source": clean(node.source),
        "notes": [clean(note) for note in node.notes],
        "found": found,
        "find": clean(" ".join(searched)).lower(),
    }


def _link(node: ChartNode, links: str) -> str:
    if not links or not node.path:
        return ""
    path = quote(node.path.encode("utf-8", "surrogateescape"))
    return links.replace("{path}", path).replace("{line}", str(node.line))


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _text(text: str) -> str:
    return escape(clean(text), quote=True)
