"""Memoization per project: ``answered_once`` caches a function's results on the index.

The first argument is the index (or the codebase) and holds the cache; the other arguments are
compared by ``==`` and must be hashable. Syntax trees, functions and classes of the project compare
by identity. The cache dies with the index, so nothing outlives a run.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

P = ParamSpec("P")
T = TypeVar("T")
Memo: TypeAlias = "dict[Callable[..., object], dict[Hashable, object]]"
"""Cached results by function and arguments."""


class HasMemo(Protocol):
    """An index or codebase: the holder of a cache."""

    @property
    def memo(self) -> Memo:
        """The results so far."""


H = TypeVar("H", bound=HasMemo)
_NOTHING: object = object()


def remembered(
    *, key: Callable[..., Hashable] | None = None, meanwhile: object = _NOTHING
) -> Callable[[Callable[Concatenate[H, P], T]], Callable[Concatenate[H, P], T]]:
    """Return a decorator that caches results on the first argument of the function.

    ``key`` says which arguments count as the same (default: equal ones). ``meanwhile`` is the
    result of a call that leads back to itself while it is being computed; without it such a call
    would never end.
    """

    def decorate(question: Callable[Concatenate[H, P], T]) -> Callable[Concatenate[H, P], T]:
        @wraps(question)
        def answer(holder: H, /, *args: P.args, **kwargs: P.kwargs) -> T:
            answers = holder.memo.setdefault(question, {})
            asked: Hashable = (*args, *kwargs.items()) if key is None else key(*args, **kwargs)
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
            return cast("T", known)

        return answer

    return decorate


def answered_once(question: Callable[Concatenate[H, P], T]) -> Callable[Concatenate[H, P], T]:
    """Cache the results of ``question`` by its arguments."""
    decorate: Callable[[Callable[Concatenate[H, P], T]], Callable[Concatenate[H, P], T]]
    decorate = remembered()
    return decorate(question)
