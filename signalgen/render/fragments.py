"""Renders each item of a plan to the fragment for its file: ``render_app(plan)``."""

from __future__ import annotations

from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING

import jinja2

from signalgen.errors import Problem, UsageError
from signalgen.packaged import template_folder
from signalgen.render.environment import Folder, make_environment
from signalgen.values.fragment import CONFIG_ID, Fragment, ImportNeed, Kind
from signalgen.values.plan import (
    AppPlan,
    CustomSignal,
    Item,
    PlannedReceiver,
    RegistrationTable,
    Remember,
    SenderFunction,
    Support,
    TaskStub,
    TestClass,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def render_app(
    plan: AppPlan, user_templates: str | None = None, line_length: int = 88, root: str = ""
) -> tuple[Fragment, ...]:
    """Return the fragments of one app, in the order in which they are added to their files.

    ``root`` is the project's folder. Raises UsageError if a user's template is broken, or leads
    out of its folder and the project.
    """
    environment = make_environment(user_templates, line_length, root)
    if user_templates and not Path(user_templates).is_dir():
        raise UsageError(
            Problem(user_templates, 0, 0, "", "template", "this folder of templates does not exist")
        )
    if gone := [_gone(user_templates, name) for name in _test_templates(user_templates)]:
        raise UsageError(gone)
    try:
        return tuple(_fragments(plan, environment))
    except _TEMPLATE_ERRORS as error:
        name, line = _place(error, user_templates or "templates")
        message = f"template error: {error}"
        raise UsageError(Problem(name, line, 1 if line else 0, "", "template", message)) from error


def _test_templates(folder: str | None) -> list[str]:
    # An earlier release had templates of whole tests; a note says that they are unused.
    names = Folder(folder).list_templates() if folder else []
    return [name for name in names if name.endswith("_tests.py.j2") and "/" not in name]


def _gone(folder: str | None, name: str) -> Problem:
    message = f"nothing uses the template {name} any more"
    hint = (
        f"it is tests/{name} now"
        if (template_folder() / "tests" / name).is_file()
        else "tests are put together without it: test_class.py.j2 is the class, tests/ its helpers"
    )
    return Problem(
        str(Path(folder or "") / name),
        0,
        0,
        "",
        "template",
        message,
        f"{hint}; move or delete yours",
    )


_TEMPLATE_ERRORS = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)
"""Errors that a user's template may raise: its expressions may, for example, divide by zero."""


def _place(error: BaseException, fallback: str) -> tuple[str, int]:
    """Return the template and the line of ``error``, ``fallback`` when it names no template."""
    # Jinja2 gives both for wrong syntax; for the rest the traceback has them.
    if isinstance(error, jinja2.TemplateSyntaxError):
        return str(error.filename or error.name or fallback), error.lineno
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    return next(
        ((name, line) for name, line in reversed(frames) if name.endswith(".j2")), (fallback, 0)
    )


def _fragments(plan: AppPlan, environment: jinja2.Environment) -> Iterator[Fragment]:
    for item in plan.items:
        kind, identity, template = _identity(item)
        text = environment.get_template(f"{template}.py.j2").render(r=item).strip("\n") + "\n"
        yield Fragment(item.path, identity, kind, item.name, text, item.source, item.imports)
    if plan.new_config:
        hook = next(hook for hook in plan.hooks if hook.class_name)
        text = environment.get_template("app_config.py.j2").render(
            r={"class_name": plan.new_config, "app": plan.app}
        )
        yield Fragment(
            hook.path,
            CONFIG_ID,
            "support",
            plan.new_config,
            text.strip("\n") + "\n",
            hook.source,
            (ImportNeed("django.apps", "AppConfig"),),
        )


def _identity(item: Item) -> tuple[Kind, str, str]:
    if isinstance(item, (Support, RegistrationTable)):
        template = item.template if isinstance(item, Support) else "registrations"
        return "support", f"support:{item.path}:{item.name}", template
    if isinstance(item, TestClass) and item.shared:
        return "support", item.id, "test_class"
    kind, template = _TEMPLATES[type(item)]
    if isinstance(item, SenderFunction):
        return kind, f"sender:{item.signal}", template
    if isinstance(item, (CustomSignal, TaskStub)):
        return kind, f"{kind}:{item.name}", template
    return kind, item.id, template


_TEMPLATES: Mapping[type[Item], tuple[Kind, str]] = {
    PlannedReceiver: ("receiver", "receiver"),
    Remember: ("receiver", "remember"),
    CustomSignal: ("signal", "signal"),
    SenderFunction: ("sender", "sender"),
    TaskStub: ("task", "task"),
    TestClass: ("test", "test_class"),
}
