"""Common wrong keys, by section, and the key that is meant.

``meant_by(...)`` is the entry, ``misplaced(...)`` finds whole entries in the wrong list. Mere
misspellings of a key are not listed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.spec.declared.keys import Section


@dataclass(frozen=True, slots=True)
class Slip:
    """The intended key, and ``says``: how to write it if its name alone is not enough."""

    key: str
    says: str = ""


def _all(words: str, key: str, says: str = "") -> Iterator[tuple[str, Slip]]:
    yield from ((word, Slip(key, says)) for word in words.split())


_DELETE = "write body in a handler with signal: {}_delete"
_SAVE = "write signal: {}_save and body, which runs at every save"
_LOGIN = "write body in a handler with signal: user_logged_{}"

_HANDLER = {
    **dict(
        _all("on_delete on_deleted on_post_delete after_delete", "body", _DELETE.format("post"))
    ),
    **dict(_all("on_pre_delete before_delete", "body", _DELETE.format("pre"))),
    **dict(_all("on_save on_saved on_post_save after_save", "body", _SAVE.format("post"))),
    **dict(_all("on_pre_save before_save", "body", _SAVE.format("pre"))),
    **dict(_all("on_login on_logged_in", "body", _LOGIN.format("in"))),
    **dict(_all("on_logout on_logged_out", "body", _LOGIN.format("out"))),
    **dict(_all("on_insert on_new on_created created after_create", "on_create")),
    **dict(_all("on_edit on_modify on_modified on_updated after_update", "on_update")),
    **dict(_all("on_set on_m2m on_m2m_changed", "body", "write on_add, on_remove and on_clear")),
    **dict(_all("condition if guard only_if only_when unless where filter", "when")),
    **dict(_all("code run do action python script call execute", "body")),
    **dict(_all("on_commit after_transaction on_after_commit post_commit", "after_commit")),
    **dict(_all("watch watches changes on_changes on_field_change changed", "on_change")),
    **dict(_all("tasks task queue delay", "enqueue")),
    **dict(_all("event events on receiver_of type signal_type kind", "signal")),
}
_ENTRY = dict(_all("when event signal", "on")) | dict(_all("arguments parameters params", "args"))
_SLIPS = {"handler": _HANDLER, "enqueue entry": _ENTRY}


def meant_by(section: Section, name: str) -> Slip | None:
    """Return the key that ``name`` probably means in ``section``, None if unknown."""
    return _SLIPS.get(section.name, {}).get(name)


def misplaced(names: Iterable[str], here: frozenset[str], there: frozenset[str]) -> bool:
    """Return whether an entry of ``here`` with the keys ``names`` was meant for ``there``.

    Both are the ``words_of`` a section. The entry has a key that only ``there`` knows, and none
    that only ``here`` knows. A model alone does not tell: people write it for a signal's sender.
    """
    keys = frozenset(names) - {"model", "models"}
    return bool(keys & there - here) and not keys & here - there


def words_of(section: Section) -> frozenset[str]:
    """Return the keys of ``section``, and those that people write for them."""
    return frozenset((*section.names(), *_SLIPS.get(section.name, {})))
