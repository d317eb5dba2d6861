"""How values become Python text: quotes, docstrings and comments as a person would write them."""

from __future__ import annotations

import pytest

from signalgen.render.environment import comment, connection, docstring
from signalgen.syntax import string_literal
from signalgen.values.plan import PlannedConnection


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("orders.on_saved", '"orders.on_saved"'),
        ("it's", '"it\'s"'),
        ('say "x"', "'say \"x\"'"),
        ("a\\b", '"a\\\\b"'),
        ("a\nb", '"a\\nb"'),
        ("\u2028", '"\\u2028"'),
        ("é", '"é"'),
        ("", '""'),
    ],
)
def test_string_literals_are_double_quoted_where_possible(text, literal):
    assert string_literal(text) == literal


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Short.", '"""Short."""'),
        ("  Short.  \n", '"""Short."""'),
        ('Say "it".', '"""Say "it"."""'),
        ('Say "it"', '"""Say "it\\""""'),
        ("One.\nTwo.", '"""One.\n\n    Two.\n    """'),
        ("One.\n\nTwo.", '"""One.\n\n    Two.\n    """'),
        ("a\\b", '"""a\\\\b"""'),
        ("bell\x07", '"""bell"""'),
        ("a\u2028b", '"""a\n\n    b\n    """'),
        (
            "word " * 20,
            '"""' + " ".join(["word"] * 16) + "\n    " + " ".join(["word"] * 4) + '\n    """',
        ),
    ],
)
def test_docstrings(text, written):
    assert docstring(text) == written


def test_a_docstring_that_just_fits_stays_on_its_line():
    assert docstring("x" * 78, 4) == f'"""{"x" * 78}"""'
    assert "\n" in docstring("x" * 79, 4)


def test_comments_are_wrapped_and_never_left():
    assert comment(["One.", "Two\nthree"], "#: ") == "#: One.\n#: Two\n#: three"
    assert (
        comment(["word " * 10], "#: ", width=43)
        == "#: " + " ".join(["word"] * 8) + "\n#: word word"
    )
    assert comment(["a\r\u2028import os"], "# ") == "# a\n# import os"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (
            PlannedConnection(("post_save",), "Order", "o.a"),
            'post_save, sender=Order, dispatch_uid="o.a"',
        ),
        (PlannedConnection(("post_save",), "", "o.a"), 'post_save, dispatch_uid="o.a"'),
        (
            PlannedConnection(("post_save", "post_delete"), '"shop.Order"', "o'a"),
            '[post_save, post_delete], sender="shop.Order", dispatch_uid="o\'a"',
        ),
    ],
)
def test_connections(value, written):
    assert connection(value) == written
