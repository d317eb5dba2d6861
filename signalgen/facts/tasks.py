"""Task libraries: their decorators, the calls that queue a task, and what waits for the commit.

Data only; ``LIBRARIES`` is the table. A task backend is added only here. Each fact was checked in
the version given beside it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Library:
    """The names of one task library and how its tasks behave.

    ``packages`` define the decorators that make tasks, ``decorators`` are their last names.
    ``queueing`` are the methods of a task that queue it at once, ``called`` says that a plain call
    also does. ``waits``: no worker sees the task before the commit and a rollback removes it,
    because it is a row of the transaction or waits by itself. ``written`` is how a task is queued
    if the spec only names it, None if no call with the same arguments does it. ``stub`` is the
    decorator that a stub imports, module and name. ``refuses`` are the kinds of values (``KINDS``)
    with which queueing fails, ``pickling`` the setting, in lower case, with which the library
    pickles them or converts them to JSON. ``own_words`` are keywords that the library reserves;
    ``by_keyword``: it drops positional arguments.
    """

    kind: str
    whose: str
    packages: tuple[str, ...]
    decorators: frozenset[str]
    queueing: frozenset[str]
    called: bool = False
    waits: bool = False
    written: str | None = ".delay"
    stub: tuple[str, str] = ("", "")
    refuses: frozenset[str] = frozenset()
    pickling: str = ""
    own_words: frozenset[str] = frozenset()
    by_keyword: bool = False


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CELERY = _words("shared_task task periodic_task")
_HUEY = _words("task db_task periodic_task db_periodic_task")
# ``delay_if_enabled`` is the usual name of a project's own method of its Celery tasks.
_HUEYS = _words("eta delay id retries retry_delay retry_backoff priority expires timeout")
# Each makes tasks with its own broker, and imports nothing from taskiq into the project.
_TASKIQ_BROKERS = ("taskiq_redis", "taskiq_aio_pika", "taskiq_nats", "taskiq_pg", "taskiq_psqlpy",
                   "taskiq_aio_kafka", "taskiq_aio_sqs", "taskiq_ydb")  # fmt: skip
_CELERYS = _words("delay apply_async delay_if_enabled")

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "row": "a model instance",
        "rows": "a queryset",
        "request": "the request",
        "class": "a class",
        "file": "a file field",
        "set": "a set",
        "timedelta": "a timedelta",
        "decimal": "a Decimal",
        "uuid": "a UUID",
        "datetime": "a date or time",
    }
)
"""Kinds of values that not every library can put into a message, with their names in findings."""

KIND_OF_FIELD: Mapping[str, str] = MappingProxyType(
    {
        "DecimalField": "decimal",
        "UUIDField": "uuid",
        "DateField": "datetime",
        "DateTimeField": "datetime",
        "TimeField": "datetime",
        "DurationField": "timedelta",
        "FileField": "file",
        "ImageField": "file",
    }
)
"""The kind of value, a key of KINDS, of each Django field class."""
AS_TEXT = frozenset(("decimal", "uuid"))
"""Kinds whose text a query accepts instead of the value."""

# Seen with kombu 5.7.0, whose JSON keeps decimals, UUIDs, dates and times.
_NOT_KOMBUS = _words("row rows request class file set timedelta")
_NOT_JSON = frozenset(KINDS)
_KOMBU = (
    r"task_serializer[\"']?\s*[=:](?!\s*[\"']json[\"'])"
    r"|serializer(?<!\wserializer)\s*=\s*[\"'](?!json[\"'])"
    r"|kombu\b[^\n]*\bregister|register_type\b|def __json__\b"
)

_LIBRARIES = (
    # celery 5.7.0
    Library("celery", "Celery's", ("celery",), _CELERY, _CELERYS, stub=("celery", "shared_task"),
            refuses=_NOT_KOMBUS, pickling=_KOMBU),
    # Django 6.1.3, django-tasks 0.12.0
    Library("django", "Django's", ("django.tasks", "django_tasks"), _words("task"),
            _words("enqueue aenqueue"), written=".enqueue", stub=("django.tasks", "task"),
            refuses=_NOT_JSON),
    # huey 3.5.4. This decorator hands the call to ``on_commit`` itself.
    Library("huey_on_commit", "huey's", ("huey.contrib.djhuey.on_commit_task",),
            _words("on_commit_task"), _words(""), called=True, waits=True, written="",
            own_words=_HUEYS),
    Library("huey", "huey's", ("huey",), _HUEY, _words("schedule map"), called=True, written="",
            own_words=_HUEYS),
    # dramatiq 2.2.1
    Library("dramatiq", "dramatiq's", ("dramatiq",), _words("actor"),
            _words("send send_with_options"), written=".send", refuses=_NOT_JSON,
            pickling=r"encoder"),
    # rq 3.0.0, django-rq 4.2.0
    Library("rq", "rq's", ("django_rq", "rq"), _words("job"), _words("delay enqueue"),
            own_words=_words("depends_on job_id at_front")),
    # procrastinate 3.10.0: it waits with the Django app; an App with its own connector queues at
    # once. It takes keywords.
    Library("procrastinate", "procrastinate's",
            ("procrastinate.contrib.django", "procrastinate.Blueprint", "procrastinate.blueprints"),
            _words("task periodic"), _words("defer batch_defer"), waits=True, written=".defer",
            refuses=_NOT_JSON, pickling=r"json_dumps", by_keyword=True),
    Library("procrastinate_app", "procrastinate's", ("procrastinate",), _words("task periodic"),
            _words("defer batch_defer"), written=".defer", refuses=_NOT_JSON,
            pickling=r"json_dumps", by_keyword=True),
    # django-background-tasks 1.2.8
    Library("background", "django-background-tasks'", ("background_task",), _words("background"),
            _words(""), called=True, waits=True, written="", refuses=_NOT_JSON,
            own_words=_words("schedule priority queue verbose_name creator repeat repeat_until "
                             "remove_existing_tasks")),
    # taskiq 0.13.0: ``kiq`` is a coroutine, which ``on_commit`` does not await.
    Library("taskiq", "taskiq's", ("taskiq", *_TASKIQ_BROKERS), _words("task"), _words("kiq"),
            written=".kiq", refuses=_words("row rows request file"), pickling=r"serializer"),
    # Unknown libraries: a decorator named like a known one.
    Library("other", "of a kind of their own", (), _CELERY | _HUEY | _words("job actor"),
            _CELERYS | _words("enqueue aenqueue schedule send_with_options"), written=None),
)  # fmt: skip
LIBRARIES: Mapping[str, Library] = MappingProxyType({one.kind: one for one in _LIBRARIES})

OTHER = LIBRARIES["other"]
ON_THE_SPOT = Library("", "", (), frozenset(), frozenset(), waits=True)
"""Not a task, or one that waits by itself: none of its methods queues anything too early."""

DECORATORS = frozenset[str]().union(*(one.decorators for one in _LIBRARIES))
"""The last parts of the names of decorators that make tasks."""

QUEUEING = frozenset[str]().union(*(one.queueing for one in _LIBRARIES))
"""The methods that queue a task of some library at once."""

ANYWHERE = _words("delay apply_async")
"""Methods only tasks have, also those of an installed package or made by a factory."""

LIKELY = ANYWHERE | {"enqueue"}
"""Methods that may wait although their library is unknown, as with missing tasks."""

BY_NAME = frozenset({"send_task"})
"""Methods that queue a task by its name, as a Celery app has them."""

HANDING = frozenset({"enqueue", "enqueue_at", "enqueue_in", "async_task"})
"""Calls that pass a function to a queue as their first argument."""

# rq 3.0.0, django-rq 4.2.0, django-q2 1.11.1
HANDED_TO = pattern(
    r"^(?:django_rq\.(?:\w+\.)*(?:get_queue\(\)\.)?|rq\.(?:queue\.)?Queue\(\)\.)"
    r"enqueue(?:_at|_in)?$|^django_q\.(?:\w+\.)*async_task$"
)
"""Those calls, by resolved name; ``enqueue_at`` and ``enqueue_in`` take the time before it."""
HANDING_WORDS = _words(
    "job_timeout description result_ttl ttl failure_ttl depends_on job_id at_front meta retry "
    "repeat on_success on_failure on_stopped rate_limit webhooks pipeline unique timeout "
    "hook group save sync cached ack_failure iter_count iter_cached chain broker cluster "
    "q_options task_name"
)
"""Keywords that these queues reserve."""

# django-q2 1.11.1
SCHEDULED = pattern(r"^django_q\.(?:\w+\.)*schedule$")
"""Calls, by resolved name, that store their arguments as Python literals until the task is due."""
SCHEDULING_WORDS = _words(
    "name hook schedule_type minutes repeats next_run cron cluster intended_date_kwarg q_options"
)
"""Keywords that they reserve."""
UNREADABLE = frozenset(KINDS) - {"set"}
"""Kinds of values whose text is not a literal, so that it cannot be read back."""

# celery 5.7.0; then django.tasks, dramatiq 2.2.1, procrastinate 3.10.0
SIGNATURES = _words("s si signature subtask set chunks starmap map xmap") | _words(
    "using message message_with_options options configure kicker with_labels with_task_id"
)
"""Methods that return a task with its arguments or options, not queued yet."""

PASSING = QUEUEING - {"batch_defer", "map"} | _words("delay_on_commit s si")
"""Methods whose arguments are those of the task."""
PACKING = _words("apply_async apply_async_on_commit send_with_options schedule signature subtask")
"""Methods that get the arguments of the task as a sequence and a mapping, beside options."""
BINDING = _words("s si signature subtask")
"""Celery's methods that give a task some arguments, to which more may be added."""

