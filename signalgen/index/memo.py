"""Answers that are worked out once for each project and kept with its index: the memory of a run.

``answered_once`` makes a function of an index (or of the code of a project) remember what it returned. Arguments are
compared by ``==`` and must be hashable; syntax trees, functions and classes of the project count by identity. What is
remembered goes with the index, so that nothing outlives a run.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

P = ParamSpec("P")
T = TypeVar("T")
Memo: TypeAlias = "dict[Callable[..., object], dict[Hashable, object]]"
"""Answers by question and arguments."""


class HasMemo(Protocol):
    """What a question can be put to."""

    @property
    def memo(self) -> Memo:
        """The answers so far."""


H = TypeVar("H", bound=HasMemo)
_NOTHING: object = object()


def remembered(
    *, key: Callable[..., Hashable] | None = None, meanwhile: object = _NOTHING
) -> Callable[[Callable[Concatenate[H, P], T]], Callable[Concatenate[H, P], T]]:
    """Return a decorator for questions that are answered once.

    ``key`` says which arguments are the same question (default: equal ones). ``meanwhile`` is the answer to a question that
    leads back to itself while it is being worked out; without it such a question would never end.
    """

    def decorate(question: Callable[Concatenate[H, P], T]) -> Callable[Concatenate[H, P], T]:
        @wraps(question)
        def answer(holder: H, /, *args: P.args, **kwargs: P.kwargs) -> T:
            answers = holder.memo.setdefault(question, {})
            asked: Hashable = (*args, *kwargs.items()) if key is None else key(*args, **kwargs)
            known = answers.get(asked, _NOTHING)
            if known is _NOTHING:
                if meanwhile is not _NOTHING:
                    answers[asked] = meanwhile
                known = answers[asked] = question(holder, *args, **kwargs)
            return cast("T", known)

        return answer

    return decorate


def answered_once(question: Callable[Concatenate[H, P], T]) -> Callable[Concatenate[H, P], T]:
    """Make ``question`` remember its answers, by its arguments."""
    decorate: Callable[[Callable[Concatenate[H, P], T]], Callable[Concatenate[H, P], T]]
    decorate = remembered()
    return decorate(question)
