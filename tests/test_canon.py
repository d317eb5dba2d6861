"""Two texts are the same code, or not, whatever a formatter has done to their layout."""

from __future__ import annotations

import pytest

from signalgen import canon

CODE = """\
def told(sender, **kwargs):
    if kwargs['n'] > 3:
        log.info('a  (b)', kwargs)
    return 1,
"""
SAME = {
    "black": CODE.replace("'", '"').replace("1,", "(1,)"),
    "lines in brackets": CODE.replace("('a", "(\n  'a").replace("s)\n", "s,\n)\n"),
    "blank lines": CODE.replace("    return", "\n    return"),
}
OTHER = {
    "a tuple": CODE.replace("3:", "(3,):"),
    "no tuple": CODE.replace("1,", "1"),
    "another level": CODE.replace("    return", "        return"),
    "two statements": CODE.replace("log.info(", "log.info; ("),
    "no call": CODE.replace("log.info(", "log.info, ("),
    "a blank less in a string": CODE.replace("a  (", "a ("),
    "a bracket less in a string": CODE.replace("(b)", "b"),
    "another number": CODE.replace("3", "4"),
    "the same number": CODE.replace("3", "0x3"),
    "a comment more": CODE.replace("3:", "3:  # noqa"),
    "no Python": CODE.replace("3:", "3 :(,"),
}


@pytest.mark.parametrize("comment", ["", "# one (two), three\n"])
@pytest.mark.parametrize("compare", [canon.same, canon.certainly_same])
@pytest.mark.parametrize("how", [*SAME, *OTHER])
def test_layout_makes_no_difference_and_all_else_does(how, compare, comment):
    other = SAME.get(how) or OTHER[how]
    assert other != CODE
    assert compare(comment + CODE, comment + other) == (how in SAME)


@pytest.mark.parametrize("compare", [canon.same, canon.certainly_same])
def test_a_comment_is_part_of_the_code(compare):
    assert not compare(f"# one, two\n{CODE}", f"# one two\n{CODE}")
