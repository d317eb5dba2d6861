"""Django's own signals, their imports and arguments by version: ``BUILTIN``, ``arguments_for``.

Generated receivers name these arguments and the analyser checks signatures against them, so a wrong
entry breaks users' projects; ``tests/facts`` sends each signal with the installed Django and
compares.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

Version = tuple[int, int]
Family = Literal[
    "save",
    "delete",
    "init",
    "m2m",
    "class",
    "migrate",
    "request",
    "setting",
    "template",
    "db",
    "auth",
    "task",
    "autoreload",
]
Needs = tuple[tuple[str, str], ...]

SUPPORTED: tuple[Version, ...] = ((4, 2), (5, 2), (6, 0), (6, 1))


@dataclass(frozen=True, slots=True)
class SignalArgument:
    """One named argument of a signal.

    ``annotation`` is source text for a type hint (``{model}`` stands for the sender's class) and
    ``imports`` what it needs, as (module, name). ``always`` False: some senders or versions leave
    it out, so a parameter for it needs ``default``. It exists in Django versions from ``since`` up
    to, but excluding, ``until``.
    """

    name: str
    annotation: str
    imports: Needs = ()
    always: bool = True
    default: str = "None"
    since: Version | None = None
    until: Version | None = None

    def sent_by(self, django: Version) -> bool:
        """Return whether this version of Django has the argument."""
        return (self.since or django) <= django and (self.until is None or django < self.until)


@dataclass(frozen=True, slots=True)
class BuiltinSignal:
    """One signal of Django.

    ``lazy_sender``: ``connect`` takes a string such as ``"app.Model"``. ``has_model``: a handler
    may name a model (the sender of m2m_changed is that model's through model; class_prepared is
    over before a module can import its sender). ``branches`` are the ``on_*`` keys of a spec that
    it allows. ``catch_all`` names the ``**`` parameter of a receiver: not ``kwargs`` if the signal
    sends an argument of that name.
    """

    name: str
    module: str
    family: Family
    arguments: tuple[SignalArgument, ...] = ()
    lazy_sender: bool = False
    has_model: bool = False
    since: Version | None = None
    branches: tuple[str, ...] = ()
    catch_all: str = "kwargs"


M2M_ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "on_pre_add": "pre_add",
        "on_add": "post_add",
        "on_pre_remove": "pre_remove",
        "on_remove": "post_remove",
        "on_pre_clear": "pre_clear",
        "on_clear": "post_clear",
    }
)
"""The value of ``action`` for each branch of an m2m_changed handler."""

_ANY: Needs = (("typing", "Any"),)
_REQUEST: Needs = (("django.http", "HttpRequest"),)
_USER: Needs = (("django.contrib.auth.base_user", "AbstractBaseUser"),)

_INSTANCE = SignalArgument("instance", "{model}")
_USING = SignalArgument("using", "str")
_RAW = SignalArgument("raw", "bool", default="False")
_CREATED = SignalArgument("created", "bool", default="False")
_UPDATE_FIELDS = SignalArgument("update_fields", "frozenset[str] | None")
_ORIGIN = SignalArgument(
    "origin",
    "Model | QuerySet[Any]",
    (("django.db.models", "Model"), ("django.db.models", "QuerySet"), *_ANY),
)
_M2M = (
    SignalArgument("action", "str"),
    SignalArgument("instance", "Model", (("django.db.models", "Model"),)),
    SignalArgument("reverse", "bool", default="False"),
    SignalArgument("model", "type[Model]", (("django.db.models", "Model"),)),
    SignalArgument("pk_set", "set[Any] | None", _ANY),
    _USING,
    replace(_RAW, since=(6, 1)),
)
_MIGRATE = (
    SignalArgument("app_config", "AppConfig", (("django.apps", "AppConfig"),)),
    SignalArgument("verbosity", "int"),
    SignalArgument("interactive", "bool"),
    _USING,
)
_STDOUT = SignalArgument("stdout", "TextIOBase", (("io", "TextIOBase"),))
_APPS = SignalArgument("apps", "Apps", (("django.apps.registry", "Apps"),))
_PLAN = SignalArgument(
    "plan", "list[tuple[Migration, bool]]", (("django.db.migrations", "Migration"),)
)


def _sometimes(argument: SignalArgument) -> SignalArgument:
    return replace(argument, annotation=f"{argument.annotation} | None", always=False)


_HTTP_REQUEST = SignalArgument("request", "HttpRequest", _REQUEST)
_AUTH_USER = SignalArgument("user", "AbstractBaseUser", _USER)
_TASK = (SignalArgument("task_result", "TaskResult", (("django.tasks", "TaskResult"),)),)

_MODELS = "django.db.models.signals"
_CORE = "django.core.signals"
_AUTH = "django.contrib.auth.signals"
_AUTORELOAD = "django.utils.autoreload"
_SAVE_BRANCHES = ("on_create", "on_update")


def _model_signal(
    name: str,
    family: Family,
    *arguments: SignalArgument,
    branches: tuple[str, ...] = (),
    catch_all: str = "kwargs",
) -> BuiltinSignal:
    return BuiltinSignal(
        name,
        _MODELS,
        family,
        arguments,
        lazy_sender=True,
        has_model=True,
        branches=branches,
        catch_all=catch_all,
    )


_ALL = (
    _model_signal(
        "pre_init",
        "init",
        SignalArgument("args", "tuple[Any, ...]", _ANY),
        SignalArgument("kwargs", "dict[str, Any]", _ANY),
        catch_all="extra",
    ),
    _model_signal("post_init", "init", _INSTANCE),
    _model_signal(
        "pre_save", "save", _INSTANCE, _RAW, _USING, _UPDATE_FIELDS, branches=_SAVE_BRANCHES
    ),
    _model_signal(
        "post_save",
        "save",
        _INSTANCE,
        _CREATED,
        _RAW,
        _USING,
        _UPDATE_FIELDS,
        branches=_SAVE_BRANCHES,
    ),
    _model_signal("pre_delete", "delete", _INSTANCE, _USING, _ORIGIN),
    _model_signal("post_delete", "delete", _INSTANCE, _USING, _ORIGIN),
    _model_signal("m2m_changed", "m2m", *_M2M, branches=tuple(M2M_ACTIONS)),
    BuiltinSignal("class_prepared", _MODELS, "class"),
    BuiltinSignal("pre_migrate", _MODELS, "migrate", (*_MIGRATE, _STDOUT, _APPS, _PLAN)),
    BuiltinSignal(
        "post_migrate", _MODELS, "migrate", (*_MIGRATE, *map(_sometimes, (_STDOUT, _APPS, _PLAN)))
    ),
    BuiltinSignal(
        "request_started",
        _CORE,
        "request",
        (
            _sometimes(SignalArgument("environ", "dict[str, Any]", _ANY)),
            _sometimes(SignalArgument("scope", "dict[str, Any]", _ANY)),
        ),
    ),
    BuiltinSignal("request_finished", _CORE, "request"),
    BuiltinSignal("got_request_exception", _CORE, "request", (_HTTP_REQUEST,)),
    BuiltinSignal(
        "setting_changed",
        _CORE,
        "setting",
        (
            SignalArgument("setting", "str"),
            SignalArgument("value", "Any", _ANY),
            SignalArgument("enter", "bool"),
        ),
    ),
    BuiltinSignal(
        "template_rendered",
        "django.test.signals",
        "template",
        (
            SignalArgument("template", "Template", (("django.template.base", "Template"),)),
            SignalArgument("context", "Context", (("django.template.context", "Context"),)),
        ),
    ),
    BuiltinSignal(
        "connection_created",
        "django.db.backends.signals",
        "db",
        (
            SignalArgument(
                "connection",
                "BaseDatabaseWrapper",
                (("django.db.backends.base.base", "BaseDatabaseWrapper"),),
            ),
        ),
    ),
    BuiltinSignal("user_logged_in", _AUTH, "auth", (_HTTP_REQUEST, _AUTH_USER)),
    BuiltinSignal(
        "user_logged_out",
        _AUTH,
        "auth",
        (_HTTP_REQUEST, SignalArgument("user", "AbstractBaseUser | None", _USER)),
    ),
    BuiltinSignal(
        "user_login_failed",
        _AUTH,
        "auth",
        (
            SignalArgument("credentials", "dict[str, Any]", _ANY),
            SignalArgument("request", "HttpRequest | None", _REQUEST),
        ),
    ),
    BuiltinSignal("task_enqueued", "django.tasks.signals", "task", _TASK, since=(6, 0)),
    BuiltinSignal("task_started", "django.tasks.signals", "task", _TASK, since=(6, 0)),
    BuiltinSignal("task_finished", "django.tasks.signals", "task", _TASK, since=(6, 0)),
    BuiltinSignal("autoreload_started", _AUTORELOAD, "autoreload"),
    BuiltinSignal(
        "file_changed",
        _AUTORELOAD,
        "autoreload",
        (SignalArgument("file_path", "Path", (("pathlib", "Path"),)),),
    ),
)

BUILTIN: Mapping[str, BuiltinSignal] = MappingProxyType({signal.name: signal for signal in _ALL})
"""Every signal that Django itself sends, by name."""


def arguments_for(signal: BuiltinSignal, django: Version | None) -> tuple[SignalArgument, ...]:
    """Return the arguments of ``signal`` in a version of Django, in the table's order.

    None means all supported versions together: arguments that one of them lacks have ``always``
    False.
    """
    if django is not None:
        return tuple(argument for argument in signal.arguments if argument.sent_by(django))
    versions = [version for version in SUPPORTED if signal.since is None or signal.since <= version]
    return tuple(
        argument
        if all(argument.sent_by(version) for version in versions)
        else replace(argument, always=False)
        for argument in signal.arguments
        if any(argument.sent_by(version) for version in versions)
    )
