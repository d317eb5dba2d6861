"""Save a row of each model of a running project, and print what happened: ``python saves.py PLACES ROOT``.

PLACES go to ``sys.path``; ROOT is the project's folder. Whatever a save calls that lies outside of ROOT is a
package's own affair: receivers there, and tables that only they write, are told apart.
"""

# ruff: noqa: SLF001  # what Django does when it calls receivers, not what it promises
from __future__ import annotations

import ast
import json
import os
import re
import socket
import sys
from collections import defaultdict
from contextlib import suppress
from functools import cache, partial
from pathlib import Path

sys.path[:0] = sys.argv[1].split(":")
ROOT = Path(sys.argv[2]).resolve()
WRITES = re.compile(
    r'\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) ["`]?(\w+)["`]?', re.IGNORECASE
)

import django  # noqa: E402

django.setup()

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402
from django.db.models import signals  # noqa: E402
from django.db.models.deletion import Collector  # noqa: E402
from django.dispatch import Signal  # noqa: E402
from django.urls import get_resolver  # noqa: E402
from model_bakery import baker, generators, random_gen  # noqa: E402

DISPATCHER = sys.modules[Signal.__module__].__file__
DJANGO = str(Path(django.__file__).parent)
OF_MODELS = (
    signals.pre_save,
    signals.post_save,
    signals.pre_delete,
    signals.post_delete,
    signals.m2m_changed,
)
PASSED_BY = (signals.pre_init, signals.post_init)
"""What is sent when a row is read or made in memory, before it is saved."""
HAPPENED: list[tuple[str, str]] = []
CALLS = "calls_and_tells"
"""The name of the function that calls a receiver here."""
ROWS = []
"""The row that is saved or deleted."""


def is_own(path: str) -> bool:
    """Tell whether a file is the project's."""
    return Path(path).is_relative_to(ROOT) and "site-packages" not in path


def code_of(function):
    """Return the code object of a receiver below its decorators."""
    while True:
        inner = getattr(function, "__wrapped__", None) or getattr(function, "func", None)
        inner = inner or getattr(function, "__func__", None)
        if inner is None and not hasattr(function, "__qualname__"):
            # An object that can be called: its class has the code.
            function = type(function).__call__
        if inner is None:
            return getattr(function, "__code__", None), function
        function = inner


def replacements() -> dict[str, str]:
    """Return the texts of functions that are called in place of receivers, by the receivers' dotted names."""
    place = os.environ.get("SIGNALGEN_GENERATED")
    texts = json.loads(Path(place).read_text()) if place else {}
    return {name: plain(text) for name, text in texts.items()}


def plain(text: str) -> str:
    """Return the text of a function without its decorators."""
    tree = ast.parse(text)
    for node in tree.body:
        node.decorator_list = []
    return ast.unparse(tree)


@cache
def replaced(function, name, file):
    """Return what is to be called in place of a receiver, as if it stood in its file: itself, for most."""
    if name not in REPLACED:
        return function
    names = {**HELPFUL, **sys.modules[function.__module__].__dict__}
    exec(compile(REPLACED[name], file, "exec"), names)
    return names[name.rpartition(".")[2]]


def told(function, of_models):
    """Return ``function`` so that its calls are written down, if it is the project's or hears signals of models."""
    code, inner = code_of(function)
    own = code is not None and is_own(code.co_filename)
    if code is None or not (own or of_models):
        return function
    kind = "receiver" if own else "package"
    name = f"{inner.__module__}.{inner.__qualname__}"

    instead = replaced(function, name, code.co_filename)

    def calls_and_tells(*args, **kwargs):
        HAPPENED.append((kind, name))
        return instead(*args, **kwargs)

    return calls_and_tells


def listen() -> None:
    """Have every call of a receiver and every written table told."""
    live = Signal._live_receivers

    def receivers(self, sender):
        found = live(self, sender)
        if self in PASSED_BY:
            return found
        of_models = self in OF_MODELS
        if isinstance(found, tuple):  # since Django 5.0: those to call, and those to await
            return [told(one, of_models) for one in found[0]], found[1]
        return [told(one, of_models) for one in found]

    Signal._live_receivers = receivers


def watch_queues() -> None:
    """Have every task that is queued told by its function, and what the project puts off until the commit."""
    put_off = BaseDatabaseWrapper.on_commit

    def on_commit(self, func, *args, **kwargs):
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename.startswith(DJANGO):
            frame = frame.f_back
        if frame is not None and is_own(frame.f_code.co_filename):
            codes = [frame.f_code, code_of(func)[0]]
            HAPPENED.append(("commit", json.dumps([span(one) for one in codes if one is not None])))
        return put_off(self, func, *args, **kwargs)

    BaseDatabaseWrapper.on_commit = on_commit
    with suppress(ImportError):
        from celery.app.task import Task

        watched(Task, "apply_async", task_of_celery)
    with suppress(ImportError):
        from huey.api import Huey

        watched(Huey, "enqueue", task_of_huey)


def task_of_celery(task, *_args, **_kwargs):
    """Return the function of a task, and whether it runs at once."""
    return code_name(task.run), bool(task.app.conf.task_always_eager)


def task_of_huey(huey, task, *_args, **_kwargs):
    """Return the function of a task, and whether it runs at once."""
    return code_name(type(task).func), bool(huey.immediate)


