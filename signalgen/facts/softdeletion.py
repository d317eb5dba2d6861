"""Base classes whose ``delete()`` keeps the row: ``SOFT``. Data only."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SAFEDELETE = "listen to safedelete.signals.{0}_softdelete: the model stays the same"
_MARKED = "use signal: {0}_save, and on_change: {{{1}: …}}"

SOFT: Mapping[str, str] = MappingProxyType(
    {
        "safedelete.models.SafeDeleteModel": _SAFEDELETE,
        "safedelete.models.SafeDeleteMixin": _SAFEDELETE,
        "safedelete.SafeDeleteModel": _SAFEDELETE,
        "model_utils.models.SoftDeletableModel": _MARKED.format("{0}", "is_removed"),
    }
)
"""The signals to use instead, by dotted base class; ``{0}`` is ``pre`` or ``post``."""

HARD: frozenset[str] = frozenset({"HARD_DELETE", "HARD_DELETE_NOCASCADE"})
"""Values of safedelete's ``_safedelete_policy`` that delete rows after all."""
POLICY = "_safedelete_policy"
