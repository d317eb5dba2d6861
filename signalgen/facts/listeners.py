"""Receivers of installed packages that hear the project's models: ``LISTENERS``. Data only.

Read from the packages' own ``connect()`` calls: django-simple-history 3.11, django-auditlog 3.4,
easy-thumbnails 2.10, django-imagekit 6.1, django-haystack 3.3, django-cleanup 10, django-actstream
2.0 and wagtail 8.0.
"""

from __future__ import annotations

from typing import Literal

from signalgen.late import dataclass

Moment = Literal["with the class", "with the models", "in ready()"]


@dataclass(frozen=True, slots=True)
class PackageListener:
    """One receiver of a package, and which models it hears.

    ``package`` must be installed where it is told, ``setting`` be in a settings file. The model
    has an ``attribute`` made by one of these classes, or a ``file`` field, or is given to a
    ``register`` function; with none of the three every model counts. ``writes`` is the model of a
    row that is created, with ``{app}`` and ``{name}`` of the sender. ``maybe``: the package decides
    model by model.
    """

    signals: tuple[str, ...]
    receiver: str
    moment: Moment
    package: str = ""
    setting: str = ""
    attribute: tuple[str, ...] = ()
    file: bool = False
    register: tuple[str, ...] = ()
    writes: str = ""
    maybe: str = ""


_HISTORY = "simple_history.models.HistoricalRecords"
_KEPT = (_HISTORY,)
_REGISTER = ("auditlog.registry.auditlog.register",)
_ROUTER = "imagekit.specs.sourcegroups.ModelSignalRouter.post_save_receiver"
_THUMBNAILS = "easy_thumbnails.signal_handlers"
_CLEANUP = "django_cleanup.handlers"
_HAYSTACK = "haystack.signals.BaseSignalProcessor"
_REALTIME = "haystack.signals.RealtimeSignalProcessor"
_ROW = "{app}.Historical{name}"
_INDEXED = "the model is in wagtail's reference index"
_SEARCH, _FOUND = "modelsearch.signal_handlers", "the model is indexed for search"
_LOG = "auditlog.LogEntry"

LISTENERS: tuple[PackageListener, ...] = (
    PackageListener(
        ("post_save",), f"{_HISTORY}.post_save", "with the class", attribute=_KEPT, writes=_ROW
    ),
    PackageListener(("pre_delete",), f"{_HISTORY}.pre_delete", "with the class", attribute=_KEPT),
    PackageListener(
        ("post_delete",), f"{_HISTORY}.post_delete", "with the class", attribute=_KEPT, writes=_ROW
    ),
    PackageListener(("post_save",), _ROUTER, "with the models", "imagekit"),
    PackageListener(
        ("pre_save",),
        f"{_THUMBNAILS}.find_uncommitted_filefields",
        "with the models",
        "easy_thumbnails",
    ),
    PackageListener(
        ("post_save",),
        f"{_THUMBNAILS}.signal_committed_filefields",
        "with the models",
        "easy_thumbnails",
    ),
    PackageListener(
        ("post_save",), f"{_HAYSTACK}.handle_save", "in ready()", "haystack", _REALTIME
    ),
    PackageListener(
        ("post_delete",), f"{_HAYSTACK}.handle_delete", "in ready()", "haystack", _REALTIME
    ),
    PackageListener(
        ("pre_save",), f"{_CLEANUP}.fallback_pre_save", "in ready()", "django_cleanup", file=True
    ),
    PackageListener(
        ("post_save",),
        f"{_CLEANUP}.delete_old_post_save",
        "in ready()",
        "django_cleanup",
        file=True,
    ),
    PackageListener(
        ("post_delete",),
        f"{_CLEANUP}.delete_all_post_delete",
        "in ready()",
        "django_cleanup",
        file=True,
    ),
    PackageListener(
        ("pre_delete",), "actstream.follows.delete_orphaned_follows", "in ready()", "actstream"
    ),
    PackageListener(
        ("pre_save",),
        "auditlog.receivers.log_update",
        "in ready()",
        "auditlog",
        register=_REGISTER,
        writes=_LOG,
    ),
    PackageListener(
        ("post_save",),
        "auditlog.receivers.log_create",
        "in ready()",
        "auditlog",
        register=_REGISTER,
        writes=_LOG,
    ),
    PackageListener(
        ("post_delete",),
        "auditlog.receivers.log_delete",
        "in ready()",
        "auditlog",
        register=_REGISTER,
        writes=_LOG,
    ),
    PackageListener(
        ("pre_save",),
        "wagtail.models.i18n.set_locale_on_new_instance",
        "with the models",
        "wagtail",
    ),
    PackageListener(
        ("post_save",),
        "wagtail.signal_handlers.update_reference_index_on_save",
        "in ready()",
        "wagtail",
        maybe=_INDEXED,
    ),
    PackageListener(
        ("post_delete",),
        "wagtail.signal_handlers.remove_reference_index_on_delete",
        "in ready()",
        "wagtail",
        maybe=_INDEXED,
    ),
    PackageListener(
        ("post_save",),
        f"{_SEARCH}.post_save_signal_handler",
        "in ready()",
        "wagtail.search",
        maybe=_FOUND,
    ),
    PackageListener(
        ("post_delete",),
        f"{_SEARCH}.post_delete_signal_handler",
        "in ready()",
        "wagtail.search",
        maybe=_FOUND,
    ),
)
