"""The signals that a handler listens to, and the keys that fit them.

``settle(...)`` looks the signals up, the ``check_…`` functions report problems.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from signalgen.facts.signals import BUILTIN, BuiltinSignal, Family
from signalgen.late import dataclass
from signalgen.spec.declared import table
from signalgen.spec.text.nodes import shown
from signalgen.spec.text.python import names_in
from signalgen.spec.text.report import Report, did_you_mean, listed

if TYPE_CHECKING:
    from signalgen.spec.fields import Fields
    from signalgen.values.spec import Code, EnqueueSpec, HandlerSpec, Ref

# Arguments whose names mean nothing else in Django code: a body that uses one never means a name of
# the project.
_TELLING = ("created", "instance", "pk_set")


@dataclass(frozen=True, slots=True)
class Listening:
    """The signals of one handler.

    ``builtin`` are Django's; ``known`` is False if one of them is not resolved.
    """

    refs: tuple[Ref, ...]
    builtin: tuple[BuiltinSignal, ...]
    known: bool

    @property
    def families(self) -> frozenset[Family]:
        """The families of Django's signals among them."""
        return frozenset(signal.family for signal in self.builtin)

    @property
    def only_models(self) -> bool:
        """Tell whether all are built-in signals of models."""
        return (
            bool(self.refs)
            and len(self.builtin) == len(self.refs)
            and all(s.has_model for s in self.builtin)
        )

    @property
    def text(self) -> str:
        """The names, for a message."""
        return " and ".join(ref.text for ref in self.refs)


def settle(refs: tuple[Ref, ...] | None, custom: frozenset[str], report: Report) -> Listening:
    """Look up each of ``refs``; ``custom`` are the signals that the spec itself defines."""
    builtin: list[BuiltinSignal] = []
    known = bool(refs)
    for ref in refs or ():
        signal = _builtin(ref.text)
        if signal is not None:
            builtin.append(signal)
        elif ref.text not in custom and not _is_foreign(ref.text):
            known = False
            last = ref.text.rpartition(".")[2]
            hint = did_you_mean(last, [*BUILTIN, *custom])
            if "." not in ref.text and not _is_slip(ref.text, custom):
                # The app may define it; that is known only with the project.
                continue
            message = f"there is no signal {shown(ref.text)}, in Django or in this spec"
            report.add(
                ref.mark,
                ref.mark.path,
                "unknown-signal",
                message,
                hint or "define it under signals, or write its full dotted path",
            )
    return Listening(refs or (), tuple(builtin), known)


def _builtin(text: str) -> BuiltinSignal | None:
    module, _, name = text.rpartition(".")
    signal = BUILTIN.get(name)
    if signal is None or module in ("", signal.module):
        return signal
    return signal if (module, name) == ("django.test.signals", "setting_changed") else None


def _is_slip(text: str, custom: frozenset[str]) -> bool:
    # Close enough to a signal of Django or the spec to be a typo.
    return bool(get_close_matches(text, BUILTIN, 1, 0.85) or did_you_mean(text, custom))


def _is_foreign(text: str) -> bool:
    # A dotted path that may well exist; ``signals.post_save`` is only half of one.
    module, _, name = text.rpartition(".")
    return bool(module) and not (
        name in BUILTIN and module.split(".")[0] in ("django", "signals", "models")
    )


def check_keys(fields: Fields, listening: Listening) -> None:
    """Report every key that the handler's signals do not support."""
    if not listening.known:
        return
    families = listening.families
    for key in table.HANDLER.keys:
        wrong = key.families and fields.has(key) and not families.intersection(key.families)
        if wrong and not fields.is_guessed(key):
            fields.wrong_key(
                key.name,
                "key-not-for-signal",
                _misplaced(key.name, listening),
                _allowed_hint(listening),
            )


def _misplaced(name: str, listening: Listening) -> str:
    key = table.HANDLER.key(name)
    wanted = key.families if key else ()
    homes = listed(signal.name for signal in BUILTIN.values() if signal.family in wanted)
    return f"{listening.text} has no {name}; that is for {homes}"


def _allowed_hint(listening: Listening) -> str:
    own = [key.name for key in table.HANDLER.keys if listening.families.intersection(key.families)]
    branches = [name for name in own if name.startswith("on_")]
    return f"allowed here: body, {', '.join(branches)}" if branches else "use body"


