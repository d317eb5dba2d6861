"""Random specs, sound and corrupted: only SpecError comes out, places lie inside the text, free text survives."""

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st
from spec_samples import ACCEPTED
from test_spec_upgrade import OLD, bare

from signalgen.errors import SpecError
from signalgen.spec import read_spec, signal_spec, upgrade
from signalgen.spec.declared import table
from signalgen.spec.text.report import split_lines

QUIET = settings(max_examples=150, deadline=None)
WORDS = st.sampled_from(
    [name for section in table.SECTIONS for name in section.names()]
    + [
        "post_save",
        "m2m_changed",
        "input",
        "APP_NAME",
        "true",
        "on",
        "null",
        "x = 1",
        "a, b",
        "- x",
        "*a",
        "&a x",
        "!t",
        "|",
        "é",
        "<<",
    ]
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SCALARS = st.one_of(WORDS, TEXT, st.integers(), st.booleans(), st.none())
TREES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(WORDS | TEXT, below, max_size=5),
    max_leaves=20,
)
SPECS = st.fixed_dictionaries(
    {"app": st.sampled_from(["orders", "a.b", "a b"])},
    optional={key.name: TREES for key in table.SPEC.keys if key.name != "app"},
)


def check_only_spec_errors(data):
    try:
        read_spec(data, file="s", source="s")
    except SpecError as error:
        assert error.problems
        lines = split_lines(data.decode("utf-8-sig", "replace"))
        for problem in error.problems:
            assert 1 <= problem.line <= max(1, len(lines))
            assert problem.column >= 1
            assert problem.code == problem.code.lower()
            assert problem.message.isprintable()
            if problem.code != "not-utf8" and lines:
                assert problem.source == lines[problem.line - 1]
                assert problem.column <= len(problem.source) + 1


@QUIET
@given(SPECS)
def test_random_trees(tree):
    check_only_spec_errors(json.dumps(tree, ensure_ascii=False).replace("\x7f", "").encode())


@QUIET
@given(TEXT, st.lists(WORDS, max_size=12))
def test_random_text(text, words):
    check_only_spec_errors((text + "\n" + ": ".join(words)).encode())


@QUIET
@given(st.binary(max_size=60))
def test_random_bytes(data):
    check_only_spec_errors(data)


@QUIET
@given(st.sampled_from([*ACCEPTED, OLD]), st.data())
def test_corrupted_specs(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    check_only_spec_errors((text[:start] + data.draw(WORDS | TEXT) + text[end:]).encode())


def quoted(text):
    """Return ``text`` as a YAML double-quoted scalar in which nothing stands for itself."""
    return '"' + "".join(f"\\U{ord(character):08x}" for character in text) + '"'


@QUIET
@given(TEXT)
@example("'''\"\"\"\\\r\n\u2028\x00{{ x }}{% y %}#")
def test_free_text_survives(text):
    yaml = f"app: o\nsignals:\n- name: s\n  description: {quoted(text)}\ntasks:\n- name: t\n  description: {quoted(text)}\n"
    spec = read_spec(yaml.encode(), file="s", source="s")
    assert spec.signals[0].description == spec.tasks[0].description == text
    assert signal_spec("o", "s", "", None, text).signals[0].description == text


@QUIET
@given(
    TEXT,
    st.lists(
        st.sampled_from(["x = 1", "", "# é", "if a:\n    b", "c = '''\n  \n'''", "   ", "\t"]),
        min_size=1,
    ).map("\n".join),
)
def test_upgrading_keeps_every_value(text, body):
    old = f"input:\n  APP_NAME: o\n  HANDLERS:\n  - name: a\n    signal: post_save\n    DESCRIPTION: {quoted(text)}\n    ON_CREATE: {quoted('pass' + chr(10) + body)}\n"
    before = read_spec(old.encode(), file="s", source="s")
    after = read_spec(upgrade(old.encode(), file="s").encode(), file="s", source="s")
    assert bare(after) == bare(before)


@QUIET
@given(st.sampled_from([text for text in ACCEPTED if text.startswith("input")] + [OLD]))
def test_samples_of_the_older_shape_upgrade_to_the_same_spec(text):
    before = read_spec(text.encode(), file="s", source="s")
    after = read_spec(upgrade(text.encode(), file="s").encode(), file="s", source="s")
    assert bare(after) == bare(before)
