"""Rows of ``signalgen list``: registrations, signals and tasks of a project, all names resolved.

Paths are relative to the project, lines count from 1. Code is named by dotted import paths, except
models (``orders.Order``) and Django's own signals (``post_save``).
"""

from __future__ import annotations

from typing import Literal

from signalgen.late import dataclass

Seen = Literal["", "both", "running only", "read only"]
Fate = Literal["not loaded", "collected at once", "shadowed"]


@dataclass(frozen=True, slots=True, order=True)
class Deed:
    """One effect of a receiver, direct or through helpers: ``creates orders.Order``.

    ``what`` is the object of the effect, empty if unknown. ``waits``: only after the commit.
    ``maybe``: it depends on the existing rows. ``bulk``: many rows at once, without a signal.
    """

    verb: str
    what: str = ""
    waits: bool = False
    maybe: bool = False
    bulk: bool = False

    @property
    def plain(self) -> str:
        """The effect in words, without when it happens."""
        head, _, rest = self.verb.partition(" ")
        verb = f"may {head.removesuffix('s')} {rest}".strip() if self.maybe else self.verb
        words = f"{verb} {self.what}" if self.what else verb
        return f"{words} in bulk" if self.bulk else words

    def __str__(self) -> str:
        """Return the effect in words."""
        return f"{self.plain} after the commit" if self.waits else self.plain


@dataclass(frozen=True, slots=True, order=True)
class Registered:
    """One registration: a receiver of one signal from one sender.

    ``sender`` is ``any`` for every sender, else a model, a class, or the expression in angle
    brackets if it is known only at run time, as is ``uid``. ``fates`` say why Django will never
    call it. ``app`` is the label of the app around the file, ``condition`` the condition for
    connecting it, as written. With ``--live``, ``seen`` says where a row was found and ``reason``
    how the running project and the code differ.
    """

    path: str
    line: int
    signal: str
    sender: str
    receiver: str
    app: str
    deeds: tuple[Deed, ...] = ()
    fates: tuple[Fate, ...] = ()
    uid: str = ""
    condition: str = ""
    seen: Seen = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in the code, and its function (empty at module level)."""

    path: str
    line: int
    function: str = ""

    def __str__(self) -> str:
        """Return it in the form that editors and terminals link."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class DefinedSignal:
    """A signal that the project defines, who sends it and who listens to it."""

    path: str
    line: int
    signal: str
    app: str
    senders: tuple[Spot, ...] = ()
    receivers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class DefinedTask:
    """A background task of the project and the receivers that queue it."""

    path: str
    line: int
    task: str
    app: str
    library: str
    parameters: tuple[str, ...] = ()
    queued_by: tuple[str, ...] = ()


Row = Registered | DefinedSignal | DefinedTask