# ``run`` is that of dramatiq's pipelines.
CHAINED = ANYWHERE | {"run"}
"""Methods of ``first.s(…) | second.s(…)`` that queue it; calling Celery's queues it as well."""

CALLS = pattern(
    # celery 5.7.0: ``group(…)()`` and its kind queue what ``.delay()`` would; ``signature(…)()``
    # runs at once.
    r"^celery\.(?:\w+\.)*(?:chain|group|chord|chunks|xmap|xstarmap)\(\)(?:\.set\(\))?(?:\.(?:delay"
    r"|apply_async))?$"
    r"|^celery\.(?:\w+\.)*[sS]ignature\(\)(?:\.set\(\))?\.(?:delay|apply_async)$"
    r"|^celery\.(?:\w+\.)*(?:current_app|Celery\(\))\.send_task$"
    # rq 3.0.0: ``enqueue`` of a queue. django-rq 4.2.0: calls that wait by themselves are left out.
    r"|^rq\.(?:queue\.)?Queue\(\)\.enqueue(?:_call|_at|_in|_many)?$"
    r"|^django_rq\.(?:\w+\.)*get_queue\(\)\.enqueue_(?:at|in|many)$"
    r"|^django_rq\.(?:\w+\.)*get_scheduler\(\)\.(?:enqueue_(?:at|in)|schedule|cron)$"
    # huey 3.5.4: ``HUEY.enqueue(work.s())``.
    r"|^huey\.(?:contrib\.djhuey\.(?:HUEY\.)?|(?:\w+\.)*\w*Huey\(\)\.)enqueue$"
    # dramatiq 2.2.1.
    r"|^dramatiq\.(?:\w+\.)*(?:(?:group|pipeline)\(\)\.run|(?:get_broker|\w*Broker)\(\)\.enqueue)$"
    # arq 0.28.0
    r"|^arq\.(?:\w+\.)*(?:create_pool\(\)|ArqRedis\(\))\.enqueue_job$"
    # django-q2 1.11.1; ``schedule`` is a row of the database with every broker.
    r"|^django_q\.(?:\w+\.)*(?:async_task|async_chain|async_iter|(?:AsyncTask|Chain"
    r"|Iter)\(\)\.run)$"
    # APScheduler 3.11.3, 4.0.0a6: a job in memory runs before the commit, and after a rollback.
    r"|^apscheduler\.(?:\w+\.)*\w*Scheduler\(\)\.(?:add_job|add_schedule)$"
)
"""Calls, by resolved name, that queue anything but a decorated function."""

