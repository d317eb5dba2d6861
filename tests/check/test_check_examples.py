"""Each rule on the examples of its own docstring, and the docstrings on their fixed headings."""

import re

import pytest
from check_kit import OFFERS, assert_flags, assert_silent, findings, mended

from signalgen.check import all_rules
from signalgen.check.engine.docs import HEADINGS, example_files, rule_text

RULES = all_rules()
BAD = [(rule, block) for rule in RULES for block in rule_text(rule).examples("Bad")]
GOOD = [(rule, block) for rule in RULES for block in rule_text(rule).examples("Good")]
LINK = re.compile(r"https://docs\.(?:djangoproject|celeryq)\.(?:com|dev)/\S+")

MARK = re.compile(r"  # SG\d{3}$", re.MULTILINE)


def name(value):
    return getattr(value, "code", "")


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_a_docstring_has_the_fixed_headings_and_a_link(rule):
    text = rule_text(rule)
    assert tuple(text.sections) == HEADINGS
    assert all(text.sections.values())
    assert text.title.endswith(".")
    assert LINK.search(text.sections["Why it matters"])
    assert text.examples("Bad")
    assert text.examples("Good")


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_a_rule_is_called_like_its_module(rule):
    check = rule.on_receiver or rule.on_project or rule.on_unused
    expected = f"{rule.code.lower()}_{rule.name.replace('-', '_')}"
    assert check.__module__ == f"signalgen.check.rules.{expected}"


@pytest.mark.parametrize(("rule", "block"), BAD, ids=name)
def test_a_bad_example_is_found(rule, block):
    assert_flags(example_files(block), rule.code)


@pytest.mark.parametrize(("rule", "block"), GOOD, ids=name)
def test_a_good_example_is_not(rule, block):
    assert_silent(example_files(block), rule.code)


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_the_bad_examples_get_the_fixes_that_the_page_speaks_of(rule):
    """What else is flagged in these tests is held to it by ``assert_flags``, which applies every fix."""
    plain = [MARK.sub("", block) for block in rule_text(rule).examples("Bad")]
    fixes = [item.fix for block in plain for item in findings(example_files(block), rule.code)]
    assert {"safe" if item.safe else "unsafe" for item in fixes if item is not None} == OFFERS[
        rule.fix
    ]
    assert bool(rule.safety) == (rule.fix != "none")


@pytest.mark.parametrize(
    ("rule", "block"), [item for item in BAD if item[0].fix != "none"], ids=name
)
def test_a_fix_ends_its_lines_as_the_file_does(rule, block):
    files = {
        path: text.replace("\n", "\r\n").encode() for path, text in example_files(block).items()
    }
    after = mended(files, rule.code)
    for data in (after[path] for path in files):
        assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")


def test_no_code_or_name_is_given_twice():
    assert len({rule.code for rule in RULES}) == len(RULES) == len({rule.name for rule in RULES})
