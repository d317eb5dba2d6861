"""What leaves the database: tasks, mail, HTTP, messages, files, and work that keeps a request waiting. By resolved name."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from signalgen.check.deferral import DEFERRED_METHODS
from signalgen.check.tasks import task_kind
from signalgen.index.names import dotted, find_function, resolve

if TYPE_CHECKING:
    from signalgen.check.reach import Reached
    from signalgen.index import Index

Kind = Literal["task", "mail", "http", "channel", "file", "process", "sleep", "render", "image", "search"]

_TABLE: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (
        re.compile(
            r"^(?:django\.core\.mail\.(?:\w+\.)*(?:send_mail|send_mass_mail|mail_admins|mail_managers)"
            r"|smtplib\.SMTP(?:_SSL)?|django\.core\.mail\.(?:\w+\.)*Email\w*\(\)\.send"
            r"|anymail\..*\.send|sendgrid\..*\.send|post_office\.mail\.send)$"
        ),
        "mail",
    ),
    (
        re.compile(
            r"^(?:requests|httpx|requests\.api)\.(?:get|post|put|patch|delete|head|options|request|stream)$"
            r"|^(?:requests\.(?:sessions\.)?Session|httpx\.Client)\(\)\.\w+$"
            r"|^urllib\.request\.url(?:open|retrieve)$|^urllib3\.(?:request|PoolManager\(\)\.request)$"
            r"|^(?:stripe|twilio|slack_sdk|boto3|botocore|sentry_sdk\.transport)\..*\.(?:create|send|post|invoke|publish)$"
        ),
        "http",
    ),
    (re.compile(r"(?:^|\.)(?:group_send|send_group)$"), "channel"),
    (
        re.compile(
            r"^subprocess\.(?:run|call|check_call|check_output|Popen|getoutput|getstatusoutput)$|^os\.(?:system|popen)$"
        ),
        "process",
    ),
    (re.compile(r"^time\.sleep$"), "sleep"),
    (
        re.compile(
            r"^os\.(?:remove|unlink|rename|replace|rmdir|removedirs|makedirs|mkdir)$"
            r"|^shutil\.(?:rmtree|move|copy|copy2|copyfile|copytree)$"
            r"|^django\.core\.files\.storage\.(?:default_storage|storages\.\w+)\.(?:delete|save)$"
        ),
        "file",
    ),
    (re.compile(r"^(?:weasyprint|xhtml2pdf|reportlab|pdfkit|PIL|wand)\b.*"), "image"),
)
_MAIL_CLASS = re.compile(r"(?:^|\.)Email(?:Message|MultiAlternatives)$")
_SESSION_CLASS = re.compile(r"^(?:requests\.(?:sessions\.)?Session|httpx\.Client|urllib3\.PoolManager)$")
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
    "search": "writes to a search index",
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
    name = reached.name
    if not name or reached.target is not None:
        return _of_object(index, reached)
    for pattern, kind in _TABLE:
        if pattern.search(name):
            return Effect(kind, name)
    return _of_object(index, reached)


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
    function = find_function(index.code, name)
    if function is not None:
        kind = task_kind(index, function)
        if kind is None:
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


def _of_object(index: Index, reached: Reached) -> Effect | None:
    """Tell what a method does by what its object was made of: ``EmailMessage(…).send()``, a requests session."""
    func = reached.call.func
    if not isinstance(func, ast.Attribute):
        return None
    made = _made_of(index, reached, func.value)
    if func.attr == "send" and _MAIL_CLASS.search(made):
        return Effect("mail", f"{made.rpartition('.')[2]}.send")
    if _SESSION_CLASS.match(made) and func.attr in (
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "request",
        "head",
    ):
        return Effect("http", f"{made}.{func.attr}")
    return None


def _made_of(index: Index, reached: Reached, node: ast.expr) -> str:
    """Return the class whose call gave the value of an expression, empty when it is not known."""
    from_name: ast.expr | None = node
    if isinstance(node, ast.Name):
        values = [
            item.value
            for item in ast.walk(reached.function.node)
            if isinstance(item, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == node.id for target in item.targets)
        ]
        from_name = values[0] if values else None
    if not isinstance(from_name, ast.Call):
        return ""
    written = dotted(from_name.func)
    return resolve(index.code, reached.function.path, written, reached.function) if written else ""
