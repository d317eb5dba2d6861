"""``python -m signalgen`` and the ``signalgen`` script: ``main``.

It answers at once if nothing has changed, otherwise it calls the command line.
"""

from __future__ import annotations

import gc
import os
import sys
import time

# Importing typing would take as long as the quick answer itself.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_SELDOM = (200_000, 20, 1_000)
"""Thresholds for rare garbage collection: a run keeps most of its large trees and is soon over."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that ``argv`` names (default: ``sys.argv``); return its exit code."""
    try:
        if argv is not None:
            return _run(list(argv))
        _collect_seldom(sys.argv[1:])
        return _run(sys.argv[1:])
    except KeyboardInterrupt:
        return 130
    except ImportError as error:
        # A library that the command line needs cannot be imported.
        from signalgen.cli.conclude import failed, present
        from signalgen.cli.view import View

        return present(failed("", error), View())
    finally:
        if argv is None:
            # The process ends, and Python would search all remaining objects for garbage.
            gc.freeze()


def _collect_seldom(words: list[str]) -> None:
    # Only in a process of our own: who calls main() from code keeps garbage collection as it is.
    if words[:1] == ["check"]:
        # Trees hold no cycles, and the process ends soon.
        gc.disable()
    else:
        gc.set_threshold(*_SELDOM)


def _run(words: list[str]) -> int:
    started = time.time_ns()
    from signalgen.fastpath import key, serve

    name = key(words)
    answered = serve(name) if name else None
    if answered is not None:
        return answered
    origin = (name, started) if name else None
    from signalgen.cli.plain import run

    return run(words, origin=origin)


def _leave_out_here() -> None:
    # ``python -m`` looks for modules in the current folder first, and a project may have any there.
    if sys.flags.isolated or getattr(sys.flags, "safe_path", False):
        return
    try:
        here = os.getcwd()  # noqa: PTH109 - pathlib takes long to import
    except OSError:
        return
    if sys.path[0] in ("", here):
        del sys.path[0]


if __name__ == "__main__":
    _leave_out_here()
    raise SystemExit(main())
