"""A script of the kind that projects write for themselves: it looks at decorated receivers of one file, by name alone.

Written after the description of a published one, to have something to compare with. Prints ``path:line: code`` lines.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNALS = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"}
SLOW = (
    "requests.",
    "httpx.",
    "urllib",
    "open",
    "time.sleep",
    "subprocess.",
    "send_mail",
    "get",
    "post",
    "read",
)


def main() -> None:
    """Look at every file below the folders that were named."""
    for folder in sys.argv[1:]:
        for path in sorted(Path(folder).rglob("*.py")):
            for line, code in findings(ast.parse(path.read_text())):
                print(f"{path}:{line}: {code}")


def findings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with each decorated receiver."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        texts = [ast.unparse(decorator) for decorator in function.decorator_list]
        if not any(text.startswith("receiver(") for text in texts):
            continue
        if not any("dispatch_uid" in text for text in texts):
            yield function.lineno, "missing-dispatch-uid"
        if function.args.kwarg is None:
            yield function.lineno, "missing-kwargs"
        yield from _calls(
            function, of_model=any(name in text for text in texts for name in SIGNALS)
        )


def _calls(function: ast.FunctionDef, *, of_model: bool) -> Iterator[tuple[int, str]]:
    committed = "on_commit" in ast.unparse(function)
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if of_model and name == "instance.save":
            yield node.lineno, "recursive-save"
        if name.endswith((".delay", ".apply_async")) and not committed:
            yield node.lineno, "task-before-commit"
        if name.startswith(SLOW) or name.rpartition(".")[2] in SLOW:
            yield node.lineno, "http-or-file"


if __name__ == "__main__":
    main()