def check_senders(fields: Fields, handler: HandlerSpec, listening: Listening) -> None:
    """Report models that the signals do not have, and missing keys for m2m_changed."""
    given = [key for key in (table.HANDLER_MODEL, table.MODELS, table.SENDER) if fields.has(key)]
    for key in given[1:]:
        fields.wrong_key(
            key.name,
            "conflicting-keys",
            f"{given[0].name} and {key.name} say the same thing twice",
            "keep one",
        )
    _check_has_model(fields, listening)
    if "m2m" not in listening.families:
        return
    through = handler.models and all(ref.text.endswith(".through") for ref in handler.models)
    if not fields.has(table.FIELD) and not through:
        fields.report.add(
            fields.mark,
            fields.path,
            "missing-key",
            "m2m_changed needs the many-to-many field",
            f"add field: {table.FIELD.example}",
        )
    elif not given and not handler.models:
        fields.report.add(
            fields.mark,
            fields.path,
            "missing-key",
            "m2m_changed needs the model that has the field",
            "add model: Product",
        )


def _check_has_model(fields: Fields, listening: Listening) -> None:
    if not listening.known or not listening.builtin:
        return
    if any(signal.has_model or signal.family == "auth" for signal in listening.builtin):
        return
    for key in (table.HANDLER_MODEL, table.MODELS):
        if fields.has(key):
            fields.wrong_key(
                key.name,
                "key-not-for-signal",
                f"{listening.text} is not about a model",
                f"remove {key.name}",
            )


def default_on(listening: Listening) -> str:
    """Return the event of an ``enqueue`` entry without ``on``; "" if that is ambiguous."""
    words = {allowed[0] if len(allowed) < 4 else "" for allowed in _on_by_signal(listening)}
    return words.pop() if len(words) == 1 else ""


def _on_by_signal(listening: Listening) -> list[tuple[str, ...]]:
    builtin = [table.ENQUEUE_ON.get(signal.family, ("send",)) for signal in listening.builtin]
    others = len(listening.refs) - len(listening.builtin)
    return builtin + [("send",)] * others


def check_enqueue(entries: tuple[EnqueueSpec, ...], listening: Listening, report: Report) -> None:
    """Report entries whose ``on`` fits no signal, or that need an ``on``."""
    if not listening.known:
        return
    allowed = list(dict.fromkeys(word for words in _on_by_signal(listening) for word in words))
    for entry in entries:
        path = entry.mark.path
        if not entry.on and not path.endswith(".on"):
            message = f"the entry does not say when {entry.task.text or 'the task'} is to be queued"
            report.add(entry.mark, path, "missing-key", message, f"add on: {listed(allowed)}")
        elif entry.on and entry.on not in allowed:
            message = f"{listening.text} has no {entry.on}; expected {listed(allowed)}"
            report.add(
                entry.mark, path, "key-not-for-signal", message, did_you_mean(entry.on, allowed)
            )


def check_mixed(fields: Fields, handler: HandlerSpec, listening: Listening) -> None:
    """Report parts that only some of the signals support.

    One receiver function handles all signals and cannot tell them apart.
    """
    words = _on_by_signal(listening)
    if not listening.known or len(set(words)) < 2:
        return
    where = fields.marks()["signal"]
    partly = next(iter([*handler.branches, *(["on_change"] if handler.on_change else [])]), "")
    if partly:
        message = f"branches such as {partly} need signals of one kind, found {listening.text}"
        hint = "use body, or write one handler for each signal"
        fields.report.add(where, where.path, "mixed-signals", message, hint)
    for entry in handler.enqueue:
        if entry.on and not all(entry.on in allowed for allowed in words):
            message = (
                f"{listening.text} share one receiver, which cannot tell when it is {entry.on}"
            )
            hint = "write one handler for each signal"
            fields.report.add(entry.mark, entry.mark.path, "mixed-signals", message, hint)


def check_when(when: Code | None, listening: Listening, report: Report) -> None:
    """Report a guard that reads an argument that only other signals send."""
    if when is None or not listening.known or len(listening.builtin) != len(listening.refs):
        return
    sent = {argument.name for signal in listening.builtin for argument in signal.arguments}
    missing = [name for name in _TELLING if name not in sent and name in when.text]
    used = names_in(when.text) if missing else frozenset()
    for name in used.intersection(missing):
        others = listed(s.name for s in BUILTIN.values() if name in {a.name for a in s.arguments})
        message = f"{listening.text} sends no {name}; that comes with {others}"
        hint = f"it sends {', '.join(sorted(sent)) or 'nothing'}"
        report.add(when.mark, when.mark.path, "unknown-argument", message, hint)
