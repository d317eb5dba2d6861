"""``signalgen check`` on text that nobody would write: it never raises, reports or skips, and what --fix leaves parses.

``make fuzz`` runs many more examples, the same ones every time.
"""

import ast
import os
import warnings

import pytest
from check_kit import BASE, HEAD
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.planted import PLANTED
from signalgen.check import Choice, all_rules, analyse
from signalgen.check.engine.docs import example_files, rule_text
from signalgen.fixing import fix
from signalgen.index import build_index
from signalgen.project.survey import survey_project
from signalgen.source.reading import spoiled

EXAMPLES = int(os.environ.get("SIGNALGEN_FUZZ", "20"))
EVERY = Choice(select=("ALL",))
SIGNALS = "shop/signals.py"
SEEDS = [
    text
    for rule in all_rules()
    for heading in ("Bad", "Good")
    for block in rule_text(rule).examples(heading)
    for text in example_files(block).values()
]
SEEDS += [path.read_text() for path in sorted(PLANTED.rglob("*.py"))]
TEXTS = st.sampled_from([text for text in SEEDS if "ignals" in text])
ODD = st.sampled_from(
    [
        "\0",
        "\r",
        "\f",
        "\\",
        "\ufeff",
        "'''",
        '"""',
        "(",
        ")",
        "\t",
        "é",
        "\ud800",
        "{",
        "lambda: ",
        "*",
        "@",
        ":=",
        "\n",
    ]
)
DEEP = ["(", "[", "not ", "-", "if x:\n", "lambda: ", "f(", "x.", "def g():\n"]


def lines_of(text):
    return text.splitlines(keepends=True)


@st.composite
def spliced(draw):
    """The head of one module and the tail of another, cut at any place or between lines."""
    one, two = draw(TEXTS), draw(TEXTS)
    if draw(st.booleans()):
        first, last = lines_of(one), lines_of(two)
        return "".join(
            first[: draw(st.integers(0, len(first)))] + last[draw(st.integers(0, len(last))) :]
        )
    return one[: draw(st.integers(0, len(one)))] + two[draw(st.integers(0, len(two))) :]


@st.composite
def odd(draw):
    text = draw(TEXTS)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(ODD) + text[at + draw(st.integers(0, 3)) :]
    return text


@st.composite
def repeated(draw):
    """Decorators, or any other line, given again and again."""
    lines = lines_of(draw(TEXTS))
    marked = [at for at, line in enumerate(lines) if line.lstrip().startswith("@")]
    at = draw(st.sampled_from(marked or range(len(lines))))
    return "".join(lines[:at] + [lines[at]] * draw(st.integers(2, 60)) + lines[at:])


@st.composite
def nested(draw):
    """An expression or a block inside itself, deeper than a parser may go."""
    depth, opening = draw(st.sampled_from([3, 90, 400, 3000])), draw(st.sampled_from(DEEP))
    block = opening.endswith("\n")
    text = (
        "".join(" " * level + opening for level in range(min(depth, 120)))
        if block
        else opening * depth
    )
    closing = {"(": ")", "[": "]", "f(": ")"}.get(opening, "") * depth
    body = " " * min(depth, 120) + "pass\n" if block else f"x{closing}\n"
    return f"{draw(TEXTS)}\n{text}{body}\n{HEAD}@receiver(post_save)\ndef last(sender): ...\n"


def parses(data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd escapes in odd text
        try:
            ast.parse(data)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    root = tmp_path_factory.mktemp("fuzz")
    for name, text in BASE.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    return root


@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
@given(
    text=st.one_of(spliced(), odd(), repeated(), nested()),
    encoding=st.sampled_from(["utf-8", "latin-1"]),
)
def test_check_survives_any_text_and_its_fixes_parse(shop, text, encoding):
    data = text.encode(encoding, "replace")
    (shop / SIGNALS).write_bytes(data)
    survey = survey_project(shop)
    report = analyse(build_index(survey), EVERY)
    assert {item.file for item in report.skipped} <= {SIGNALS}
    for item in report.findings:
        assert item.line >= 1
        assert item.column >= 1
        assert item.message
    done = fix(survey, EVERY, (), None, report, unsafe=True, wanted=bool)
    for change in done.files:
        # A statement that nobody could read stays; what is around it may be mended, and reads as it did.
        assert spoiled(change.before, change.after) is None
        # Python has bounds (of nesting) that the grammar has not: what it refused before, it may refuse afterwards.
        assert parses(change.after) or not parses(change.before), change.after
