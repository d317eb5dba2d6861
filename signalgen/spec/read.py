"""``read_spec``: the bytes of a spec file -> Spec, or every problem in it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.errors import SpecError
from signalgen.facts.signals import BUILTIN
from signalgen.spec import values
from signalgen.spec.arguments import SIGNAL_RESERVED, TASK_RESERVED, read_arguments
from signalgen.spec.declared import table
from signalgen.spec.declared.legacy import modern
from signalgen.spec.declared.slips import misplaced, words_of
from signalgen.spec.fields import Fields, open_fields
from signalgen.spec.given import nodes_of
from signalgen.spec.handlers import Surroundings, read_handler
from signalgen.spec.names import check_names
from signalgen.spec.recipes.catalogue import Catalogue
from signalgen.spec.recipes.expand import Around, Expansion, declared_tasks, expand
from signalgen.spec.text.decoding import decode
from signalgen.spec.text.document import parse
from signalgen.spec.text.nodes import Mapping, Node, Scalar
from signalgen.spec.text.report import Report
from signalgen.values.spec import ArgSpec, Ref, SignalSpec, Spec, TaskSpec

if TYPE_CHECKING:
    from collections import abc

    from signalgen.errors import Problem
    from signalgen.spec.declared.keys import Key, Section

    _Placed = tuple[Node, str]
    _List = tuple[Key[tuple[Node, ...]], Section]


def read_spec(text: bytes, *, file: str, source: str, catalogue: Catalogue | None = None) -> Spec:
    """Return the spec that ``text`` holds.

    ``file`` is the file's name in messages; ``source`` is recorded as the origin of generated
    symbols. ``catalogue`` are the available recipes, ours if None. Raises SpecError with every
    problem, in text order.
    """
    spec, problems = read_parts(text, file=file, source=source, catalogue=catalogue)
    if spec is None or problems:
        raise SpecError(problems)
    return spec


def read_parts(
    text: bytes, *, file: str, source: str, catalogue: Catalogue | None = None
) -> tuple[Spec | None, tuple[Problem, ...]]:
    """Return the readable part of ``text``, None for nothing, and all problems.

    The arguments are those of ``read_spec``. Parts with a problem may have gaps or be missing.
    """
    try:
        content, report = decode(text, file)
        root, path = modern(parse(content, report), report)
        spec = read_root(root, path, source, report, catalogue or Catalogue())
    except SpecError as error:
        return None, error.problems
    return spec, report.problems()


def spec_of(
    data: abc.Mapping[str, object], *, file: str, source: str, catalogue: Catalogue | None = None
) -> Spec:
    """Return the spec in ``data``, as ``read_spec`` does, but without text positions."""
    report = Report(file, ())
    nodes = nodes_of(data, report)
    report.finish()
    root, path = modern(nodes, report)
    spec = read_root(root, path, source, report, catalogue or Catalogue())
    report.finish()
    return spec


def read_root(root: Node, path: str, source: str, report: Report, catalogue: Catalogue) -> Spec:
    """Return the spec at ``root``. Problems are reported, and gaps are left empty."""
    nothing = Spec(report.file, source, Ref("", report.mark(root, path)))
    fields = open_fields(root, table.SPEC, path, report)
    if fields is None:
        return nothing
    fields.get(table.VERSION)
    app = fields.get(table.APP) or nothing.app
    model = fields.get(table.MODEL)
    custom = _defined_signals(fields)
    # Recipes come first: their handlers, tasks and imports join those that the spec declares.
    recipes = _expansions(fields, app, model, catalogue)
    imported = (*values.imports(fields), *(pair for recipe in recipes for pair in recipe.imports))
    task_nodes = _items(fields, table.TASKS) + [
        (n, recipe.path) for recipe in recipes for n in recipe.tasks
    ]
    tasks = [_task(node, where, app, report) for node, where in task_nodes]
    handler_nodes, signal_nodes = _handlers_and_signals(fields)
    handler_nodes += [(node, recipe.path) for recipe in recipes for node in recipe.handlers]
    around = Surroundings(custom, model)
    handlers = [read_handler(node, where, report, around) for node, where in handler_nodes]
    signals = [_signal(node, where, custom, report) for node, where in signal_nodes]
    spec = Spec(
        file=report.file,
        source=source,
        app=app,
        imports=tuple(code for code, _names in imported),
        tasks=tuple(task for task in tasks if task is not None),
        handlers=tuple(handler for handler in handlers if handler is not None),
        signals=tuple(signal for signal in signals if signal is not None),
        definitions=tuple(definition for recipe in recipes for definition in recipe.definitions),
        recipe_tests=tuple(recipe.tests for recipe in recipes if recipe.tests is not None),
        uses=tuple(use for recipe in recipes for use in recipe.uses),
        models=tuple(ref for recipe in recipes for ref in recipe.models),
        helpers=fields.get(table.HELPERS) or (),
        task_backend=fields.get(table.TASK_BACKEND),
        typed=fields.get(table.TYPED),
        test_detail=fields.get(table.TEST_DETAIL),
        delay_on_commit=fields.marks()["delay_on_commit"]
        if fields.get(table.DELAY_ON_COMMIT)
        else None,
        lines=report.lines,
    )
    # Names are checked last, over all that the spec and its recipes declare.
    check_names(spec, imported, report)
    return spec


def _expansions(
    fields: Fields, app: Ref, model: Ref | None, catalogue: Catalogue
) -> list[Expansion]:
    # Recipes stand for entries such as those under ``handlers`` and ``celery_tasks``.
    names = declared_tasks(node for node, _ in _items(fields, table.TASKS))
    around = Around(app.text, model, names)
    found = (
        expand(node, where, fields.report, catalogue, around)
        for node, where in _items(fields, table.RECIPES)
    )
    return [expansion for expansion in found if expansion is not None]


def _items(fields: Fields, key: Key[tuple[Node, ...]]) -> list[tuple[Node, str]]:
    nodes = fields.get(key) or ()
    return [(node, f"{fields.below(key.name)}[{i}]") for i, node in enumerate(nodes)]


def _handlers_and_signals(fields: Fields) -> tuple[list[_Placed], list[_Placed]]:
    # Those that stand in the other list are reported once, and then read as what they are, so that
    # their own problems are reported as well.
    handler_list = table.HANDLERS, table.HANDLER
    signal_list = table.SIGNALS, table.SIGNAL_SECTION
    handlers, no_handlers = _divided(fields, handler_list, signal_list)
    signals, no_signals = _divided(fields, signal_list, handler_list)
    return handlers + no_signals, signals + no_handlers


def _divided(fields: Fields, here: _List, there: _List) -> tuple[list[_Placed], list[_Placed]]:
    # The entries of a list, and those that belong to the other one.
    (key, section), (other, meant) = here, there
    words = words_of(section), words_of(meant)
    kept: list[_Placed] = []
    moved: list[_Placed] = []
    for node, path in _items(fields, key):
        names = [entry.name for entry in node.entries] if isinstance(node, Mapping) else []
        (moved if misplaced(names, *words) else kept).append((node, path))
    if moved and not kept and not fields.has(other):
        message = f"these are {other.name}, not {key.name}"
        fields.wrong_key(key.name, "wrong-list", message, f"write {other.name}: here")
        return kept, moved
    for node, path in moved:
        message = f"this is a {meant.name}, not a {section.name}"
        fields.report.add(node, path, "wrong-list", message, f"move it to {other.name}:")
    return kept, moved


def _defined_signals(fields: Fields) -> frozenset[str]:
    # Read before the signals themselves, so that handlers above them may listen to them.
    entry = fields.entries.get(table.SIGNALS.name)
    items = getattr(entry.value, "items", ()) if entry is not None else ()
    return frozenset(
        pair.value.text
        for node in items
        if isinstance(node, Mapping)
        for pair in node.entries
        if pair.name == table.SIGNAL_NAME.name and isinstance(pair.value, Scalar)
    )


def _task(node: Node, path: str, app: Ref, report: Report) -> TaskSpec | None:
    fields = open_fields(node, table.TASK, path, report)
    if fields is None:
        return None
    home = fields.get(table.TASK_APP)
    backoff = fields.get(table.BACKOFF)
    return TaskSpec(
        name=fields.get(table.TASK_NAME) or "",
        mark=fields.mark,
        app=home.text if home is not None and home.text != app.text else None,
        args=_arguments(fields, table.TASK_ARGS, TASK_RESERVED),
        description=fields.get(table.TASK_DESCRIPTION),
        retries=fields.get(table.RETRIES),
        backoff=True if backoff is None else backoff,
        queue=fields.get(table.QUEUE),
    )


def _signal(node: Node, path: str, custom: frozenset[str], report: Report) -> SignalSpec | None:
    fields = open_fields(node, table.SIGNAL_SECTION, path, report)
    if fields is None:
        return None
    name = fields.get(table.SIGNAL_NAME) or ""
    named = fields.entries.get(table.SIGNAL_NAME.name)
    own = Ref(name, report.mark(named.value, fields.below("name")) if named else fields.mark)
    if name in BUILTIN:
        message = f"Django has a signal {name} of its own"
        report.add(own.mark, own.mark.path, "name-taken", message, "choose another name")
    around = Surroundings(custom | {name}, signal=own)
    handlers = [
        read_handler(child, where, report, around)
        for child, where in _items(fields, table.SIGNAL_HANDLERS)
    ]
    return SignalSpec(
        name=name,
        mark=fields.mark,
        args=_arguments(fields, table.SIGNAL_ARGS, SIGNAL_RESERVED),
        description=fields.get(table.SIGNAL_DESCRIPTION),
        sender=fields.get(table.SIGNAL_SENDER),
        send=fields.get(table.SEND) or "send",
        handlers=tuple(handler for handler in handlers if handler is not None),
    )


def _arguments(fields: Fields, key: Key[Node], reserved: dict[str, str]) -> tuple[ArgSpec, ...]:
    path = fields.below(key.name) if fields.has(key) else fields.path
    return read_arguments(fields.get(key), path, fields.report, reserved)
