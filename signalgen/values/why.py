"""Why a receiver does or does not run: a chain of questions with their answers, ``Chain``."""

from __future__ import annotations

from typing import Literal

from signalgen.late import dataclass

Answer = Literal["yes", "no", "unknown"]
IN_TESTS = "its tests see it"
"""The question of a link about tests: the project runs the receiver anyway."""


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One condition for a receiver to run, whether it holds, and its place in the code.

    ``asks`` names it, ``says`` gives the answer. ``line`` counts from 1; without a place ``path``
    is empty and ``line`` 0. ``rule`` is the rule of ``check`` behind it, if any.
    """

    asks: str
    answer: Answer
    says: str
    path: str = ""
    line: int = 0
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """The links between a signal from a model and one registration of a receiver."""

    receiver: str
    signal: str
    sender: str
    path: str
    line: int
    links: tuple[ChainLink, ...] = ()

    @property
    def broken(self) -> ChainLink | None:
        """The first link that certainly does not hold."""
        return next((link for link in self.links if link.answer == "no"), None)
