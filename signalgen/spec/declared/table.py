"""Every key of a spec, declared once.

The reader's checks, its suggestions, the JSON Schema and the reference page all derive from these
tables; a key that is not listed here does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.facts.signals import M2M_ACTIONS, Family
from signalgen.spec.declared import kinds, words
from signalgen.spec.declared.keys import Key, Section

if TYPE_CHECKING:
    from signalgen.spec.text.nodes import Node
    from signalgen.values.spec import Code

SAVE: tuple[Family, ...] = ("save",)
M2M: tuple[Family, ...] = ("m2m",)

ENQUEUE_ON: dict[str, tuple[str, ...]] = {
    "save": ("save", "create", "update"),
    "delete": ("delete",),
    "m2m": ("add", "remove", "clear", "pre_add", "pre_remove", "pre_clear"),
}
"""The values of ``on`` of an ``enqueue`` entry by family of signal; all others have ``send``."""

_ON = (*tuple(word for group in ENQUEUE_ON.values() for word in group), "send")

VERSION = Key("version", kinds.VERSION, "Version of the spec format.", "1", default="1")
APP = Key("app", kinds.APP, "Import path of the app package.", "orders", required=True)
MODEL = Key(
    "model",
    kinds.DOTTED,
    "Default sender of handlers that listen to a model signal but do not name a model.",
    "Order",
)
IMPORTS: Key[Node] = Key(
    "imports",
    kinds.NODE,
    "Import statements that bodies need and that signalgen cannot work out.",
    "[from core.search import update_index]",
    shape="imports",
)
TASKS = Key(
    "celery_tasks",
    kinds.LIST,
    "Background tasks that bodies and `enqueue` name.",
    "[{name: send_receipt, args: [order_id]}]",
    shape="items",
    section="task",
    also="tasks",
)
HANDLERS = Key(
    "handlers",
    kinds.LIST,
    "Receivers of built-in, third-party and custom signals.",
    "[{name: on_order_saved, signal: post_save, body: refresh(instance)}]",
    shape="items",
    section="handler",
)
SIGNALS = Key(
    "signals",
    kinds.LIST,
    "Custom signals of this app.",
    "[{name: order_paid, args: [order]}]",
    shape="items",
    section="signal",
)
RECIPES = Key(
    "recipes",
    kinds.LIST,
    "Ready patterns; docs/recipes.md lists them with their parameters.",
    "[{recipe: notify, model: Order, task: send_receipt}]",
    shape="recipes",
)
TYPED = Key(
    "typed",
    kinds.BOOLEAN,
    "Whether generated code carries type annotations.",
    "true",
    default="as the project does",
)
TASK_BACKEND = Key(
    "task_backend",
    kinds.choice(words.BACKEND),
    "Library that task stubs are written for.",
    "django",
    default="as the project does",
)
TEST_DETAIL = Key(
    "test_detail",
    kinds.choice(words.DETAIL),
    "How detailed generated tests are: what a reviewer would keep, every case, or no tests.",
    "full",
    default="`test_detail` of `[tool.signalgen]`, else brief",
)

HELPERS = Key(
    "helpers",
    kinds.choices(words.HELPERS),
    "What to write into the app's `signal_utils.py`: ways to mute receivers, to clear the cache "
    "once after the commit, to connect and disconnect this spec's receivers by hand.",
    "[mute_signals, cache_invalidator]",
)
DELAY_ON_COMMIT = Key(
    "delay_on_commit",
    kinds.BOOLEAN,
    "Whether Celery tasks wait by Celery's own `delay_on_commit` (5.4 or newer, Celery's own "
    "task class; it knows the default "
    "database only) instead of `transaction.on_commit`.",
    "true",
    default="false",
)

TASK_NAME = Key("name", kinds.NAME, "Name of the task function.", "send_receipt", required=True)
TASK_APP = Key(
    "app",
    kinds.APP,
    "App that already has the task. Without it the task belongs to this app, and a stub is "
    "written if there is none.",
    "notifications",
)
TASK_ARGS: Key[Node] = Key(
    "args",
    kinds.NODE,
    "Arguments of the task, with or without types.",
    "[order_id]",
    shape="arguments",
)
TASK_DESCRIPTION = Key("description", kinds.TEXT, "Docstring of the stub.", "Mail the receipt.")
RETRIES = Key("retries", kinds.NUMBER, "How often the stub tries again after an error.", "3")
BACKOFF = Key(
    "backoff", kinds.BOOLEAN, "Whether retries wait longer each time.", "false", default="true"
)
QUEUE = Key(
    "queue",
    kinds.LABEL,
    "Queue that the task runs in. The run says what to add to Celery's settings.",
    "mail",
)

SIGNAL_NAME = Key("name", kinds.NAME, "Name of the signal.", "payment_completed", required=True)
SIGNAL_DESCRIPTION = Key(
    "description", kinds.TEXT, "When it is sent.", "Sent when a payment has been settled."
)
SIGNAL_SENDER = Key("sender", kinds.DOTTED, "Class that sends it.", "Payment")
SIGNAL_ARGS: Key[Node] = Key(
    "args",
    kinds.NODE,
    "Its arguments, with or without types.",
    "{payment: Payment, amount: Decimal}",
    shape="arguments",
)
SEND = Key(
    "send",
    kinds.choice(words.SEND),
    "Method by which the sender function sends it.",
    "send_robust",
    default="send",
)
SIGNAL_HANDLERS = Key(
    "handlers",
    kinds.LIST,
    "Receivers of this signal; they need no `signal` of their own.",
    "[{name: send_receipt, body: mail(payment)}]",
    shape="items",
    section="handler",
)

HANDLER_NAME = Key(
    "name", kinds.NAME, "Name of the receiver function.", "on_order_saved", required=True
)
ID = Key(
    "id",
    kinds.LABEL,
    "Stable identity, kept when the name changes.",
    "order_saved",
    default="the name",
)
DESCRIPTION = Key(
    "description", kinds.TEXT, "Docstring of the receiver.", "Tell the customer about the order."
)
SIGNAL = Key(
    "signal",
    kinds.DOTTED_MANY,
    "Signals that it listens to: built-in by name, any by dotted path, or one of this spec or app.",
    "[post_save, post_delete]",
)
HANDLER_MODEL = Key(
    "model",
    kinds.DOTTED,
    "Model that it listens to.",
    "auth.User",
    default="the spec's `model` for model signals",
)
MODELS = Key("models", kinds.DOTTED_MANY, "Models that it listens to.", "[Order, OrderItem]")
SENDER = Key(
    "sender",
    kinds.DOTTED,
    "What it listens to, when that is not a model.",
    "settings.AUTH_USER_MODEL",
)
SUBCLASSES = Key(
    "subclasses",
    kinds.BOOLEAN,
    "Whether it listens to the model's proxies and multi-table children too.",
    "true",
    families=("save", "delete", "init"),
    default="false",
)
FIELD = Key("field", kinds.NAME_REF, "Many-to-many field of the model.", "tags", families=M2M)
MODULE = Key(
    "module",
    kinds.DOTTED,
    "Module of the app that holds the receiver.",
    "handlers",
    default="where the app keeps its receivers",
)
WHEN = Key("when", kinds.EXPRESSION, "Condition under which it runs.", "instance.total > 0")
UPDATE_FIELDS = Key(
    "update_fields",
    kinds.NAMES,
    "Skip saves that name their fields and touch none of these.",
    "[status]",
    families=SAVE,
)
RAW = Key(
    "raw",
    kinds.choice(words.RAW),
    "Whether loading fixtures skips it or runs it.",
    "run",
    families=(*SAVE, *M2M),
    default="skip",
)
BODY = Key("body", kinds.BODY, "What it does; it runs before any branches.", "refresh(instance)")
IMPLEMENTATION = Key(
    "implementation",
    kinds.BODY,
    "The whole body; under pre_save the body for a row that already exists, with `original` "
    "bound to it.",
    "cache.delete('orders')",
)
ON_CHANGE: Key[Node] = Key(
    "on_change",
    kinds.NODE,
    "By field: what to do when its value changed, with `old` and `new` bound; by several, as "
    '`"a, b"`: when any of them changed, with `changed` bound to their names.',
    "{status: 'notify(old, new)'}",
    families=SAVE,
    shape="bodies",
)
ENQUEUE: Key[Node] = Key(
    "enqueue",
    kinds.NODE,
    "Tasks to enqueue once the transaction has committed.",
    "[{task: send_receipt, on: create, args: [instance.pk]}]",
    shape="entries",
    section="enqueue entry",
)
AFTER_COMMIT = Key(
    "after_commit",
    kinds.BODY,
    "What to do once the transaction has committed.",
    "refresh_index(instance.pk)",
)
DEFER_TASKS = Key(
    "defer_tasks", kinds.BOOLEAN, "Whether task calls wait for the commit.", "false", default="true"
)
DEFER_EFFECTS = Key(
    "defer_effects",
    kinds.BOOLEAN,
    "Whether mail, HTTP requests, channel messages and cache deletes whose value is not used wait "
    "for the commit.",
    "false",
    default="true",
)
BULK_TEST = Key(
    "bulk_test",
    kinds.BOOLEAN,
    "Whether to generate a test which shows that bulk operations bypass the receiver.",
    "true",
    families=SAVE,
    default="false",
)
ON_ERROR = Key(
    "on_error",
    kinds.choice(words.ON_ERROR),
    "Whether an exception stops the sender or is logged.",
    "log",
    default="raise",
)
ASYNC = Key("async", kinds.BOOLEAN, "Whether it is an `async def`.", "true", default="false")
DISPATCH_UID = Key(
    "dispatch_uid",
    kinds.LABEL,
    "Identity under which Django connects it once.",
    "orders.order_saved",
    default="app label and id",
)
RECURSION = Key(
    "recursion",
    kinds.choice(words.RECURSION),
    "Whether a body that saves its own sender is refused or guarded.",
    "guarded",
    default="refuse",
)


def _branch(name: str, meaning: str, families: tuple[Family, ...]) -> Key[Code]:
    return Key(name, kinds.BODY, meaning, "refresh(instance)", families=families)


BRANCHES = (
    _branch("on_create", "What to do when the row is new.", SAVE),
    _branch("on_update", "What to do when the row existed before.", SAVE),
    *(
        _branch(name, f"What to do on the action {action}.", M2M)
        for name, action in M2M_ACTIONS.items()
    ),
)

ENQUEUE_TASK = Key("task", kinds.NAME_REF, "The task.", "send_receipt", required=True)
ENQUEUE_WHEN = Key(
    "on",
    kinds.choice(_ON),
    "What it waits for.",
    "create",
    default="save, delete or send, depending on the signal",
)
ENQUEUE_ARGS: Key[Node] = Key(
    "args",
    kinds.NODE,
    "Its arguments, each a Python expression.",
    "[instance.pk]",
    shape="expressions",
)


SPEC = Section(
    "spec",
    "The spec",
    (
        VERSION,
        APP,
        MODEL,
        IMPORTS,
        TASKS,
        HANDLERS,
        SIGNALS,
        RECIPES,
        HELPERS,
        TYPED,
        TASK_BACKEND,
        TEST_DETAIL,
        DELAY_ON_COMMIT,
    ),
)
TASK = Section(
    "task",
    "A task (`celery_tasks`)",
    (TASK_NAME, TASK_APP, TASK_ARGS, TASK_DESCRIPTION, RETRIES, BACKOFF, QUEUE),
)
SIGNAL_SECTION = Section(
    "signal",
    "A custom signal (`signals`)",
    (SIGNAL_NAME, SIGNAL_DESCRIPTION, SIGNAL_SENDER, SIGNAL_ARGS, SEND, SIGNAL_HANDLERS),
)
_SENDERS = (HANDLER_MODEL, MODELS, SENDER, SUBCLASSES, FIELD)
_WAITING = (ENQUEUE, AFTER_COMMIT, DEFER_TASKS, DEFER_EFFECTS)
_HOW = (ON_ERROR, ASYNC, DISPATCH_UID, RECURSION, BULK_TEST)
HANDLER = Section(
    "handler",
    "A handler (`handlers`)",
    (
        HANDLER_NAME,
        ID,
        DESCRIPTION,
        MODULE,
        SIGNAL,
        *_SENDERS,
        WHEN,
        UPDATE_FIELDS,
        RAW,
        BODY,
        *BRANCHES,
        ON_CHANGE,
        IMPLEMENTATION,
        *_WAITING,
        *_HOW,
    ),
)
ENQUEUE_SECTION = Section(
    "enqueue entry", "An `enqueue` entry", (ENQUEUE_TASK, ENQUEUE_WHEN, ENQUEUE_ARGS)
)
SECTIONS = (SPEC, HANDLER, SIGNAL_SECTION, TASK, ENQUEUE_SECTION)
NOTHING = Section("", "", ())
