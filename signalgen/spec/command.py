"""The Spec of ``signalgen signal``, from command line options. Entry: ``signal_spec``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from signalgen.facts.signals import BUILTIN
from signalgen.spec.arguments import SIGNAL_RESERVED, read_arguments
from signalgen.spec.declared import kinds
from signalgen.spec.names import check_names
from signalgen.spec.text.nodes import Scalar
from signalgen.spec.text.report import Report
from signalgen.values.spec import ArgSpec, Code, HandlerSpec, Ref, SignalSpec, Spec

if TYPE_CHECKING:
    from signalgen.errors import Problem
    from signalgen.spec.declared.kinds import Kind

T = TypeVar("T")
SIGNAL_SOURCE = "signal:"
"""The prefix of such a spec's source, also in the baseline."""


def signal_spec(
    app: str, signal: str, args: str, sender: str | None, description: str | None
) -> Spec:
    """Return the spec of one custom signal with an example handler.

    ``args`` is ``"payment, amount: Decimal"``. Places are columns in the option's value; the option
    (``--args``) is the file. Raises SpecError with every problem at once.
    """
    found: list[Problem] = []
    own_app = _read(kinds.APP, "--app", app, found)
    name = _read(kinds.NAME_REF, "--signal", signal, found)
    own_sender = None if sender is None else _read(kinds.DOTTED, "--sender", sender, found)
    report = Report("--args", (args,), found)
    arguments = (
        read_arguments(_scalar(args), "args", report, SIGNAL_RESERVED) if args.strip() else ()
    )
    report = Report("--signal", (signal,), found)
    ref = name or Ref(signal, report.mark(_scalar(signal), "signal"))
    if signal in BUILTIN:
        report.add(
            ref.mark,
            "signal",
            "name-taken",
            f"Django has a signal {signal} of its own",
            "choose another name",
        )
    made = SignalSpec(
        signal, ref.mark, arguments, description, own_sender, handlers=(_example(ref, arguments),)
    )
    source = f"{SIGNAL_SOURCE}{signal}"
    spec = Spec(source, source, own_app or Ref(app, ref.mark), signals=(made,))
    check_names(spec, (), report)
    report.finish()
    return spec


def _scalar(text: str) -> Scalar:
    return Scalar(1, 1, text, "literal", 1, len(text) + 1)


def _read(kind: Kind[T], option: str, text: str, found: list[Problem]) -> T | None:
    # The value is read as the same key of a spec would be.
    return kind.read(_scalar(text), option.lstrip("-"), Report(option, (text,), found))


def _example(signal: Ref, arguments: tuple[ArgSpec, ...]) -> HandlerSpec:
    name = f"on_{signal.text}"
    shown = arguments[0].name if arguments else "sender"
    body = Code(f'logger.info("{signal.text} received: %s", {shown})', signal.mark)
    return HandlerSpec(name=name, mark=signal.mark, signals=(signal,), id=name, body=body)
