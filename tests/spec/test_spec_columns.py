"""The place of a problem inside a body: exact for text beyond ASCII, in every style of scalar, joined lines among them."""

from __future__ import annotations

import pytest

from signalgen.spec import read_spec

HEAD = "app: shop\nhandlers:\n  - name: h\n    signal: post_save\n    model: Order\n"
INLINE = "app: shop\nhandlers:\n  - {name: h, signal: post_save, model: Order, "

BODIES = [
    (HEAD + "    body: |\n      x = 'äöü'; wrong(x)\n", 1),
    (HEAD + "    body: |\n      y = 1\n      x = 'äöü🎉'; wrong(x)\n", 2),
    (HEAD + "    body: >\n      x = 'äöü'; wrong(x)\n", 1),
    (HEAD + "    body: >\n      x = 'ä' or\n      wrong(x)\n", 1),
    (HEAD + "    body: x = 'äöü'; wrong(x)\n", 1),
    (HEAD + "    body: x = 'ä' or\n      wrong(x)  # said\n", 1),
    (HEAD + "    body: 'x = ''äöü''; wrong(x)'\n", 1),
    (HEAD + '    body: "x = \\"äöü\\"; wrong(x)"\n', 1),
    (HEAD + '    body: "x = \\"\\u00e4\\x41\\"; wrong(x)"\n', 1),
    (HEAD + "    body: \"x = 'ä' or\n      wrong(x)\"\n", 1),
    (INLINE + "body: 'x = ''ä''; wrong(x)'}\n", 1),
    (INLINE + "body: len('ä') or wrong}\n", 1),
]


@pytest.mark.parametrize(("text", "line"), BODIES)
def test_a_place_is_where_the_word_is(text, line):
    (handler,) = read_spec(text.encode(), file="s", source="s").handlers
    body = handler.body
    words = body.text.split("\n")[line - 1]
    column = words.index("wrong")
    mark = body.at_byte(line, len(words[:column].encode()))
    assert text.splitlines()[mark.line - 1][mark.column - 1 :].startswith("wrong"), mark
    assert mark == body.at(line, column)


@pytest.mark.parametrize(("text", "line"), BODIES)
def test_no_place_is_beyond_the_end_of_its_line(text, line):
    (handler,) = read_spec(text.encode(), file="s", source="s").handlers
    for column in range(len(handler.body.text.split("\n")[0])):
        mark = handler.body.at(1, column)
        assert mark.column <= len(text.splitlines()[mark.line - 1]) + 1


def test_a_mapping_of_expressions_keeps_its_places():
    text = HEAD + "    when: >-\n      'ä' and\n      wrong\n    body: print(1)\n"
    (handler,) = read_spec(text.encode(), file="s", source="s").handlers
    mark = handler.when.at_byte(1, len("'ä' and ".encode()))
    assert (mark.line, mark.column) == (8, 7)
