"""The type hints of declared arguments, and their imports. Entry: ``annotation_of``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.facts.names import BUILTINS
from signalgen.plan.context import Context, did_you_mean
from signalgen.plan.names.cycles import reaches, unwritten
from signalgen.plan.names.freenames import import_need, origin_of
from signalgen.plan.names.origins import Origin, spec_imports
from signalgen.syntax import free_names
from signalgen.values.fragment import ImportNeed

if TYPE_CHECKING:
    from signalgen.values.spec import ArgSpec

_TYPING = ("Any", "Optional", "Union")


def annotation_of(
    ctx: Context, arg: ArgSpec, module: str, *, late: bool = False
) -> tuple[str, set[ImportNeed]]:
    """Return the type of an argument and its imports; unknown types are reported.

    A class whose import would close a cycle is imported only for type checkers; so are the app's
    classes if the app's models may import ``module`` (``late``).
    """
    if arg.annotation is None:
        return "Any", {ImportNeed("typing", "Any")}
    declared = dict(spec_imports(ctx.spec.imports))
    needs: set[ImportNeed] = set()
    for name in free_names(arg.annotation, [], expression=True):
        origin = declared.get(name) or origin_of(ctx, name)
        if origin is None and ctx.future and name[:1].isupper() and name not in _TYPING:
            origin = Origin(f"{ctx.app.name}.models", name)
        if origin is not None:
            need = import_need(ctx, origin, module)
            known = origin.module in ctx.project.modules
            own = late and known and f"{origin.module}.".startswith(f"{ctx.app.name}.")
            cyclic = own or (known and reaches(ctx, origin.module, module))
            if unwritten(ctx, origin.module) or cyclic:
                needs |= {
                    ImportNeed(need.module, need.name, need.alias, type_checking=True),
                    ImportNeed("typing", "TYPE_CHECKING"),
                }
            elif origin.module != module:
                needs.add(need)
        elif name in _TYPING:
            needs.add(ImportNeed("typing", name))
        elif name not in BUILTINS:
            _unknown_type(ctx, arg, name)
    quoted = any(need.type_checking for need in needs)
    return (f'"{arg.annotation}"' if quoted else arg.annotation), needs


def _unknown_type(ctx: Context, arg: ArgSpec, name: str) -> None:
    models = [model.name for app in ctx.project.apps for model in app.models]
    near = did_you_mean(name, [*models, "Decimal", "UUID", "datetime", "date", "str", "int"])
    ctx.problem(
        arg.mark,
        "unresolved-name",
        f"type {name!r} of argument {arg.name!r} is not known",
        near or f"add where it comes from: imports: [from some.module import {name}]",
    )
