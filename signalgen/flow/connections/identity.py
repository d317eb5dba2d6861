"""What identifies a registration for Django: ``sender_key``, ``uid_of``, ``function_key``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.names import CONTRIB_MODELS
from signalgen.index.memo import remembered
from signalgen.index.models.senders import USER_CALL, USER_SETTING
from signalgen.index.reading.listed import assigned_value
from signalgen.index.reading.resolving import binds, find, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signalgen.index import Index
    from signalgen.values.index import Connection, FunctionRef

ANY = ""
"""The key of a registration for every sender."""
_DEEPEST = 5
_LONGEST = 10_000
_STOCK_USER = "auth.User"


def sender_key(index: Index, sender: str) -> str:
    """Return one name for all spellings of a resolved sender: the dotted class if possible."""
    model = index.model(sender)
    if model is not None:
        return model.dotted
    if sender in (USER_SETTING, USER_CALL):
        label = index.auth_user_model() or _STOCK_USER
        return _shipped(label) or USER_SETTING
    return _shipped(sender) or (USER_SETTING if _is_swapped_user(index, sender) else sender)


def _shipped(label: str) -> str:
    """Return one of Django's own models by its label, empty for any other."""
    home = CONTRIB_MODELS.get(label)
    return f"{home}.{label.partition('.')[2]}" if home is not None else ""


def _is_swapped_user(index: Index, sender: str) -> bool:
    """Tell whether a sender is the user model, which a package has, by its label or class."""
    module, _, last = sender.rpartition(".")
    label = index.auth_user_model() if module else None
    if label is None or _shipped(label) or index.model(label) is not None:
        return False
    app, _, name = label.rpartition(".")
    return name == last and app in module.split(".")


def sender_keys(
    index: Index, senders: Iterable[str], sender: ast.expr | None
) -> frozenset[str] | None:
    """Return a registration's sender keys, ``{ANY}`` for every sender, None if unknown."""
    if sender is None:
        return frozenset({ANY})
    return frozenset(sender_key(index, name) for name in senders) or None


def keys_of(index: Index, connection: Connection) -> frozenset[str] | None:
    """Return the sender keys of a connection."""
    return sender_keys(index, connection.senders, connection.sender)


def are_different(index: Index, one: str, other: str) -> bool:
    """Tell whether two sender keys certainly differ: two classes of the project, or one and ANY."""
    if one == other:
        return False
    return all(key == ANY or index.models.get(key) is not None for key in (one, other))


@remembered(key=lambda path, node, scope, depth=0: (path, node, scope, depth), passing=True)
def text_value(
    index: Index, path: str, node: ast.expr | None, scope: FunctionRef | None, depth: int = 0
) -> str | None:
    """Return the certain text of an expression: literals, constants, ``__name__``, sums of them.

    None for a text of more than 10,000 characters: each name in a sum may be a sum itself.
    """
    text = _text_value(index, path, node, scope, depth)
    return text if text is None or len(text) <= _LONGEST else None


def _text_value(
    index: Index, path: str, node: ast.expr | None, scope: FunctionRef | None, depth: int
) -> str | None:
    if node is None or depth > _DEEPEST:
        return None
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return _joined(index, path, node, scope, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left = text_value(index, path, node.left, scope, depth + 1)
        right = text_value(index, path, node.right, scope, depth + 1)
        return None if left is None or right is None else left + right
    return _named(index, path, dotted(node), scope, depth)


def _joined(
    index: Index, path: str, node: ast.JoinedStr, scope: FunctionRef | None, depth: int
) -> str | None:
    parts: list[str] = []
    for item in node.values:
        plain = item
        if isinstance(item, ast.FormattedValue):
            if item.format_spec is not None or item.conversion not in (-1, ord("s")):
                return None
            plain = item.value
        text = text_value(index, path, plain, scope, depth + 1)
        if text is None:
            return None
        parts.append(text)
    return "".join(parts)


def _named(
    index: Index, path: str, written: str, scope: FunctionRef | None, depth: int
) -> str | None:
    if not written:
        return None
    if written == "__name__":
        return index.code.module(path)
    head = written.partition(".")[0]
    if scope is not None and binds(scope, head):
        value = assigned_value(scope, written) if "." not in written else None
        return text_value(index, path, value, scope, depth + 1)
    found = find(index.code, resolve(index.code, path, written, scope))
    if found is None or found.rest or not isinstance(found.stmt, (ast.Assign, ast.AnnAssign)):
        return None
    times = sum(chunk.name == found.name for chunk in index.code.outline(found.path).chunks)
    # A name that is bound again further down has one value here and another there.
    return text_value(index, found.path, found.stmt.value, None, depth + 1) if times == 1 else None


def uid_of(index: Index, connection: Connection) -> str | None:
    """Return the text of a connection's ``dispatch_uid``, None if it has none or is unknown."""
    uid = connection.uid
    if (
        connection.call is None
        and connection.style == "receiver"
        and not isinstance(uid, ast.Constant)
    ):
        return None  # it is in a decorator of the project, where names mean other things
    # An empty text counts as none: Django asks for its truth.
    return text_value(index, connection.path, uid, connection.scope) or None


def function_key(index: Index, connection: Connection) -> str | None:
    """Return a name for the connected function, the same everywhere; None if unknown."""
    if isinstance(connection.target, ast.Call):
        return None
    if connection.receiver is not None:
        node = connection.receiver.node
        return f"{connection.receiver.path}:{node.lineno}:{node.col_offset}"
    written = dotted(connection.target)
    name = resolve(index.code, connection.path, written, connection.scope) if written else ""
    return name if "." in name and name != written else None


def is_hooking(scope: FunctionRef | None) -> bool:
    """Tell whether a scope runs once when Django starts: a module, or the ``ready()`` of an app."""
    return scope is None or scope.qualname.endswith(".ready")