RQ_ENQUEUES = pattern(r"^django_rq\.(?:\w+\.)*(?:get_queue\(\)\.)?enqueue(?:_call)?$")
"""Calls of django-rq, by resolved name, that wait for the commit from version 4 on."""

ROWS = {"django_q": ("Q_CLUSTER", "orm")}
"""Queues that may be database rows, which a rollback removes: the setting and key that say so."""

# django-apscheduler 0.7.0
ROW_STORES = {"apscheduler": b"DjangoJobStore"}
"""Queues that are database rows where a project names this: a store of jobs."""

AFTER_COMMIT: Mapping[str, str] = MappingProxyType(
    {"delay": "delay_on_commit", "apply_async": "apply_async_on_commit"}
)
"""Celery's methods, and those that wait for the commit of the default database themselves."""
AFTER_COMMIT_SINCE = (5, 4)  # Celery; 5.3.6 has none
NO_LONGER_WAITS = (0, 10)
"""django-tasks waited by default up to 0.9, and from 0.10 on never."""
WAITS_SINCE = (4, 0)
"""django-rq: from here on ``COMMIT_MODE`` is ``on_db_commit`` unless a setting differs.

3 and RQ itself never wait.
"""

SYNCHRONOUS: Mapping[str, str] = MappingProxyType({"aenqueue": "enqueue"})
"""Coroutines that queue a task, and what an ``on_commit`` callback calls in their place."""

COROUTINES = frozenset({"kiq", "defer_async"})
"""Those without such a counterpart: they are wrapped in ``async_to_sync``."""

WRAPPER = "async_to_sync"
SWITCHING = frozenset({WRAPPER, "sync_to_async", "database_sync_to_async"})
"""Wrappers between synchronous and asynchronous functions."""

ON_COMMIT = frozenset({"on_commit", "run_on_commit", "call_on_commit"})
"""Last names of ``transaction.on_commit``, ``connection.on_commit`` and common wrappers."""
