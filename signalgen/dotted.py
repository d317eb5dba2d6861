"""Dotted names: of expressions, and of the modules that imports refer to."""

from __future__ import annotations

import ast


def dotted(node: ast.AST | None) -> str:
    """Return ``a.b.c`` for a chain of attributes on a name, otherwise ""."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def root_name(node: ast.expr) -> str:
    """Return the name at the root of attributes, calls and items, otherwise ""."""
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def package_of(module: str, path: str) -> str:
    """Return the package that relative imports in ``module`` at ``path`` start from."""
    return module if path.endswith("__init__.py") else module.rpartition(".")[0]


def absolute_import(module: str, package: str, level: int | None = None) -> str:
    """Return the full name of ``module`` as a file of ``package`` imports it.

    Its leading dots, or ``level``, say how many levels up it starts. A path above the top is
    reduced to its own name.
    """
    name = module.lstrip(".")
    up = (len(module) - len(name) if level is None else level) - 1
    if up < 0:
        return name
    parts = package.split(".") if package else []
    kept = parts[: len(parts) - up] if up <= len(parts) else []
    return ".".join([*kept, name] if name else kept)


def derived_from(name: str) -> tuple[str, str]:
    """Return the model and the rest of ``Order.history.model``, ``app.Order.tags.through``.

    Likewise for ``Order.invoice.related_model``, the model at the other end of a relation. For any
    other name the rest is empty.
    """
    owner, _, attribute = name.rpartition(".")
    owner, _, field = owner.rpartition(".")
    derived = attribute in ("model", "through", "related_model")
    if derived and owner.rpartition(".")[2][:1].isupper():
        return owner, f".{field}.{attribute}"
    return name, ""
