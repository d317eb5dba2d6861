"""``signalgen chart``: each format is well-formed, the same every time, and nothing of a hostile project acts in it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

import signalgen
from signalgen.chart.dot import dot
from signalgen.chart.layout import BOX, drawn
from signalgen.chart.mermaid import LONGEST, MOST_EDGES, document, mermaid
from signalgen.chart.page import page
from signalgen.chart.pagescript import SCRIPT
from signalgen.chart.svg import svg
from signalgen.values.check import Finding
from signalgen.values.drawing import Chart, ChartEdge, ChartNode

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onclick="alert(1)',
    "'); alert(1); ('",
    "]--><svg onload=alert(1)>",
    '"] click n1 "javascript:alert(1)',
    "%%{init: {'securityLevel': 'loose'}}%%",
    "`**bold**` #quot; &lt;b&gt; &#60;",
    'a\\" ] ; evil [label="',
    "line\nend\n  n1 --> n2",
    "```\n# heading\n```",
    "\u202eright\u2066 \x00\x1b[31m \udc80 \u2028",
    "</style><style>*{display:none}",
    "<!--<script>",
)


def hostile() -> Chart:
    nodes, edges = [], []
    for at, text in enumerate(HOSTILE):
        finding = Finding("SG101", text, "error", text, 3, 1, 3, 2, text, hint=text, source=text)
        kinds = ("model", "signal", "receiver", "task", "function")
        nodes += [
            ChartNode(
                f"{kind} {at}",
                kind,
                text,
                f"{kind} {text}",
                text,
                text,
                3,
                text,
                (text,),
                (finding,),
            )
            for kind in kinds
        ]
        edges += [
            ChartEdge(f"{one} {at}", f"{other} {at}", text, waits=at % 2 == 0)
            for one, other in zip(kinds, kinds[1:], strict=False)
        ]
    return Chart(tuple(nodes), tuple(edges), HOSTILE)


def large(count: int) -> Chart:
    nodes, edges = [], []
    for at in range(count):
        app = f"app{at % 9}"
        nodes += [
            ChartNode(f"model {at}", "model", f"Model{at}", f"{app}.Model{at}", app),
            ChartNode(f"signal {at}", "signal", "post_save", f"post_save of {app}.Model{at}", app),
            ChartNode(f"receiver {at}", "receiver", f"receive_{at}", f"{app}.receive_{at}", app),
        ]
        edges += [
            ChartEdge(f"model {at}", f"signal {at}"),
            ChartEdge(f"signal {at}", f"receiver {at}"),
            ChartEdge(f"receiver {at}", f"model {(at * 7) % count}", "creates"),
        ]
    return Chart(tuple(sorted(nodes, key=lambda one: one.app)), tuple(edges))


class Reader(HTMLParser):
    """Collects the elements, attributes and scripts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.values: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.values += [value or "" for name, value in attrs if name in ("href", "src", "action")]

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.tags[-1] if self.tags else "", []).append(data)


def test_no_name_becomes_markup_or_script_in_the_page():
    text = page(hostile(), "https://example.com/{path}#L{line}")
    plain = page(large(3))
    read, other = Reader(text), Reader(plain)
    assert set(read.tags) <= {*other.tags, "p", "strong"}
    assert read.tags.count("script") == 2
    assert read.tags.count("style") == 1
    assert read.attributes == other.attributes
    assert read.values == []
    assert not set("<>&") & set(re.search(r'id="data">(.*?)</script>', text)[1])
    data = json.loads(re.search(r'id="data">(.*?)</script>', text)[1])
    assert data["nodes"][0]["label"] == HOSTILE[0]
    assert all(node["link"].startswith("https://example.com/") for node in data["nodes"])
    assert all(not set(node["link"]) & set("<>\"'` ") for node in data["nodes"])


def test_the_page_needs_no_network_and_its_script_makes_no_markup():
    text = page(large(2))
    assert not re.search(r"""(?:src|href|url\(|@import)[=("' ]*(?:https?:)?//""", text)
    assert "default-src 'none'" in text
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function\(", SCRIPT
    )
    assert not re.search(r"fetch\(|XMLHttpRequest|WebSocket|import\(|sendBeacon", SCRIPT)
    assert all(f'id="{name}"' in text for name in re.findall(r'getElementById\("(\w+)"\)', SCRIPT))


def test_the_page_has_everything_in_a_table_too():
    chart = hostile()
    read = Reader(page(chart))
    assert read.tags.count("tr") == len(chart.nodes) + 1
    assert read.tags.count("g") == len(chart.nodes)


def test_no_name_becomes_markup_in_svg():
    tree = ET.fromstring(svg(hostile()).encode())
    names = {element.tag.rpartition("}")[2] for element in tree.iter()}
    assert names == {"svg", "style", "defs", "marker", "path", "rect", "text", "g", "title"}
    assert {
        name for element in tree.iter() for name in element.attrib if name.startswith("on")
    } == set()
    texts = [element.text for element in tree.iter() if element.tag.endswith("title")]
    assert any("<img src=x onerror=alert(1)>" in text for text in texts)


