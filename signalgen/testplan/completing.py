"""Planned tests -> test classes with their imports, makers and helpers. Entry: ``completed``."""

from __future__ import annotations

import ast
import re
from dataclasses import field
from typing import TYPE_CHECKING

from signalgen.dotted import absolute_import, package_of, root_name
from signalgen.facts.names import BUILTINS, CONTRIB_MODELS
from signalgen.late import dataclass, pattern
from signalgen.plan.names.freenames import origin_of
from signalgen.rewriting import Offsets, Rewrite, apply_edits
from signalgen.syntax import free_names, parse_body
from signalgen.testplan.helpers import HELPERS, helpers, support
from signalgen.testplan.rows.makers import class_import, maker_name, maker_of, with_needs
from signalgen.testplan.rows.relations import all_models, contrib_model
from signalgen.testplan.style import class_name, style_of_tests
from signalgen.testplan.watches import watch_names, watches_of
from signalgen.treewalk import all_nodes
from signalgen.values.fragment import ImportNeed
from signalgen.values.plan import TestClass, TestMethod

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from signalgen.plan.context import Context
    from signalgen.testplan.rows.makers import Maker
    from signalgen.values.plan import Item

_SHORT = 60
_UNSAVED = pattern(r"(?m)^( *)(\w+) = (make_\w+\(.*\))\n\1unsave\(\2\)$")
"""Lines that make a row and then treat it as new."""
_USUAL = {
    "call": ImportNeed("unittest.mock", "call"),
    "mock": ImportNeed("unittest", "mock"),
    "timezone": ImportNeed("django.utils", "timezone"),
    "timedelta": ImportNeed("datetime", "timedelta"),
    "uuid4": ImportNeed("uuid", "uuid4"),
    "Decimal": ImportNeed("decimal", "Decimal"),
    "RequestFactory": ImportNeed("django.test", "RequestFactory"),
    "override_settings": ImportNeed("django.test", "override_settings"),
    "partial": ImportNeed("functools", "partial"),
    "transaction": ImportNeed("django.db", "transaction"),
    "async_to_sync": ImportNeed("asgiref.sync", "async_to_sync"),
    "sys": ImportNeed("sys"),
    "apps": ImportNeed("django.apps", "apps"),
    "SkipTest": ImportNeed("unittest", "SkipTest"),
    "Model": ImportNeed("django.db.models", "Model"),
    "mail": ImportNeed("django.core", "mail"),
    "router": ImportNeed("django.db", "router"),
    "Any": ImportNeed("typing", "Any"),
}


@dataclass(frozen=True, slots=True)
class Planned:
    """A test class in the neutral form: bodies of methods by name, with a docstring each.

    ``known`` are imports of names that its code needs, by name. ``module`` is the receivers' module
    of ``watch(…)``, ``leaving`` its names through which calls leave the process.
    """

    id: str
    title: str
    docstring: str
    methods: tuple[tuple[str, str, str], ...]
    known: Mapping[str, ImportNeed] = field(default_factory=dict)
    module: str = ""
    leaving: frozenset[str] = frozenset()
    database: bool = True
    shared: bool = False


def completed(ctx: Context, planned: Iterable[Planned], kinds: frozenset[str]) -> tuple[Item, ...]:
    """Return ``planned`` as test classes in the project's style, and the functions they call.

    Those are a function for each model whose rows they make, and helpers. A method with an
    unresolved name is left out. ``kinds`` are the task libraries whose queues are replaced.
    """
    makers = _makers(ctx)
    planned = list(planned)
    watches = watches_of(ctx, planned)
    names_of = watch_names(ctx, [one.module for one in planned])
    classes: list[TestClass] = []
    called: set[str] = set()
    for one in planned:
        made, names = _class(ctx, one, makers, names_of.get(one.module, ""))
        if made is not None:
            classes.append(made)
            called |= names
    used = [watch for watch in watches if watch.name in called]
    called |= {"watching"} if used else set()
    rows = with_needs(makers[name] for name in sorted(called) if name in makers)
    wanted = {name for name in called if name in HELPERS} | ({"preparing"} if rows else set())
    made_rows = (support(ctx, m.name, "definition", m.imports, m.code) for m in rows)
    return (*helpers(ctx, wanted, kinds), *used, *made_rows, *classes)


def _makers(ctx: Context) -> dict[str, Maker]:
    out: dict[str, Maker] = {}
    for model in (*ctx.app.models, *all_models(ctx), *map(contrib_model, CONTRIB_MODELS)):
        name = maker_name(ctx, model)
        if name not in out:
            maker = maker_of(ctx, model)
            if maker is not None:
                out[name] = maker
    return out


