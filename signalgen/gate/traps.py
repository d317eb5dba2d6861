"""Notes about new receivers that are correct but have a pitfall. Entry: ``traps``.

Each names the remedy in terms of the spec.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.flow.rows.departing import made_again, tasks_of_deleted
from signalgen.flow.rows.inlines import made_twice
from signalgen.flow.rows.migrating import before_tables, for_every_app, permissions_later
from signalgen.flow.rows.traps import lost_updates, not_stored, without_database
from signalgen.flow.rows.unheard import (
    deleted_by_database,
    joined_by_hand,
    kept_when_deleted,
    sent_by_others,
)
from signalgen.values.check import Finding

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Container, Iterator

    from signalgen.flow.rows.traps import Trap
    from signalgen.index import Index
    from signalgen.values.index import Receiver


def traps(index: Index, new: Container[tuple[str, str]]) -> Iterator[tuple[Finding, ast.AST]]:
    """Yield the first pitfall of each kind in the receivers ``new``, by path and name."""
    for receiver in index.receivers:
        function = receiver.function
        if (function.path, function.qualname) not in new:
            continue
        for code, search, say in _KINDS:
            trap = next(search(index, receiver), None)
            if trap is not None:
                message, hint = say(trap)
                yield _finding(index, function.path, code, trap, message, hint), trap.node


def _finding(index: Index, path: str, code: str, trap: Trap, message: str, hint: str) -> Finding:
    place = index.code.place(path, trap.node)
    return Finding(
        code=code,
        name=code,
        severity="info",
        path=place.path,
        line=place.line,
        column=place.column,
        end_line=place.end_line,
        end_column=place.end_column,
        message=message,
        hint=hint,
        source=place.source,
    )


def _lost(trap: Trap) -> tuple[str, str]:
    message = (
        f"{trap.written} is read, changed and saved: of two saves at the same time, one change is "
        f"lost"
    )
    body = f'{_rows(trap)}.filter(pk=…).update({trap.field}=F("{trap.field}") + 1)'
    return message, f"recipe: counter stores it in one UPDATE; in a body, {body} does"


def _again(trap: Trap) -> tuple[str, str]:
    message = f"a {_name(trap)} is created for {trap.written}, which the same deletion removes"
    if "." not in trap.written:
        kept = f"keep its values in separate fields, not in {trap.field}"
        return message, f"{kept}, as recipe: audit_log does"
    own = 'use when: getattr(origin, "model", type(origin)) is sender'
    return message, f"{own}, so that it runs only if the deletion started with the row itself"


def _task(trap: Trap) -> tuple[str, str]:
    message = f"the task {trap.written} loads the {_name(trap)} by its key: it is deleted by then"
    return message, "pass the task the values that it needs: args: [instance.…]"


def _database(trap: Trap) -> tuple[str, str]:
    message = f"{_name(trap)} is queried in the router's database, but the row may be in another"
    return message, f"use {_rows(trap)}: the name using exists in every body"


def _unsaved(trap: Trap) -> tuple[str, str]:
    where = f"save(update_fields=…) in {trap.written}"
    after = f"{_rows(trap)}.filter(pk=instance.pk).update({trap.field}=…)"
    message = f"{trap.field} is set before the save, but {where} does not store it"
    return message, f'name "{trap.field}" there too, or store it under signal: post_save by {after}'


def _by_database(trap: Trap) -> tuple[str, str]:
    message = f"{trap.field} uses DB_CASCADE: the database deletes those rows, without a signal"
    above = trap.written.rpartition(".")[2] or "the row that it points at"
    return message, f"use CASCADE there, or listen to pre_delete with model: {above}"


def _kept(trap: Trap) -> tuple[str, str]:
    message = f"delete() of a {_name(trap)} keeps the row, so {trap.field}_delete is not sent"
    return message, trap.written


def _others(trap: Trap) -> tuple[str, str]:
    message = f"{trap.field} is never sent by {_name(trap)}, only by {trap.written}"
    key = "models" if "," in trap.written else "model"
    names = f"[{trap.written}]" if "," in trap.written else trap.written
    return message, f"use {key}: {names}"


def _joined(trap: Trap) -> tuple[str, str]:
    message = f"a {_name(trap)} that {trap.written} creates directly sends no m2m_changed"
    return message, f"listen to it as well: signal: post_save, model: {_name(trap)}"


def _twice(trap: Trap) -> tuple[str, str]:
    refused = "refused, as there is one already" if trap.field == "one_to_one" else "a second one"
    message = (
        f"a {_name(trap)} that is filled in together with the row is {refused}: {trap.written}"
    )
    return message, "set extra = 0 in that inline, or let has_add_permission() return False"


def _later(trap: Trap) -> tuple[str, str]:
    what, make = _MAKING[trap.written]
    message = f"{what} of {trap.field} are created after this, as {trap.written} is below it"
    home = f"from {trap.written}.management import {make}"
    return message, (
        f"put {trap.field} below {trap.written} in INSTALLED_APPS, "
        f"or begin with {make}(app_config, verbosity, using=using), with imports: [{home}]"
    )


def _every(trap: Trap) -> tuple[str, str]:
    message = "post_migrate is sent once for each installed app, and this writes rows each time"
    return message, f'use when: sender.name == "{trap.written}"'


def _early(trap: Trap) -> tuple[str, str]:
    message = f"{trap.field} is also sent before the first migration, when {{0}} has no table yet"
    hint = "listen to post_migrate" if trap.field == "pre_migrate" else "query it when needed"
    return message.format(_name(trap)), hint


def _name(trap: Trap) -> str:
    return trap.model.cls.node.name if trap.model is not None else trap.written


def _rows(trap: Trap) -> str:
    return f"{_name(trap)}.objects.using(using)"


_MAKING = {
    "django.contrib.auth": ("permissions", "create_permissions"),
    "django.contrib.contenttypes": ("content types", "create_contenttypes"),
}
_KINDS: tuple[
    tuple[
        str,
        Callable[[Index, Receiver], Iterator[Trap]],
        Callable[[Trap], tuple[str, str]],
    ],
    ...,
] = (
    ("lost-update", lost_updates, _lost),
    ("cascade-recreate", made_again, _again),
    ("deleted-row-task", tasks_of_deleted, _task),
    ("without-using", without_database, _database),
    ("not-stored", not_stored, _unsaved),
    ("database-cascade", deleted_by_database, _by_database),
    ("soft-delete", kept_when_deleted, _kept),
    ("other-senders", sent_by_others, _others),
    ("joined-by-hand", joined_by_hand, _joined),
    ("made-twice", made_twice, _twice),
    ("permissions-later", permissions_later, _later),
    ("every-app", for_every_app, _every),
    ("before-tables", before_tables, _early),
)
