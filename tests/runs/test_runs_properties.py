"""P1 to P5 and P7, in whole runs of the command over random projects, specs and hand edits.

Every property runs once for each layout of a project, so that two cores share the work evenly.
"""

from __future__ import annotations

import functools
import json
import os
import tempfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from runs_kit import World, build, contents, tree, uids_in
from runs_sequences import STEPS, settle
from runs_stories import EDITS, LAYOUTS, OWN_EDITS, STYLES, runs, said

pytestmark = pytest.mark.usefixtures("fast")
PROFILE = settings.get_profile(os.environ.get("SIGNALGEN_PROFILE", "dev"))


def edits(of, most=3):
    return st.lists(st.tuples(st.sampled_from(of), st.integers(0, 40)), min_size=1, max_size=most)


def stories(most):
    return st.lists(runs(), min_size=1, max_size=most)


def in_each_layout(*drawn, most=10_000):
    """Make a test of ``check(world, …)`` that draws the style of the project and what ``drawn`` says, for every layout.

    ``most`` limits the examples of the profiles that are the same every time.
    """

    def decorate(check):
        @functools.wraps(check, assigned=("__name__", "__doc__"), updated=())
        @pytest.mark.parametrize("layout", sorted(LAYOUTS))
        def test(layout):
            def example(style, story):
                with tempfile.TemporaryDirectory() as folder:
                    texts = {**LAYOUTS[layout], "pyproject.toml": STYLES[style]}
                    check(World(build(Path(folder, "project"), texts)), *story)

            property_ = PROFILE(given(st.sampled_from(sorted(STYLES)), st.tuples(*drawn))(example))
            if (
                PROFILE.derandomize
            ):  # which goes by the code of a test, and that is the same for each layout
                few = min(most, PROFILE.max_examples)
                property_ = settings(PROFILE, max_examples=few)(
                    given(st.sampled_from(sorted(STYLES)), st.tuples(*drawn))(example)
                )
                property_ = seed(zlib.crc32(f"{check.__name__} {layout}".encode()))(property_)
            property_()

        del test.__wrapped__
        return test

    return decorate


@in_each_layout(stories(4))
def test_what_changing_specs_made_is_taken_out_to_the_last_byte(here, story):
    """P1, P2, P4, P5 and P7: nobody edits, and nothing is left."""
    before = tree(here.root)
    for name, text in story:
        here.say(name, text)
        done = here.new(name)
        assert done.code == 0, done.text
    done = here.remove()
    assert done.code == 0, done.text
    assert contents(tree(here.root)) == contents(before)


@in_each_layout(stories(3), edits(OWN_EDITS), runs())
def test_own_code_stays_when_generated_code_goes(here, story, changes, last):
    """P2 and P7 with own edits in between: what is left is what was there, and the edits."""
    was = contents(tree(here.root))
    for name, text in story:
        here.say(name, text)
        assert here.new(name).code == 0
    taken = [edit(here.root, number) for edit, number in changes]
    here.say(*last)
    done = here.new(last[0])
    assert done.code == 0, done.text
    done = here.remove()
    assert done.code == 0, done.text
    left = contents(tree(here.root))
    for path, new, old in reversed([one for one in taken if one is not None]):
        assert new in left[path], left[path].decode()
        left[path] = left[path].replace(new, old, 1)
    headers = {path for path in set(left) - set(was) if path in {one[0] for one in taken if one}}
    assert {path: data for path, data in left.items() if path not in headers} == was


def changed_texts(done):
    """Return whether the command line named what it clashed over, in words that tell what to do."""
    assert "conflict" in done.err or "error" in done.err, done.text
    assert "Nothing was written" in done.err, done.text


@in_each_layout(
    runs(),
    st.lists(st.tuples(edits(EDITS), runs()), min_size=1, max_size=3),
    st.sampled_from(["keep", "theirs", "markers"]),
)
def test_no_edit_is_lost_or_undone(here, first, rounds, choice):
    """P1 to P5 with edits of generated code, and what is left when it goes."""
    here.say(*first)
    assert here.new(first[0]).code == 0
    for changes, (name, text) in rounds:
        for edit, number in changes:
            edit(here.root, number)
        before = here.specs.get(name)
        here.say(name, text)
        done = here.new(name)
        if done.code == 3:
            changed_texts(done)
            done = here.new(name, options=("--conflict", choice))
        if done.code:
            acceptable(done)
            if before is None:
                del here.specs[name]
            else:
                here.say(name, before)
    done = here.remove()
    if done.code:
        changed_texts(done)
        done = here.remove(options=("--keep-edited",))
        assert done.code in (0, 3), done.text


def under_other_names(text):
    """Return a spec in which every handler has another id and another name."""
    made = json.loads(text)
    for one in made["handlers"]:
        one["id"] = one["name"] = f"{one['name']}_anew"
    return json.dumps(made, indent=1)


@in_each_layout(runs(), edits(EDITS), st.booleans())
def test_a_renamed_handler_is_there_once_with_its_edits(here, first, changes, back):
    """P3: a new name in the spec loses no edit, and connects nothing twice."""
    name, text = first
    here.say(name, text)
    assert here.new(name).code == 0
    for edit, number in changes:
        edit(here.root, number)
    before = uids_in(tree(here.root))
    for words in [under_other_names(text), *([text] if back else [])]:
        was = uids_in(tree(here.root))
        here.say(name, words)
        done = here.new(name)
        if done.code == 3:
            changed_texts(done)
            done = here.new(name, options=("--conflict", "theirs"))
        if done.code:
            acceptable(done)
            return
        assert len(uids_in(tree(here.root))) <= len(was), done.text
    assert not back or uids_in(tree(here.root)) == before


YEARS = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 40)), min_size=1, max_size=4)


@in_each_layout(said("shop.yaml"), YEARS, most=25)
def test_over_the_years_nothing_is_connected_twice_or_half(here, first, steps):
    """P1 to P5 through renames of all kinds, recipes, removals and branches that git joins."""
    here.say(*first)
    assert here.new().code == 0
    for step, number in steps:
        step(here, number)
        if not settle(here):
            return


def acceptable(done):
    """A refusal must be one of those that a person brought about and can undo."""
    assert done.code == 4, done.text
    assert "already taken" in done.err or "ready() must import" in done.err, done.text