def test_no_name_is_more_than_a_label_in_mermaid():
    (text,) = mermaid(hostile())
    label = r'"(?:[\w _.,:()…-]|#\d+;|<br>)*"'
    forms = (
        r"flowchart LR",
        r"  %% hidden: [^{}\n]*",
        rf"  subgraph app\d+\[{label}\]",
        r"  end",
        rf"    n\d+(?:\[\({label}\)\]|\{{\{{{label}\}}\}}|\[{label}\]|\(\[{label}\]\)|\[/{label}/\])",
        rf"  n\d+ (?:-->|-\.->)(?:\|{label}\|)? n\d+",
        r"  classDef found [\w:#,-]+",
        r"  class n\d+ found",
    )
    for line in text.splitlines():
        assert any(re.fullmatch(form, line) for form in forms), line
    assert document((text,), fenced=True).count("```") == 2 + text.count("```")
    assert "```" not in text.replace("  %% hidden: ``` # heading ```", "")


def test_no_name_ends_its_quotes_in_dot():
    text = dot(hostile())
    bare = re.sub(r'"(?:[^"\\\n]|\\.)*"', "Q", text)
    assert '"' not in bare
    for line in bare.splitlines():
        assert re.fullmatch(r"[\w\s={}\[\],;>-]*", line), line


@pytest.mark.parametrize("count", [1, 40, 700])
def test_mermaid_stays_below_its_limits_and_loses_nothing(count: int):
    chart = large(count)
    parts = mermaid(chart)
    arrows = [line for part in parts for line in part.splitlines() if "-->" in line]
    assert len(arrows) == len(set(arrows)) == len(chart.edges)
    assert all(len(part) < LONGEST and part.count("-->") <= MOST_EDGES for part in parts)
    ids = {one for part in parts for one in re.findall(r"^    (n\d+)", part, re.MULTILINE)}
    assert len(ids) == len(chart.nodes)
    for part in parts:
        own = set(re.findall(r"^    (n\d+)", part, re.MULTILINE))
        assert set(re.findall(r"\bn\d+\b", part)) == own
    assert (len(parts) > 1) is (count == 700)
    whole = document(parts, fenced=False)
    assert whole.startswith("flowchart" if count < 700 else "**Part 1 of")


def test_long_names_alone_split_a_diagram_and_single_nodes_are_kept():
    nodes = tuple(ChartNode(f"n{at}", "task", "é" * 90, "x", f"a{at}") for at in range(200))
    parts = mermaid(Chart(nodes, ()))
    assert len(parts) > 1
    assert all(len(part) < LONGEST for part in parts)
    assert sum(part.count("([") for part in parts) == 200


def test_long_words_at_lines_split_a_diagram():
    chart = large(60)
    edges = tuple(ChartEdge(edge.source, edge.target, "é" * 90) for edge in chart.edges)
    parts = mermaid(Chart(chart.nodes, edges))
    assert len(parts) > 1
    assert all(len(part) < LONGEST for part in parts)


@pytest.mark.parametrize(
    "chart", [large(1), large(60), hostile(), Chart((), ())], ids=str.__class__
)
def test_no_two_nodes_of_a_drawing_overlap(chart: Chart):
    placed = drawn(chart)
    columns: dict[float, list[tuple[float, float]]] = {}
    for box in placed.boxes.values():
        columns.setdefault(box.x, []).append((box.y, box.y + box.height))
        assert box.x + BOX < placed.width
        assert box.y + box.height < placed.height
    for spans in columns.values():
        spans.sort()
        assert all(one[1] < other[0] for one, other in zip(spans, spans[1:], strict=False))
    assert len(placed.boxes) == len(chart.nodes)


def test_apps_stand_in_the_order_of_their_ways_circles_or_not():
    apps = tuple(ChartNode(f"app {name}", "app", name, name, "") for name in "abcd")
    edges = [
        ChartEdge(f"app {one}", f"app {other}", "1") for one, other in ("ab", "bc", "ca", "cd")
    ]
    boxes = drawn(Chart(apps, tuple(edges))).boxes
    xs = [boxes[f"app {name}"].x for name in "abcd"]
    assert xs == sorted(set(xs))


def test_every_format_of_a_hostile_project_says_the_same_twice(tmp_path: Path):
    (tmp_path / "manage.py").write_text("")
    app = tmp_path / "shop"
    app.mkdir()
    (app / "__init__.py").write_text("")
    (app / "apps.py").write_text(
        "from django.apps import AppConfig\n\n\nclass C(AppConfig):\n    name = 'shop'\n"
        "    label = '\"></text><script>alert(1)</script>'\n"
    )
    (app / "models.py").write_text(
        "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n\n\n"
        "@receiver(post_save, sender=pick('</script><script>alert(2)</script>'))\n"
        "def note(sender, **kwargs):  # </script><script>alert(3)</script>\n    pass\n"
    )
    for name in ("mermaid", "dot", "svg", "html"):
        text = signalgen.chart(tmp_path, name).text
        assert text == signalgen.chart(tmp_path, name).text
        assert "note" in text
        # In the quotes of DOT it is text.
        assert name == "dot" or "<script>alert" not in text
    assert Reader(signalgen.chart(tmp_path, "html").text).tags.count("script") == 2
