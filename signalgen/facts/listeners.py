"""What installed packages do to the project's models: ``LISTENERS`` and ``MARKING``. Data only.

Read from the packages' own ``connect()`` calls: django-simple-history 3.11, django-auditlog 3.4,
easy-thumbnails 2.10, django-imagekit 6.1, django-haystack 3.3, django-cleanup 10, django-actstream
2.0, wagtail 8.0, django-ordered-model 3.7, django-vinaigrette 2.0 and
django-treenode 0.25. ``MARKING`` is from django-soft-delete 1.0, django-safedelete 1.5 and
django-model-utils 5.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

Moment = Literal["with the class", "with the models", "in ready()"]


@dataclass(frozen=True, slots=True)
class PackageListener:
    """One receiver of a package, and the models that it listens to.

    ``package`` must be installed, and ``setting`` be in a settings file. The model has an
    ``attribute`` made by one of these classes, or a ``file`` field, or derives from a ``base``, or
    is passed to a ``register`` function; with none of them every model counts. ``writes`` is the
    model of a row that is created, with ``{app}`` and ``{name}`` of the sender. ``maybe``: the
    package decides model by model; ``only_if``: when the row is created.
    """

    signals: tuple[str, ...]
    receiver: str
    moment: Moment
    package: str = ""
    setting: str = ""
    attribute: tuple[str, ...] = ()
    file: bool = False
    register: tuple[str, ...] = ()
    base: tuple[str, ...] = ()
    writes: str = ""
    maybe: str = ""
    only_if: str = ""


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

_VINAIGRETTE = ("vinaigrette.register",)
_ORDERED = "ordered_model.models"

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
        only_if="a field has changed",
    ),
    PackageListener(
        ("post_save",),
        "auditlog.receivers.log_create",
        "in ready()",
        "auditlog",
        register=_REGISTER,
        writes=_LOG,
        only_if="the row is new",
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
    PackageListener(
        ("post_delete",),
        f"{_ORDERED}.OrderedModelBase._on_ordered_model_delete",
        "in ready()",
        "ordered_model",
        base=(f"{_ORDERED}.OrderedModel", f"{_ORDERED}.OrderedModelBase"),
    ),
    PackageListener(
        ("post_save",), "treenode.signals.post_save_treenode", "with the models", "treenode"
    ),
    PackageListener(
        ("post_delete",), "treenode.signals.post_delete_treenode", "with the models", "treenode"
    ),
    PackageListener(
        ("pre_save",),
        "vinaigrette._vinaigrette_pre_save",
        "with the models",
        "vinaigrette",
        register=_VINAIGRETTE,
    ),
    PackageListener(
        ("post_save",),
        "vinaigrette._vinaigrette_post_save",
        "with the models",
        "vinaigrette",
        register=_VINAIGRETTE,
    ),
)

MARKING: Mapping[str, tuple[str, ...]] = {
    "django_softdelete.models.SoftDeleteModel": ("pre_delete",),
    "model_utils.models.SoftDeletableModel": (),
    "safedelete.models.SafeDeleteModel": (),
    "safedelete.models.SafeDeleteMixin": (),
}
"""Bases whose ``delete()`` saves the row with a mark, and the signals that they send for it."""
