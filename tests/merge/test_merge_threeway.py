"""The three-way decision for each symbol: who changed what, and what stays."""

from __future__ import annotations

import pytest
from merge_kit import (
    CACHE,
    PATH,
    SOURCE,
    State,
    changed,
    fragment,
    logger,
    receiver,
    run,
    signal,
    unchanged,
    unrun,
)

from signalgen import canon

BASE = receiver("on_saved", "first()\nsecond()\nif created:\n    third()\n    fourth()\nlast()")


def start(*fragments):
    return changed(State(None), fragments or [BASE]).state


def edited(state, old, new, count=1):
    text = state.data.decode()
    assert old in text
    return State(text.replace(old, new, count).encode(), state.baseline, state.path)


def spec(body=None, **kwargs):
    text = (
        "first()\nsecond()\nif created:\n    third()\n    fourth()\nlast()"
        if body is None
        else body
    )
    return receiver("on_saved", text, **kwargs)


CHANGED_LAST = spec("first()\nsecond()\nif created:\n    third()\n    fourth()\nfinal()")


def test_untouched_symbol_is_replaced():
    done = changed(start(), [CHANGED_LAST])
    assert done.merged.updated == ("on_saved",)
    assert "final()" in done.text
    assert "last()" not in done.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""Act on the order."""', "'''Act on the order.'''"),
        ("    first()\n", "    first()\n\n\n"),
        ("first()", "(first())"),
        ("first()", "first(\n    )"),
        (
            "@receiver(post_save, sender=Order, ",
            "@receiver(\n    post_save,\n    sender=Order,\n    ",
        ),
        ("created: bool, **kwargs: Any", "created: bool, **kwargs: Any,"),
        ('"orders.on_saved"', "'orders.on_saved'"),
        ("    if created:", "    if (created):"),
        ('"""Act on the order."""', '"""\n    Act on the order.\n    """'),
        (
            "    if created:\n        third()\n        fourth()\n",
            "    if created:\n      third()\n      fourth()\n",
        ),
    ],
)
def test_what_a_formatter_may_do_is_no_edit(old, new):
    state = edited(start(), old, new)
    quiet = unchanged(state, [BASE])
    assert quiet.merged.kept == ()
    assert changed(state, [CHANGED_LAST]).merged.updated == ("on_saved",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    first()\n", "    first()  # why\n"),
        ("    first()\n", "    # why\n    first()\n"),
        ("first()", "first(1)"),
        ("first()", 'first("a" "b")'),
        ("(created", "(created"),
        ("    first()\n    second()\n", "    second()\n    first()\n"),
        ("def on_saved(", "async def on_saved("),
        ("Act on the order.", "Act on this order."),
        ("    first()\n", "    first(),\n"),
    ],
)
def test_a_person_alone_is_kept_and_reported(old, new):
    if old not in start().data.decode():
        return
    state = edited(start(), old, new)
    assert unchanged(state, [BASE]).merged.kept == ("on_saved",)


@pytest.mark.parametrize(
    ("old", "new", "fragment", "also"),
    [
        ("@receiver(post_save", "@mine\n@receiver(post_save", CHANGED_LAST, "final()"),
        ("created: bool", "created: bool = False", CHANGED_LAST, "final()"),
        ("Act on the order.", "Act, says the person.", CHANGED_LAST, "final()"),
        ("    first()\n", "    zeroth()\n    first()\n", CHANGED_LAST, "final()"),
        ("        third()\n", "        third(1)\n", CHANGED_LAST, "final()"),
        (
            "    last()\n",
            "    last()\n    after()\n",
            spec("zero()\n" + "first()\nsecond()\nif created:\n    third()\n    fourth()\nlast()"),
            "zero()",
        ),
        (
            "    first()\n",
            "    # a note\n    first()\n",
            spec(doc="Another text."),
            "Another text.",
        ),
        ("    last()\n", "    last()\n    after()\n", CHANGED_LAST, "final()"),
        ("def on_saved(", "def renamed(", CHANGED_LAST, "final()"),
    ],
)
def test_changes_of_both_that_do_not_meet_are_merged(old, new, fragment, also):
    done = changed(edited(start(), old, new), [fragment])
    assert done.merged.updated
    assert also in done.text
    added = next(line for line in new.split("\n") if line.strip() and line not in old).strip()
    assert added in done.text


CLASHING = spec("first(2)\nsecond()\nif created:\n    third()\n    fourth()\nlast()")


def test_changes_that_meet_are_a_clash_and_the_file_is_left_alone():
    state = edited(start(), "first()", "first(1)")
    done = run(state, [CLASHING])
    (clash,) = done.merged.clashes
    assert done.merged.after is None
    assert (clash.name, clash.path, clash.line) == ("on_saved", PATH, 11)
    assert "first()" in clash.base
    assert "first(1)" in clash.ours
    assert "first(2)" in clash.theirs


def test_one_clash_leaves_the_whole_file_alone():
    state = edited(start(BASE, receiver("other")), "first()", "first(1)")
    done = run(state, [CLASHING, receiver("other", "changed()"), receiver("new")])
    assert done.merged.after is None
    assert len(done.merged.clashes) == 1


def test_policy_keep_keeps_the_person_and_remembers_the_spec():
    state = edited(start(), "first()", "first(1)")
    done = run(state, [CLASHING], conflict="keep")
    assert done.merged.after is None
    assert done.merged.kept == ("on_saved",)
    assert unchanged(done.state, [CLASHING]).merged.kept == ("on_saved",)


def test_policy_theirs_takes_the_spec():
    done = changed(edited(start(), "first()", "first(1)"), [CLASHING], conflict="theirs")
    assert "first(2)" in done.text
    assert "first(1)" not in done.text


def test_policy_markers_keeps_the_person_and_shows_the_spec_in_comments():
    done = changed(edited(start(), "first()", "first(1)"), [CLASHING], conflict="markers")
    marked = "# <<<<<<< the spec says\n    # first(2)\n    # >>>>>>> the spec says\n"
    assert f"    first(1)\n    {marked}" in done.text
    assert done.text.count("# ") == 3, "the rest of the function is no comment"
    assert canon.parse(done.text) is not None


def test_both_made_the_same_change():
    state = edited(start(), "last()", "final()")
    done = unchanged(state, [CHANGED_LAST])
    assert done.merged.kept == ()
    assert "final()" in done.state.baseline.entries["receiver:orders.on_saved"].text


def test_one_change_in_common_and_one_more():
    state = edited(
        edited(start(), "last()", "final()"), "    first()\n", "    zero()\n    first()\n"
    )
    done = run(state, [CHANGED_LAST])
    assert done.merged.after is None
    assert not done.merged.clashes


def test_renamed_in_the_spec_is_renamed_in_place():
    state = start(receiver("a"), receiver("b", uid="b"), receiver("c"))
    done = changed(state, [receiver("a"), receiver("bee", uid="b"), receiver("c")])
    assert "def bee(" in done.text
    assert "def b(" not in done.text
    assert done.text.index("def a(") < done.text.index("def bee(") < done.text.index("def c(")


def test_rename_onto_a_name_of_a_person_is_refused():
    state = edited(
        start(receiver("b", uid="b")),
        "\n\n\n@receiver",
        "\n\n\ndef bee():\n    pass\n\n\n@receiver",
    )
    assert run(state, [receiver("bee", uid="b")]).codes == ["name-taken"]


def test_new_id_for_the_same_name_is_the_same_symbol():
    done = changed(start(receiver("a"), receiver("b")), [receiver("a"), receiver("b", uid="bb")])
    assert done.text.count("def b(") == 1
    assert sorted(done.state.baseline.entries) == ["receiver:orders.a", "receiver:orders.bb"]


def test_renamed_by_a_person_is_found_by_its_uid():
    state = edited(start(), "def on_saved(", "def mine(")
    assert unchanged(state, [BASE]).merged.kept == ("mine",)


def test_renamed_by_a_person_who_reuses_the_name():
    state = edited(start(), "def on_saved(", "def mine(")
    state = State(state.data + b"\n\ndef on_saved():\n    return 'my own'\n", state.baseline)
    done = changed(state, [CHANGED_LAST])
    assert "my own" in done.text
    assert "def mine(" in done.text
    assert "final()" in done.text


def test_deleted_by_a_person_stays_away_until_restored():
    state = start(receiver("a"), receiver("b"))
    text = state.data.decode()
    state = State(
        text[
            : text.index('\n\n\n@receiver(post_save, sender=Order, dispatch_uid="orders.b")')
        ].encode()
        + b"\n",
        state.baseline,
    )
    done = unchanged(state, [receiver("a"), receiver("b")])
    assert done.state.baseline.entries["receiver:orders.b"].deleted
    done = unchanged(done.state, [receiver("a"), receiver("b", "changed()")])
    assert (
        unchanged(done.state, [receiver("a"), receiver("b")], restore=frozenset({"x"})).merged.added
        == ()
    )
    assert done.merged.deleted == ("b",)
    for key in ("b", "receiver:orders.b", "all"):
        back = changed(done.state, [receiver("a"), receiver("b")], restore=frozenset({key}))
        assert back.merged.added == ("b",)
        assert back.merged.deleted == ()


def test_a_deleted_file_stays_away():
    state = State(None, start(receiver("a")).baseline)
    assert unchanged(state, [receiver("a")]).state.data is None


def test_dropped_by_the_spec_goes_with_its_imports():
    state = start(receiver("a"), receiver("b", "cache.clear()", CACHE))
    before = start(receiver("a")).data
    done = changed(state, [receiver("a")])
    assert done.merged.removed == ("b",)
    assert done.state.data == before


def test_dropped_by_the_spec_but_edited_is_an_orphan():
    state = edited(start(receiver("a"), receiver("b")), '"orders.b")', '"orders.b", weak=False)')
    done = unchanged(state, [receiver("a")])
    assert done.merged.orphans == ("b",)
    assert "receiver:orders.b" in done.state.baseline.entries


def test_dropped_by_the_spec_but_used_by_a_person_is_an_orphan():
    state = start(signal("paid"), receiver("a"))
    state = State(state.data + b"\n\npaid.connect(print)\n", state.baseline)
    done = unchanged(state, [receiver("a")])
    assert done.merged.needed == (("paid", "this file"),)
    assert done.merged.orphans == ()


def test_an_import_that_a_person_uses_stays():
    state = start(receiver("a"), receiver("b", "cache.clear()", CACHE))
    state = State(state.data + b"\n\ndef mine():\n    cache.get(1)\n", state.baseline)
    assert "import cache" in changed(state, [receiver("a")]).text


def test_an_import_of_a_person_stays_even_when_nothing_uses_it():
    data = b"from django.core.cache import cache\n"
    state = changed(State(data), [receiver("b", "cache.clear()", CACHE), receiver("a")]).state
    assert "import cache" in changed(state, [receiver("a")]).text


def test_symbols_of_another_spec_stay():
    state = start(receiver("a"), logger())
    other = [receiver("b", source="other.yaml"), logger(source="other.yaml")]
    both = changed(state, other, sources=frozenset({"other.yaml"})).state
    assert unchanged(both, [receiver("a"), logger()])
    back = unrun(both)
    assert set(back.merged.removed) == {"a", "logger"}
    assert b"def b(" in back.state.data


def test_support_that_another_spec_uses_goes_with_the_last_of_them():
    other = frozenset({"other.yaml"})
    state = start(logger(), receiver("a", "logger.info(1)"))
    fragments = [logger(source="other.yaml"), receiver("b", "logger.info(2)", source="other.yaml")]
    both = changed(state, fragments, sources=other).state
    one = unrun(both)
    assert one.merged.removed == ("a",)
    assert b"logger = " in one.state.data
    assert b"def a(" not in one.state.data
    none = unrun(one.state, sources=other)
    assert none.state.data == b""


def test_new_symbols_stand_next_to_their_neighbours():
    state = start(receiver("a"), receiver("c"))
    state = State(state.data + b"\n\ndef mine():\n    pass\n", state.baseline)
    done = changed(state, [receiver("a"), receiver("b"), receiver("c"), receiver("d")])
    places = [done.text.index(f"def {name}(") for name in ("a", "b", "c", "d", "mine")]
    assert places == sorted(places)


def test_adopt_claims_what_is_equal_or_has_the_same_uid():
    state = State(start().data)
    assert run(state, [BASE]).codes == ["name-taken"]
    claimed = unchanged(state, [BASE], adopt=True)
    assert claimed.state.baseline.entries["receiver:orders.on_saved"].name == "on_saved"
    assert changed(claimed.state, [CHANGED_LAST]).merged.updated == ("on_saved",)
    edit = edited(state, "def on_saved(", "def mine(")
    assert unchanged(edit, [BASE], adopt=True).merged.kept == ("mine",)
    foreign = State(b"def on_saved():\n    pass\n")
    assert run(foreign, [BASE], adopt=True).codes == ["name-taken"]


def test_two_fragments_of_one_id_are_refused():
    assert run(State(None), [receiver("a", uid="x"), receiver("b", uid="x")]).codes == [
        "duplicate-id"
    ]
    assert run(State(None), [receiver("a", uid="x"), receiver("a", uid="y")]).codes == [
        "duplicate-id"
    ]


def test_a_symbol_that_a_person_moved_into_a_block_is_updated_there():
    state = start(receiver("a"))
    head, symbol = state.data.decode().split("\n\n\n", 1)
    moved = "".join(f"    {line}\n" for line in symbol.rstrip("\n").split("\n"))
    state = State(f"{head}\n\nif True:\n{moved}".encode(), state.baseline)
    assert unchanged(state, [receiver("a")]).merged.kept == ()
    done = changed(state, [receiver("a", "more()")])
    assert "        more()\n" in done.text


@pytest.mark.parametrize("keep", [False, True])
def test_remove_refuses_what_was_edited(keep):
    state = edited(start(receiver("a"), receiver("b")), '"orders.b")', '"orders.b", weak=False)')
    done = unrun(state, keep_edited=keep)
    if not keep:
        assert done.codes == ["edited"]
        assert done.merged.after is None
        return
    assert done.merged.kept == ("b",)
    assert "def b(" in done.text
    assert "def a(" not in done.text
    assert "import receiver" in done.text
    assert done.merged.entries == ()


def test_remove_refuses_what_somebody_uses():
    state = start(signal("paid"))
    state = State(state.data + b"\npaid.connect(print)\n", state.baseline)
    assert unrun(state).codes == ["in-use"]


def test_entries_carry_their_source():
    assert {entry.source for entry in start().baseline.entries.values()} == {SOURCE}


def test_tests_that_somebody_edited_stay_where_they_meet_changes_and_receivers_clash():
    def case(value):
        text = f"class ATests(TestCase):\n    def test_a(self):\n        self.assertEqual(a(), {value})\n"
        return fragment("test", "ATests", text)

    state = edited(start(case(1)), "a(), 1", "b(), 1")
    done = run(state, [case(2)])
    assert not done.merged.clashes
    assert done.merged.kept == ("ATests",)
    assert done.merged.after is None
    assert run(done.state, [case(2)]).merged.after is None
    assert "a(), 2" in run(state, [case(2)], conflict="theirs").text