def watched(cls, name, told_by) -> None:
    """Have the calls of a method that queues a task told; no task leaves this process."""
    real = getattr(cls, name)

    def calls(*args, **kwargs):
        function, at_once = told_by(*args, **kwargs)
        HAPPENED.append(("task", function))
        return real(*args, **kwargs) if at_once else None

    setattr(cls, name, calls)


def code_name(function) -> str:
    """Return the dotted name of the function behind a task."""
    inner = code_of(function)[1]
    return f"{inner.__module__}.{inner.__qualname__}"


def span(code) -> list:
    """Return the file of a function, in the project, and its first and last line."""
    last = max(line for *_, line in code.co_lines() if line)
    path = Path(code.co_filename)
    own = str(path.relative_to(ROOT)) if is_own(code.co_filename) else ""
    return [own, code.co_firstlineno, last]


def written(execute, sql, params, many, context):
    """Tell the table of a statement, and whether code of the project asks for it.

    It does not where a receiver of a package is nearer, or Django takes along what hangs on the row.
    """
    found = WRITES.match(sql)
    if found:
        frame = sys._getframe(1)
        while not is_own(frame.f_code.co_filename) and not theirs(frame):
            frame = frame.f_back
        HAPPENED.append((theirs(frame) or "table", found[1]))
    return execute(sql, params, many, context)


def theirs(frame) -> str:
    """Return ``foreign`` for the call of a signal, ``cascade`` for the deletion of the row in hand, or of this script."""
    code = frame.f_code
    if code.co_filename == DISPATCHER or code.co_name == CALLS:
        return "foreign"
    deletes = code is Collector.delete.__code__
    origin = getattr(frame.f_locals.get("self"), "origin", None) if deletes else None
    ours = code.co_filename == __file__ or (deletes and origin is not None and origin in ROWS)
    return "cascade" if ours else ""


def tried(model, event):
    """Return what an event of a row leads to, None where the row cannot be made."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = made(model)
                # A receiver may have made the row of this user or that.
                others = model._base_manager.order_by("-pk")
                if event == "create":
                    others._raw_delete(others.db)
                elif (there := others.first()) is not None:
                    row = there
                else:
                    row.save()
        except Exception as error:  # noqa: BLE001 - any project, any model
            transaction.set_rollback(True)
            return {"unmade": f"{type(error).__name__}: {error}"[:200]}
        connection.run_on_commit.clear()
        HAPPENED.clear()
        ROWS[:] = [row]
        failed = ""
        with connection.execute_wrapper(written):
            try:
                row.delete() if event == "delete" else row.save()
                while connection.run_on_commit:
                    connection.run_on_commit.pop(0)[1]()
            except Exception as error:  # noqa: BLE001 - as above
                failed = f"{type(error).__name__}: {error}"[:200]
        transaction.set_rollback(True)
    connection.run_on_commit.clear()
    found = defaultdict(list)
    for kind, name in HAPPENED:
        if name not in found[kind]:
            found[kind].append(name)
    return {**found, "failed": failed}


def made(model):
    """Return a new row, with files where it can have them."""
    files = {
        one.name: random_gen.gen_image_field()
        if isinstance(one, models.ImageField)
        else random_gen.gen_file_field()
        for one in model._meta.fields
        if isinstance(one, models.FileField)
    }
    with suppress(Exception), transaction.atomic():
        return baker.prepare(model, _save_related=True, **files)
    return baker.prepare(model, _save_related=True)


def learn() -> None:
    """Let model_bakery fill a field of the project's own kind as the kind below it."""
    known = generators.get_type_mapping()
    for model in apps.get_models():
        for kind in {type(field) for field in model._meta.fields} - set(known):
            below = next((known[one] for one in kind.__mro__ if one in known), None)
            if below is not None:
                generators.user_mapping.setdefault(kind, below)


def refuse(*_args, **_kwargs):
    """Nothing leaves this machine."""
    raise OSError("no network here")


REPLACED = replacements()
HELPFUL = {"partial": partial, "transaction": transaction}
"""What generated functions import beside what their module has."""


def main() -> None:
    """Print each model with its tables, and what each event led to."""
    settings.MEDIA_ROOT = str(ROOT / "files-of-rows")
    call_command("migrate", run_syncdb=True, verbosity=0)
    with suppress(Exception):
        # A server imports its views, and what they connect, with the first request.
        get_resolver().url_patterns  # noqa: B018 - read for its effect
    with suppress(Exception):
        apps.get_model("sites.Site").objects.get_or_create(pk=1)
    socket.socket.connect = refuse
    listen()
    watch_queues()
    learn()
    own = [one for one in apps.get_models() if is_own(sys.modules[one.__module__].__file__)]
    user = get_user_model()
    every = [
        one for one in dict.fromkeys([user, *own]) if one._meta.managed and not one._meta.proxy
    ]
    answer = {}
    for model in every:
        tables = [one._meta.db_table for one in (model, *model._meta.get_parent_list())]
        events = {event: tried(model, event) for event in ("create", "update", "delete")}
        answer[model._meta.label] = {"tables": tables, **events}
    labels = {
        one._meta.label: one._meta.db_table for one in apps.get_models(include_auto_created=True)
    }
    print(json.dumps({"models": answer, "tables": labels}))


main()
