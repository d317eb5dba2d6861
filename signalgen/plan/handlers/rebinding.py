"""Names that a handler rebinds although other code needs the first value: ``check_rebinding``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.late import dataclass
from signalgen.plan.handlers.body import ON_COMMIT, PARTIAL, SYNC_TO_ASYNC
from signalgen.syntax import bound_names, free_names, global_names, parse_body

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.body import Piece
    from signalgen.values.plan import PlannedReceiver
    from signalgen.values.spec import Code, HandlerSpec


@dataclass(frozen=True, slots=True)
class _Rebound:
    """Code that runs in order of ``turn``: declared code, or generated lines reading ``names``."""

    turn: float
    key: str
    names: Collection[str] = ()
    code: Code | None = None

    @property
    def bound(self) -> Mapping[str, tuple[int, int]]:
        """The names that the code binds, each with its first place."""
        return bound_names(self.code.text, expression=self._is_expression) if self.code else {}

    def reads(self, name: str) -> bool:
        """Tell whether the code reads ``name`` from outside."""
        text = self.code.text if self.code else ""
        return name in self.names or (
            name in text and name in free_names(text, [], expression=self._is_expression)
        )

    @property
    def _is_expression(self) -> bool:
        return self.code is not None and self.key.partition(" ")[0] in ("when", "enqueue")


def check_rebinding(
    ctx: Context,
    handler: HandlerSpec,
    receiver: PlannedReceiver,
    pieces: Sequence[Piece],
    arguments: Collection[str],
) -> None:
    """Report such names; ``arguments`` are those of the signal.

    All code of a handler runs in one function: a name that any part binds is local to the whole.
    """
    steps = [*_declared(handler, pieces), *_generated(receiver, pieces)]
    variables = {*arguments, *(["original"] if receiver.original else [])}
    variables |= {
        *(["stored"] if receiver.stored else []),
        *(["token"] if receiver.running else []),
    }
    for step in steps:
        for name, place in sorted(step.bound.items()):
            # These are assigned again for each ``on_change``.
            wholly = step.code is not None and name in global_names(step.code.text)
            if name in ("old", "new", "changed") and not wholly:
                continue
            known = {*variables, "old", "new", "changed"} if wholly else variables
            reader = _reader(name, step, steps, known)
            if reader and step.code is not None:
                message = f"{name!r} gets another value here, but {reader} needs the first one"
                ctx.problem(
                    step.code.at_byte(*place), "name-rebound", message, "give it another name"
                )


def _reader(
    name: str, step: _Rebound, steps: Sequence[_Rebound], variables: Collection[str]
) -> str:
    # The code that would read the value that ``step`` gives to ``name``; "" for none.
    tree = parse_body(step.code.text if step.code else "")
    nodes = list(ast.walk(tree))
    others = [other for other in steps if other is not step]
    if name in global_names(step.code.text if step.code else ""):
        # A global outlives the call, so the order of the steps does not matter.
        others = [other for other in others if other.reads(name) or name in other.bound]
        return "the receiver" if name in variables else next((o.key for o in others), "")
    # Its own function: its variables are its own, and parameters that it binds come last.
    if step.key == "after_commit":
        kept = any(other.key == step.key and name in other.names for other in others)
        return "the receiver" if kept else ""
    if name in variables:
        # A variable of the receiver may be rebound once nothing reads it anymore.
        others = [other for other in others if _runs_after(other, step)]
    elif any(isinstance(n, (ast.Import, ast.ImportFrom)) and name in _names(n) for n in nodes):
        # An import that all branches repeat binds the same thing in each of them.
        others = [
            other
            for other in others
            if other.key != step.key or (other.code is None and not _is_needed(nodes, name))
        ]
    return next((_called(other) for other in others if other.reads(name)), "")


def _called(step: _Rebound) -> str:
    return "enqueue" if step.key.startswith("enqueue ") else step.key


def _names(node: ast.Import | ast.ImportFrom) -> set[str]:
    return {alias.asname or alias.name.partition(".")[0] for alias in node.names}


def _is_needed(nodes: Sequence[ast.AST], name: str) -> bool:
    """Tell whether generated code needs the imported meaning of a name."""
    found = {
        (node.module, alias.name)
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if (alias.asname or alias.name) == name
    }
    return bool(found) and found <= {
        (need.module, need.name) for need in (ON_COMMIT, PARTIAL, SYNC_TO_ASYNC)
    }


def _runs_after(other: _Rebound, step: _Rebound) -> bool:
    # Only one of the branches runs, so none runs after another. ``enqueue`` lines end with the key
    # of their branch: they do run after its body.
    branches = int(other.turn) == int(step.turn) == _BRANCHES
    return other.turn > step.turn and (not branches or other.key.endswith(step.key))


_TURNS = {"when": 0, "body": 1, "on_change": 3, "after_commit": 4}
_BRANCHES = 2


def _turn(key: str) -> float:
    return _TURNS.get(key.partition(".")[0], _BRANCHES)


def _declared(handler: HandlerSpec, pieces: Sequence[Piece]) -> Iterator[_Rebound]:
    # Each ``on_change`` has a turn of its own; ``enqueue`` lines follow their body.
    if handler.when is not None:
        yield _Rebound(0, "when", (), handler.when)
    codes = handler.codes()
    for number, piece in enumerate(pieces):
        # Fractions order the steps that share a turn.
        turn = _turn(piece.key) + (number / 1000 if piece.key.startswith("on_change") else 0)
        if piece.key in codes:
            yield _Rebound(turn, piece.key, (), codes[piece.key])
        for code in piece.lines:
            yield _Rebound(turn + 0.0001, f"enqueue {piece.key}", (), code)
        if piece.defers:
            own = {"using", "transaction", "partial", "sync_to_async"}
            yield _Rebound(turn + 0.0001, piece.key, own)


def _generated(receiver: PlannedReceiver, pieces: Sequence[Piece]) -> Iterator[_Rebound]:
    if receiver.original or (receiver.stored and not receiver.remembered):
        yield _Rebound(0.5, "the query for the stored row", {"sender", "using", "instance"})
    if receiver.savepoint:
        yield _Rebound(0.5, "the savepoint", {"using", "transaction"})
    for branch in receiver.branches:
        # Names that the branch itself reads are checked with its own code.
        read = free_names(branch.condition or "True", [], expression=True)
        own = free_names(next(p.source for p in pieces if p.key == branch.key), [])
        yield _Rebound(1.5, branch.key, {*read} - {*own})
    for number, piece in enumerate(pieces):
        if piece.key.startswith("on_change"):
            yield _Rebound(
                3 + (number - 0.5) / 1000, piece.key, {"stored", "instance", "update_fields"}
            )
    if receiver.captures_pk:
        yield _Rebound(3.5, "after_commit", {"instance"})
    if receiver.running:
        yield _Rebound(5, "the guard against recursion", {"token", receiver.running})
    if receiver.remembered:
        yield _Rebound(0, "on_change", {"vars"})
    if receiver.log_errors:
        yield _Rebound(5, "the message of on_error", {receiver.logger, "Exception"})
