"""Receivers of a plan that the project already has: ``receivers_there(...)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.values.plan import PlannedReceiver

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signalgen.values.plan import AppPlan
    from signalgen.values.project import Project, Registration

_USER = ("settings.AUTH_USER_MODEL", "get_user_model()")


def receivers_there(plan: AppPlan, project: Project) -> frozenset[str]:
    """Return the ids of the receivers of ``plan`` that ``project`` already registers.

    Such a function has the same name, file, signals and, if both are known, senders. Its body may
    be written differently.
    """
    modules = {path: name for name, path in project.modules.items()}
    known: dict[str, list[Registration]] = {}
    for item in project.registrations:
        known.setdefault(item.function, []).append(item)
    user = _last(project.auth_user_model or "auth.User")
    return frozenset(
        item.id
        for item in plan.items
        if isinstance(item, PlannedReceiver)
        and _agree(item, known.get(f"{modules.get(item.path, '')}.{item.name}", ()), user)
    )


def _agree(planned: PlannedReceiver, found: Iterable[Registration], user: str) -> bool:
    signals = {_last(name) for item in found for name in item.signals}
    wanted = {_last(name) for one in planned.connections for name in one.signals}
    senders = {_class(name, user) for item in found for name in item.senders}
    named = {_class(one.lookup, user) for one in planned.connections if one.lookup}
    unclear = not senders or not all(name.isidentifier() for name in named | senders)
    return bool(signals) and _same(wanted, signals) and (unclear or _same(named, senders))


def _same(wanted: set[str], there: set[str]) -> bool:
    # A name with another meaning in the module gets a longer name there: ``BillingOrder``.
    return len(wanted) == len(there) and all(
        any(name.endswith(last) for last in there) for name in wanted
    )


def _class(name: str, user: str) -> str:
    return user if name.startswith(_USER) else _last(name)


def _last(name: str) -> str:
    return name.rpartition(".")[2]
