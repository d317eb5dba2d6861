"""Late dataclasses and patterns do what those of the standard library do."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re

import pytest

from signalgen import late


def _made(make, **options):
    @make(slots=True, **options)
    class Point:
        """A place."""

        x: int
        y: int = 2
        names: list = dataclasses.field(default_factory=list)
        hidden: str = dataclasses.field(default="", compare=False, repr=False)

        @property
        def total(self):
            """Both."""
            return self.x + self.y

    return Point


FROZEN = {"frozen": True}
BOTH = [late.dataclass, dataclasses.dataclass]


@pytest.fixture(params=BOTH, ids=["late", "standard"])
def point(request):
    return _made(request.param, frozen=True)


@pytest.mark.parametrize(
    "call",
    [
        lambda p: repr(p(1)).rpartition(".")[2],
        lambda p: p(1, names=[3]).names,
        lambda p: p(1).names is p(1).names,
        lambda p: p(1, 5).total,
        lambda p: (p(1) == p(1), p(1) == p(2), p(1, hidden="a") == p(1), p(1) == (1, 2, [], "")),
        lambda p: hash(p(1, names=())) == hash(p(1, names=(), hidden="a")),
        lambda p: dataclasses.asdict(p(1)),
        lambda p: dataclasses.replace(p(1), y=7).total,
        lambda p: [field.name for field in dataclasses.fields(p)],
        lambda p: (copy.copy(p(1, 3)).y, copy.deepcopy(p(1, 3)) == p(1, 3)),
        lambda p: (p.__doc__, p.__name__, p.__match_args__, dataclasses.is_dataclass(p)),
        lambda p: p(x=1, y=2).y,
    ],
)
def test_a_late_dataclass_answers_as_the_standard_one_does(call):
    late_one, standard = (call(_made(make, frozen=True)) for make in BOTH)
    assert late_one == standard


def test_match_takes_it_apart(point):
    match point(1, 4):
        case point(1, y):
            assert y == 4
        case _:
            pytest.fail("no match")


def test_frozen_values_stay_and_have_no_other_attributes(point):
    value = point(1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.x = 3
    with pytest.raises(dataclasses.FrozenInstanceError):
        del value.x
    with pytest.raises((AttributeError, TypeError)):
        value.other = 3
    assert (value.x, hasattr(value, "__dict__")) == (1, False)


@pytest.mark.parametrize(("values", "named"), [((), {}), ((1, 2, [], "", 5), {}), ((1,), {"z": 1})])
def test_wrong_arguments_are_refused(point, values, named):
    with pytest.raises(TypeError, match=r"__init__\(\)"):
        point(*values, **named)


@pytest.mark.parametrize("make", BOTH)
def test_values_that_may_change_cannot_be_hashed(make):
    value = _made(make)(1)
    value.x = 5
    assert value == dataclasses.replace(value)
    with pytest.raises(TypeError, match="unhashable"):
        hash(value)


@pytest.mark.parametrize("make", BOTH)
def test_without_equality_a_value_is_itself_alone(make):
    kind = _made(make, frozen=True, eq=False)
    one = kind(1)
    assert (one == kind(1), one == one, {one: 1}[one]) == (False, True, 1)


@pytest.mark.parametrize("make", BOTH)
def test_ordered_values_sort(make):
    kind = _made(make, frozen=True, order=True)
    ordered = sorted([kind(2), kind(1), kind(1, 1)])
    assert [(one.x, one.y) for one in ordered] == [(1, 1), (1, 2), (2, 2)]
    assert (kind(1) <= kind(1), kind(1) > kind(1), kind(2) >= kind(1)) == (True, False, True)


@pytest.mark.parametrize("make", BOTH)
def test_a_method_of_the_class_itself_is_kept(make):
    @make(frozen=True, slots=True)
    class Named:
        name: str

        def __repr__(self):
            return self.name

    assert repr(Named("a")) == "a"


@late.dataclass(frozen=True, slots=True)
class Top:
    """Stands where pickle finds it."""

    name: str
    inner: tuple = ()


def test_a_value_survives_pickle():
    value = Top("a", (Top("b"),))
    assert pickle.loads(pickle.dumps(value)) == value


def test_a_pattern_is_compiled_when_it_is_needed():
    broken = late.pattern("(")
    with pytest.raises(re.error):
        broken.search("")


def test_a_pattern_does_what_the_standard_one_does():
    found = late.pattern(r"(a)|b", re.IGNORECASE)
    assert [match[1] for match in found.finditer("AbA")] == ["A", None, "A"]
    assert (found.sub("-", "xAy"), found.pattern, found.search("z")) == ("x-y", "(a)|b", None)
    assert late.pattern(rb"\d").findall(b"1a2") == [b"1", b"2"]
