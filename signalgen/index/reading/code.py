"""Files as outlines, with the top-level bindings of each, lazily: ``Codebase``."""

from __future__ import annotations

import ast
from dataclasses import field
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from signalgen.dotted import absolute_import, package_of
from signalgen.index.memo import answered_once
from signalgen.index.reading.importlines import read_import
from signalgen.index.reading.walking import of_kinds, walk
from signalgen.late import dataclass
from signalgen.source.outline import Outline, outline, statements
from signalgen.values.index import ClassRef, FunctionRef, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index.memo import Memo
    from signalgen.project.survey import Survey
    from signalgen.source.outline import Chunk

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BLOCKS = (ast.If, ast.Try, ast.With, ast.For, ast.While)


class Binding(NamedTuple):
    """A name bound in a module: ``target`` for an import, ``chunk`` for any other binding."""

    target: str = ""
    chunk: Chunk | None = None


@dataclass(frozen=True, slots=True)
class Bindings:
    """What a module binds, and the modules that it star-imports.

    ``imported`` keeps the target of an import that a later definition rebinds.
    """

    bound: dict[str, Binding] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Codebase:
    """The project's files. The dictionaries are caches; nothing else in this value changes."""

    survey: Survey
    outlines: dict[str, Outline] = field(default_factory=dict)
    names: dict[str, Bindings] = field(default_factory=dict)
    functions: dict[int, FunctionRef] = field(default_factory=dict)
    methods: dict[int, dict[str, ast.FunctionDef | ast.AsyncFunctionDef]] = field(
        default_factory=dict
    )
    locals: dict[int, dict[str, str]] = field(default_factory=dict)
    splits: dict[str, tuple[str, str]] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    memo: Memo = field(default_factory=dict)

    def data(self, path: str) -> bytes:
        """Return the bytes of a file."""
        return self.survey.sources.data(path)

    def outline(self, path: str) -> Outline:
        """Return the outline of a file."""
        known = self.outlines.get(path)
        if known is None:
            known = self.outlines[path] = outline(self.data(path))
        return known

    def parsed(self, path: str, chunk: Chunk) -> tuple[ast.stmt, ...]:
        """Return the syntax tree of one statement of a file."""
        return statements(self.outline(path), chunk)

    def classes(self, path: str) -> list[ast.ClassDef]:
        """Return a file's top-level classes, except those only for type checkers."""
        found = self.outline(path)
        stmts = [
            stmt
            for chunk in found.chunks
            if chunk.kind == "class"
            or (chunk.kind in ("block", "other") and b"class" in found.source(chunk))
            for stmt in flattened(self.parsed(path, chunk), at_run_time=True)
        ]
        return [stmt for stmt in stmts if isinstance(stmt, ast.ClassDef)]

    def functions_at_top(self, path: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Return a file's top-level functions."""
        found = self.outline(path)
        stmts = [
            stmt
            for chunk in found.chunks
            if chunk.kind == "def" or (chunk.kind == "block" and b"def" in found.source(chunk))
            for stmt in flattened(self.parsed(path, chunk))
        ]
        return [s for s in stmts if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef))]

    def written(self, path: str, node: ast.AST) -> str:
        """Return the source of a node."""
        text = self.outline(path).text
        start = text.starts[getattr(node, "lineno", 1) - 1] + getattr(node, "col_offset", 0)
        end = text.starts[(getattr(node, "end_lineno", 1) or 1) - 1]
        return text.decode(start, end + (getattr(node, "end_col_offset", 0) or 0))

    @answered_once
    def loops(self, path: str) -> tuple[ast.stmt, ...]:
        """Return the module-level blocks of a file that may connect something."""
        return tuple(
            stmt
            for chunk in self.outline(path).having(b"connect", b"receiver")
            if chunk.kind == "block"
            for stmt in self.parsed(path, chunk)
        )

    def module(self, path: str) -> str:
        """Return a file's import name; if it has none, ``<path>``, which cannot be imported."""
        return self.survey.names.by_path.get(path) or f"<{path}>"

    def path(self, module: str) -> str | None:
        """Return the file of a module, None if it is not the project's."""
        if module.startswith("<"):
            return module[1:-1]
        return self.survey.names.by_name.get(module)

    def package(self, path: str) -> str:
        """Return the package that relative imports in a file start from."""
        return package_of(self.module(path), path)

    def bindings(self, path: str) -> Bindings:
        """Return the top-level bindings of the module at ``path``, also in blocks like ``try``."""
        known = self.names.get(path)
        if known is None:
            known = self.names[path] = Bindings()
            for chunk in self.outline(path).chunks:
                self._bind(path, chunk, known)
        return known

    def _bind(self, path: str, chunk: Chunk, into: Bindings) -> None:
        if chunk.kind in ("def", "class", "assign"):
            into.bound[chunk.name] = Binding(chunk=chunk)
            return
        # No binding without a "=": spares parsing docstrings and calls.
        if chunk.kind == "other" and b"=" not in self.outline(path).source(chunk):
            return
        plain = read_import(self.outline(path).source(chunk)) if chunk.kind == "import" else None
        if plain is not None:
            self._bind_statement(path, plain, chunk, into)
            return
        for stmt in statements(self.outline(path), chunk):
            self._bind_statement(path, stmt, chunk, into)

    def _bind_statement(self, path: str, stmt: ast.stmt, chunk: Chunk, into: Bindings) -> None:
        if isinstance(stmt, (ast.Import, ast.ImportFrom)):
            for name, target in self.imported(path, stmt):
                if name == "*":
                    into.stars.append(target)
                else:
                    into.bound[name] = Binding(target)
                    into.imported[name] = target
        elif isinstance(stmt, DEFINITIONS):
            into.bound[stmt.name] = Binding(chunk=chunk)
        elif isinstance(stmt, ast.Assign | ast.AnnAssign):
            for name in _assigned(stmt):
                into.bound.setdefault(name, Binding(chunk=chunk))
        elif isinstance(stmt, _BLOCKS):
            for inner in inner_statements(stmt):
                self._bind_statement(path, inner, chunk, into)

    def imported(self, path: str, stmt: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
        """Yield an import's bindings: local name and dotted target; ``*`` with a star's module."""
        if isinstance(stmt, ast.Import):
            for alias in stmt.names:
                top = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (top, top)
            return
        base = absolute_import(stmt.module or "", self.package(path), stmt.level)
        for alias in stmt.names:
            if alias.name == "*":
                yield "*", base
            else:
                yield alias.asname or alias.name, f"{base}.{alias.name}" if base else alias.name

    def definition(self, path: str, name: str) -> ast.stmt | None:
        """Return the top-level function, class or assignment that defines ``name`` in a file."""
        binding = self.bindings(path).bound.get(name)
        if binding is None or binding.chunk is None:
            return None
        for stmt in flattened(statements(self.outline(path), binding.chunk)):
            if _defines(stmt, name):
                return stmt
        return None

    def local_imports(self, ref: FunctionRef) -> dict[str, str]:
        """Return the names that the imports inside a function bind."""
        known = self.locals.get(id(ref.node))
        if known is None:
            known = self.locals[id(ref.node)] = {}
            for node in of_kinds(ref.node, ast.Import, ast.ImportFrom):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    known.update(self.imported(ref.path, node))
        return known

    def function_ref(
        self,
        path: str,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        cls: ast.ClassDef | None = None,
        outer: FunctionRef | None = None,
    ) -> FunctionRef:
        """Return the one FunctionRef of a node."""
        known = self.functions.get(id(node))
        if known is None:
            name = getattr(node, "name", "<lambda>")
            prefix = (
                f"{outer.qualname}."
                if outer is not None
                else f"{cls.name}."
                if cls is not None
                else ""
            )
            known = FunctionRef(path, self.module(path), prefix + name, node, cls, outer)
            self.functions[id(node)] = known
        return known

    def class_ref(self, path: str, node: ast.ClassDef) -> ClassRef:
        """Return the ClassRef of a node."""
        return ClassRef(path, self.module(path), node)

    def name_node(
        self, path: str, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    ) -> ast.Name:
        """Return a node at the place of a definition's name."""
        text = self.outline(path).text
        start = text.starts[node.lineno - 1] + node.col_offset
        keyword = b"class" if isinstance(node, ast.ClassDef) else b"def"
        # The name starts behind the keyword; `async def` and `class` differ in length.
        behind = text.data.find(keyword, start) + len(keyword)
        at = text.data.find(node.name.encode(text.encoding, "replace"), behind)
        column = at - text.starts[node.lineno - 1] if at >= 0 else node.col_offset
        return ast.Name(
            node.name,
            ast.Load(),
            lineno=node.lineno,
            col_offset=column,
            end_lineno=node.lineno,
            end_col_offset=column + len(node.name.encode()),
        )

    def place(self, path: str, node: ast.AST) -> Place:
        """Return the position of a node in its file: characters for columns, bytes for offsets."""
        text = self.outline(path).text
        line, end_line = getattr(node, "lineno", 1), getattr(node, "end_lineno", 1) or 1
        line_at, end_at = text.starts[line - 1], text.starts[end_line - 1]
        line_end = text.starts[line] if line < len(text.starts) else len(text.data)
        start = line_at + getattr(node, "col_offset", 0)
        end = end_at + (getattr(node, "end_col_offset", 0) or 0)
        source = text.data[line_at:line_end].decode(text.encoding, "replace").rstrip("\r\n")
        # ast counts columns in bytes; editors and reports count characters.
        column = len(text.data[line_at:start].decode(text.encoding, "replace")) + 1
        end_column = len(text.data[end_at:end].decode(text.encoding, "replace")) + 1
        return Place(path, line, column, end_line, end_column, start, end, source)


def inner_statements(stmt: ast.stmt) -> Iterator[ast.stmt]:
    """Yield the statements in the blocks of a compound statement, one level down."""
    for name in ("body", "orelse", "finalbody"):
        yield from getattr(stmt, name, ())
    for handler in getattr(stmt, "handlers", ()):
        yield from handler.body
    for case in getattr(stmt, "cases", ()):
        yield from case.body


def flattened(
    body: tuple[ast.stmt, ...] | list[ast.stmt], *, at_run_time: bool = False
) -> Iterator[ast.stmt]:
    """Yield statements and those in their blocks, but nothing inside functions and classes.

    With ``at_run_time``, code under ``if TYPE_CHECKING`` is left out.
    """
    for stmt in body:
        yield stmt
        if isinstance(stmt, DEFINITIONS):
            continue
        inner = stmt.orelse if at_run_time and _is_for_checkers(stmt) else inner_statements(stmt)
        yield from flattened(list(inner), at_run_time=at_run_time)


def _is_for_checkers(stmt: ast.stmt) -> TypeGuard[ast.If]:
    if not isinstance(stmt, ast.If):
        return False
    name = stmt.test.attr if isinstance(stmt.test, ast.Attribute) else getattr(stmt.test, "id", "")
    return name == "TYPE_CHECKING"


def _defines(stmt: ast.stmt, name: str) -> bool:
    if isinstance(stmt, DEFINITIONS):
        return stmt.name == name
    if isinstance(stmt, ast.Assign):
        return any(isinstance(t, ast.Name) and t.id == name for t in stmt.targets)
    return (
        isinstance(stmt, ast.AnnAssign)
        and isinstance(stmt.target, ast.Name)
        and stmt.target.id == name
    )


def _assigned(stmt: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    targets = stmt.targets if isinstance(stmt, ast.Assign) else [stmt.target]
    for target in targets:
        yield from (node.id for node in walk(target) if isinstance(node, ast.Name))
