"""The names by which generated tests watch receivers, by spec and module. Entry: ``watches_of``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.testplan.helpers import support
from signalgen.values.fragment import ImportNeed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signalgen.plan.context import Context
    from signalgen.testplan.completing import Planned
    from signalgen.values.plan import Support


def watches_of(ctx: Context, planned: Iterable[Planned]) -> list[Support]:
    """Return ``watch`` for each module: ``watching`` with its receivers and outgoing calls."""
    by_module: dict[str, set[str]] = {}
    for one in planned:
        if one.module:
            by_module.setdefault(one.module, set()).update(one.leaving)
    out = []
    names_of = watch_names(ctx, by_module)
    for module, names in by_module.items():
        package, _, alias = module.rpartition(".")
        listed = "".join(f'"{name}", ' for name in sorted(names))
        listed = listed.removesuffix(", ") if len(names) > 1 else listed
        name, needs = names_of[module], [ImportNeed(package, alias)]
        code = f"{name} = partial(watching, {alias}, ({listed}))"
        if name == "watch":
            needs.append(ImportNeed("functools", "partial"))
        else:
            # A later run may put it above ``watching``.
            hints = (": str", " -> AbstractContextManager[mock.Mock]") if ctx.typed else ("", "")
            code = (
                f"def {name}(*uids{hints[0]}){hints[1]}:\n"
                f'    """Watch the receivers of {alias}."""\n'
                f"    return watching({alias}, ({listed}), *uids)"
            )
            if ctx.typed:
                needs += [
                    ImportNeed("unittest", "mock"),
                    ImportNeed("contextlib", "AbstractContextManager"),
                ]
        out.append(support(ctx, name, "definition", needs, code))
    return out


def watch_names(ctx: Context, modules: Iterable[str]) -> dict[str, str]:
    """Return the name of ``watch`` for the receivers in each of ``modules``.

    The first has the plain name: which module new receivers go to may change with the next run.
    """
    names: dict[str, str] = {}
    for module in filter(None, modules):
        tail = f"_{module.rpartition('.')[2]}" if names else ""
        names.setdefault(module, f"watch{own_suffix(ctx)}{tail}")
    return names


def own_suffix(ctx: Context) -> str:
    """Return the suffix that makes this spec's shared names unique in the app.

    It is "" for the first spec of an app, and the file name for each later one.
    """
    path = ctx.targets.tests[0]
    plain = ("test:connections", "test:later.receivers", f"support:{path}:watch")
    owners = [ctx.owners[key] for key in plain if key in ctx.owners]
    apps = [spec.source for spec in ctx.specs if spec.app.text == ctx.spec.app.text]
    first = next(iter(owners), apps[0] if apps else ctx.spec.source)
    stem = ctx.spec.source.rpartition("/")[2].partition(".")[0]
    suffix = "_" + re.sub(r"\W+", "_", stem).strip("_")
    # Removing the first spec does not rename the others.
    ours = ctx.owners.get(f"test:connections{suffix}") == ctx.spec.source
    return "" if first == ctx.spec.source and not ours else suffix
