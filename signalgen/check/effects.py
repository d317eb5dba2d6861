"""What leaves the database: tasks, mail, HTTP, messages, files, and work that keeps a request waiting. By resolved name."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from signalgen.check.deferral import DEFERRED_METHODS
from signalgen.check.naming import describe
from signalgen.check.reach import callee
from signalgen.check.tasks import task_kind, waits_by_itself
from signalgen.index.names import dotted, find_function, resolve

if TYPE_CHECKING:
    from signalgen.check.reach import Reached
    from signalgen.index import Index

Kind = Literal["task", "mail", "http", "channel", "file", "process", "sleep", "render", "image", "lock"]

_TABLE: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (
        re.compile(
            r"^django\.core\.mail\.(?:\w+\.)*(?:send_mail|send_mass_mail|mail_admins|mail_managers)$"
            r"|(?:^|\.)Email(?:Message|MultiAlternatives)\(\)\.send$|^smtplib\.SMTP(?:_SSL)?(?:\(\)\.\w+)?$"
            r"|^post_office\.mail\.send$|^django\.core\.mail\.get_connection\(\)\.send_messages$"
        ),
        "mail",
    ),
    (
        re.compile(
            r"^(?:requests|httpx)(?:\.api)?\.(?:get|post|put|patch|delete|head|options|request|stream)$"
            r"|^(?:requests\.(?:sessions\.)?[sS]ession|httpx\.Client)\(\)\."
            r"(?:get|post|put|patch|delete|head|options|request|send)$"
            r"|^urllib\.request\.url(?:open|retrieve)$|^urllib3\.(?:request|PoolManager\(\)\.request)$"
        ),
        "http",
    ),
    (re.compile(r"(?:^|\.)group_send$|^channels\.layers\.get_channel_layer\(\)\.send$"), "channel"),
    (
        re.compile(
            r"^subprocess\.(?:run|call|check_call|check_output|Popen|getoutput|getstatusoutput)$"
            r"|^os\.(?:system|popen)$"
        ),
        "process",
    ),
    (re.compile(r"^time\.sleep$"), "sleep"),
    (
        re.compile(
            r"^os\.(?:remove|unlink|rename|replace|rmdir|removedirs)$|^shutil\.(?:rmtree|move)$"
            r"|(?:\.storage|\.default_storage|\.storages)\.delete$"
        ),
        "file",
    ),
    (
        re.compile(
            r"^django\.(?:template\.(?:loader|loader_tags)\.render_to_string|template\.loader\.get_template\(\)\.render)$"
        ),
        "render",
    ),
    (re.compile(r"^(?:filelock\.(?:\w+\.)*\w*Lock(?:\(\)\.acquire)?|fcntl\.(?:flock|lockf))$"), "lock"),
    (
        re.compile(
            r"^(?:weasyprint|xhtml2pdf|pdfkit|wand)\.|^reportlab\.\S*\.(?:save|build)$|^PIL\.Image\.(?:open|new)\b"
        ),
        "image",
    ),
)
_QUEUEING = frozenset({"delay", "apply_async"})
_VERBS = {
    "task": "queues a task",
    "mail": "sends mail",
    "http": "makes an HTTP request",
    "channel": "sends to a channel layer",
    "file": "changes files",
    "process": "starts a process",
    "sleep": "sleeps",
    "render": "renders templates",
    "image": "makes a PDF or an image",
    "lock": "waits for a lock",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What a call does to the world outside the transaction."""

    kind: Kind
    name: str

    @property
    def verb(self) -> str:
        """What it does, in words: ``queues a task``."""
        return _VERBS[self.kind]


def effect_of(index: Index, reached: Reached) -> Effect | None:
    """Return what a call does outside the database, None when that is nothing or not known."""
    task = _task(index, reached)
    if task is not None:
        return task
    if reached.target is not None:
        return None
    function = reached.function
    names = dict.fromkeys([reached.name, describe(index, function.path, function, reached.call.func)])
    for name in filter(None, names):
        for pattern, kind in _TABLE:
            if pattern.search(name):
                return Effect(kind, name)
    return None


def _task(index: Index, reached: Reached) -> Effect | None:
    """Tell whether a call puts a task into its queue."""
    func = reached.call.func
    if reached.target is not None:
        kind = task_kind(index, reached.target)
        # A call of a huey task puts it into the queue; one of the others runs it on the spot.
        return Effect("task", reached.target.name) if kind == "huey" else None
    if not isinstance(func, ast.Attribute) or func.attr in DEFERRED_METHODS:
        return None
    owner = _owner(func.value)
    written = dotted(owner)
    if not written:
        return None
    name = resolve(index.code, reached.function.path, written, reached.function)
    function = find_function(index.code, name) or callee(index, reached.function, owner)[1]
    if function is not None:
        kind = task_kind(index, function)
        if kind is None or waits_by_itself(index, function):
            return None
        queued = func.attr in (
            "delay",
            "apply_async",
            "enqueue",
            "schedule",
            "send_with_options",
            "delay_if_enabled",
        )
        queued = queued or (func.attr == "send" and kind == "dramatiq")
        return Effect("task", f"{function.name}.{func.attr}") if queued else None
    # A task of an installed package, or one that a factory made: nothing else has these methods.
    return Effect("task", f"{written}.{func.attr}") if func.attr in _QUEUEING else None


def _owner(node: ast.expr) -> ast.expr:
    """Return the task in ``task.s(…)`` and ``task.si(…)``, the node itself otherwise."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("s", "si", "using", "options")
    ):
        return node.func.value
    return node