def _class(
    ctx: Context, planned: Planned, makers: Mapping[str, Maker], watch: str
) -> tuple[TestClass | None, set[str]]:
    style = style_of_tests(ctx)
    methods: list[TestMethod] = []
    names: set[str] = set()
    needs: set[ImportNeed] = set()
    for name, docstring, written in planned.methods:
        named = re.sub(r"\bwatch\(", f"{watch}(", written) if watch else written
        code = _in_short_lines(_UNSAVED.sub(r"\1\2 = unsave(\3)", tidied(named)))
        free = set(free_names(code, ["self"])) - {"raises"}
        found = {word: _origin(ctx, word, planned, makers) for word in free}
        unknown = sorted(word for word, need in found.items() if need is None)
        if unknown:
            said = (
                f"{name} of {planned.title} is left out: nothing shows where {unknown[0]} is from"
            )
            ctx.note(ctx.spec.app.mark, "no-test", said)
            continue
        methods.append(TestMethod(name, docstring, code))
        names |= free
        needs |= {need for need in found.values() if isinstance(need, ImportNeed)}
        if style == "pytest" and "raises" in free_names(code, []):
            needs |= (
                {ImportNeed("pytest"), ImportNeed("re")} if _says(code) else {ImportNeed("pytest")}
            )
    if not methods:
        return None, set()
    if style == "unittest":
        needs.add(ImportNeed("django.test", "TestCase" if planned.database else "SimpleTestCase"))
    elif planned.database:
        needs.add(ImportNeed("pytest"))
    made = TestClass(
        ctx.targets.tests[0],
        planned.id,
        class_name(planned.title, style, ctx.project.testing.classes),
        ctx.spec.source,
        style,
        planned.docstring,
        tuple(methods),
        ctx.typed,
        tuple(sorted(needs)),
        planned.database,
        planned.shared,
    )
    return made, names


def _in_short_lines(code: str) -> str:
    # An expression that would take one line per bracket is assigned to a name first.
    lines: list[str] = []
    for line in code.split("\n"):
        blanks = line[: len(line) - len(line.lstrip())]
        for start, name in (("assert left.mock_calls == ", "expected"), ("assert ", "found")):
            rest = line.strip().removeprefix(start)
            if rest == line.strip() or len(line) <= _SHORT:
                continue
            if name == "expected":
                lines += [f"{blanks}expected = {rest}", f"{blanks}{start}expected"]
                break
            query, method, said = rest.partition(").count() == ")
            if method and said.isdigit():
                lines += [f"{blanks}found = {query})", f"{blanks}assert found.count() == {said}"]
                break
        else:
            lines.append(line)
    return "\n".join(lines)


def tidied(code: str) -> str:
    """Return ``code`` without unread variables; calls that make rows stay."""
    shorter = _without_unread(_in_one_pair(code))
    return tidied(shorter) if shorter != code else code


def _in_one_pair(code: str) -> str:
    # ``sum((…))``: the only argument of a call needs no parentheses of its own.
    if "((" not in code:
        return code
    offsets, edits = Offsets(code), list[Rewrite]()
    for node in all_nodes(parse_body(code)):
        if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
            start, end = offsets.span(node.args[0])
            if isinstance(node.args[0], ast.GeneratorExp) and code[start - 1] == "(":
                edits += [Rewrite(start, start + 1, ""), Rewrite(end - 1, end, "")]
    return apply_edits(code, edits)


def _without_unread(code: str) -> str:
    tree, offsets = parse_body(code), Offsets(code)
    read = {
        node.id
        for node in all_nodes(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    edits: list[Rewrite] = []
    for node in all_nodes(tree):
        if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)):
            continue
        if node.targets[0].id in read:
            continue
        start, end = offsets.span(node)
        if isinstance(node.value, ast.Call) and root_name(node.value).startswith("make_"):
            edits.append(Rewrite(start, offsets.span(node.value)[0], ""))
        else:
            edits.append(Rewrite(code.rfind("\n", 0, start) + 1, end + 1, ""))
    return apply_edits(code, edits).strip("\n")


def _says(code: str) -> bool:
    # Whether an expected error has a message, which pytest takes as a regular expression.
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func) == "raises" and len(node.args) > 1
        for node in ast.walk(parse_body(code))
    )


def _origin(
    ctx: Context, name: str, planned: Planned, makers: Mapping[str, Maker]
) -> ImportNeed | bool | None:
    # True: nothing to import; None: unknown name.
    if name in makers or name in HELPERS or name in BUILTINS or name.startswith("watch"):
        return True
    if name in planned.known:
        return planned.known[name]
    # Whether another model has the same name requires a look at every model.
    known = (*all_models(ctx), *map(contrib_model, CONTRIB_MODELS))
    near = (m for m in known if name.endswith(m.name))
    model = ctx.app.model(name) or next(
        (m for m in near if class_import(ctx, m).bound == name), None
    )
    if model is not None:
        return class_import(ctx, model)
    if name in _USUAL:
        return _USUAL[name]
    origin = origin_of(ctx, name)
    if origin is None:
        return None
    module = absolute_import(origin.module, package_of(*ctx.targets.receivers[::-1]))
    return ImportNeed(module, origin.name, origin.alias)
