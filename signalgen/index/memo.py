"""Memoization per project: ``answered_once`` caches a function's results on the index.

``answered_for_now`` does the same for answers about single functions and calls, which ``let_go``
drops again: for thousands of receivers they take more memory than the syntax trees.

The first argument is the index (or the codebase) and holds the cache; the other arguments are
compared by ``==`` and must be hashable. Syntax trees, functions and classes of the project compare
by identity. The cache is freed with the index, so nothing outlives a run.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

P = ParamSpec("P")
T = TypeVar("T")
Memo: TypeAlias = "dict[Callable[..., object], dict[Hashable, object]]"
"""Cached results by function and arguments."""


class HasMemo(Protocol):
    """An index or codebase, which holds a cache."""

    @property
    def memo(self) -> Memo:
        """The results so far."""


H = TypeVar("H", bound=HasMemo)
_NOTHING: object = object()
AT_ONCE = 500
"""The number of receivers after which to ``let_go``."""
_PASSING: set[object] = set()
"""The questions whose answers ``let_go`` drops."""


def remembered(
    *,
    key: Callable[..., Hashable] | None = None,
    meanwhile: object = _NOTHING,
    passing: bool = False,
) -> Callable[[Callable[Concatenate[H, P], T]], Callable[Concatenate[H, P], T]]:
    """Return a decorator that caches results on the first argument of the function.

    ``key`` says which arguments count as the same (default: equal ones). ``meanwhile`` is the
    result of a call that leads back to itself while it is being computed; without it such a call
    would never end. ``passing`` results are dropped by ``let_go``.
    """

    def decorate(question: Callable[Concatenate[H, P], T]) -> Callable[Concatenate[H, P], T]:
        if passing:
            _PASSING.add(question)

        @wraps(question)
        def answer(holder: H, /, *args: P.args, **kwargs: P.kwargs) -> T:
            answers = holder.memo.get(question)
            if answers is None:
                answers = holder.memo[question] = {}
            asked: Hashable
            if key is not None:
                asked = key(*args, **kwargs)
            else:
                asked = (*args, *kwargs.items()) if kwargs else args
            known = answers.get(asked, _NOTHING)
            if known is _NOTHING:
                # Set before the call, so that recursion with the same arguments ends here.
                if meanwhile is not _NOTHING:
                    answers[asked] = meanwhile
                try:
                    known = answers[asked] = question(holder, *args, **kwargs)
                except BaseException:
                    answers.pop(asked, None)
                    raise
            return known  # type: ignore[return-value] # ``cast`` would take a third of a look-up

        return answer

    return decorate


def answered_once(question: Callable[Concatenate[H, P], T]) -> Callable[Concatenate[H, P], T]:
    """Cache the results of ``question`` by its arguments."""
    decorate: Callable[[Callable[Concatenate[H, P], T]], Callable[Concatenate[H, P], T]]
    decorate = remembered()
    return decorate(question)


def answered_for_now(question: Callable[Concatenate[H, P], T]) -> Callable[Concatenate[H, P], T]:
    """Cache the results of ``question`` by its arguments, until ``let_go``."""
    decorate: Callable[[Callable[Concatenate[H, P], T]], Callable[Concatenate[H, P], T]]
    decorate = remembered(passing=True)
    return decorate(question)


def let_go(holder: HasMemo) -> None:
    """Drop the answers about single functions and calls; later calls return equal answers."""
    for question in [*holder.memo]:
        if question in _PASSING:
            del holder.memo[question]
