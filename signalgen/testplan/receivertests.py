"""The tests of one receiver, on real rows. Entry: ``receiver_tests``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import absolute_import, package_of
from signalgen.testplan.cases.bulktests import bulk_tests
from signalgen.testplan.cases.errortests import error_tests, stored_tests
from signalgen.testplan.cases.fulltests import rollback_tests
from signalgen.testplan.cases.loudtests import loud_tests, saved_alone_tests
from signalgen.testplan.cases.quiettests import quiet_tests
from signalgen.testplan.cases.scenes import scenes
from signalgen.testplan.cases.told import Told
from signalgen.testplan.cases.untold import note_untold
from signalgen.testplan.completing import Planned
from signalgen.testplan.terms.names import local_paths
from signalgen.values.fragment import ImportNeed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled


_NOT_KNOWN = "signalgen does not know the fields of its sender"


def receiver_tests(ctx: Context, handled: Handled, senders: Mapping[str, str]) -> Planned | None:
    """Return the tests of ``handled``; None, with a note, if there are none.

    ``senders`` are the sender functions of custom signals, by signal.
    """
    told = Told(ctx, handled, senders)
    staged = scenes(ctx, handled)
    for one in staged:
        told.add(one)
    if not staged:
        told.untold |= {piece.key: _NOT_KNOWN for piece in handled.pieces}
    alias = module_alias(ctx)
    methods = [
        *loud_tests(told),
        *saved_alone_tests(told),
        *quiet_tests(told),
        *stored_tests(told, alias),
        *error_tests(told, alias),
        *bulk_tests(told),
        *rollback_tests(told),
    ]
    note_untold(told)
    if not methods:
        return None
    names = {call[5:].partition("(")[0].partition(".")[0] for call in told.calls()}
    names |= {handled.receiver.logger} if told.logs else set()
    local = local_paths(ctx, handled)
    names = {local.get(name, name) for name in names}
    return Planned(
        f"test:{handled.handler.id}",
        handled.receiver.name,
        f"{handled.receiver.name}().",
        tuple((name, text, _by_its_name(code, local)) for name, text, code in methods),
        known_names(ctx, [handled]),
        ctx.targets.receivers[1],
        frozenset(names - {"commit"}),
    )


def _by_its_name(code: str, local: Mapping[str, str]) -> str:
    # A name that is imported under an alias when the receiver runs is recorded by its own name.
    for name, path in local.items():
        code = re.sub(rf"\bcall\.{name}\b", f"call.{path.rpartition('.')[2]}", code)
    return code


def module_alias(ctx: Context) -> str:
    """Return the name under which tests import the receivers' module."""
    return ctx.targets.receivers[1].rpartition(".")[2]


def known_names(ctx: Context, handled: Iterable[Handled]) -> dict[str, ImportNeed]:
    """Return the receivers' module's imports, and an import of the module itself."""
    path, module = ctx.targets.receivers
    package = package_of(module, path)
    package_name, _, alias = module.rpartition(".")
    out = {alias: ImportNeed(package_name, alias)}
    senders, _, name = ctx.targets.senders[1].rpartition(".")
    out[name] = ImportNeed(senders, name)
    for one in handled:
        for need in one.receiver.imports:
            if not need.type_checking:
                whole = replace(need, module=absolute_import(need.module, package))
                out.setdefault(need.bound, whole)
        for use in one.uses:
            out[use.bound.partition(".")[0]] = ImportNeed(
                use.origin.module, use.origin.name, use.origin.alias
            )
    return out
