"""Recursion deeper than Python's usual limit: ``roomy`` decorates a function that needs it.

Trees and chains of names are walked by recursion, which is the most readable way, and nearly all of
them are shallow. If one is not, the function starts again on a larger stack.
"""

from __future__ import annotations

import sys
from functools import partial, wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from signalgen.errors import Problem, UnsafeError

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

FRAMES = 60_000
"""The recursion limit on the larger stack."""
_STACK_BYTES = 512 * 1024 * 1024
"""The stack size: only the used part takes memory."""
_running: list[int] = []
"""The threads with such a stack."""


def roomy(work: Callable[P, T]) -> Callable[P, T]:
    """Return ``work``, which must have no side effects, able to handle deeply nested input.

    If even the larger stack is too small, it raises UnsafeError.
    """

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return work(*args, **kwargs)
        except RecursionError:
            if has_room():
                raise
        return _with_room(partial(work, *args, **kwargs))

    return run


def has_room() -> bool:
    """Tell whether this thread already has the larger stack."""
    if not _running:
        return False
    import threading

    return threading.get_ident() in _running


def _with_room(work: Callable[[], T]) -> T:
    import threading  # hardly ever needed

    made: list[T] = []
    failed: list[BaseException] = []

    def carry_out() -> None:
        own = threading.get_ident()
        _running.append(own)
        try:
            made.append(work())
        except BaseException as error:  # noqa: BLE001 - the caller's thread raises it
            failed.append(error)
        finally:
            _running.remove(own)

    limit, usual = sys.getrecursionlimit(), threading.stack_size(_STACK_BYTES)
    sys.setrecursionlimit(max(limit, FRAMES))
    try:
        # A daemon: an interrupted run does not wait for it.
        thread = threading.Thread(target=carry_out, daemon=True)
        thread.start()
        threading.stack_size(usual)
        thread.join()
    finally:
        threading.stack_size(usual)
        sys.setrecursionlimit(limit)
    if failed and not isinstance(failed[0], RecursionError):
        raise failed[0]
    if failed:
        raise UnsafeError(_TOO_DEEP) from failed[0]
    return made[0]


_TOO_DEEP = Problem(
    "",
    0,
    0,
    "",
    "too-deep",
    "some code of the project is nested or chained too deeply to be read",
    "shorten it, or keep it out of the folders that signalgen reads; nothing was written",
)
