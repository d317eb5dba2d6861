"""Plan of the tests of helpers, services and tasks: ``HelperTests``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import dataclass

if TYPE_CHECKING:
    from signalgen.values.fragment import ImportNeed
    from signalgen.values.settings import TestStyle


@dataclass(frozen=True, slots=True)
class HelperTests:
    """The test class of what is not a receiver: a helper, a service, or a task to be written.

    ``template`` renders it. ``module`` is the local name of the module that holds ``subject``;
    ``said`` is whatever else the template says: the arguments of a task except the key, or those of
    a service's ``update()``. ``after`` is what a service calls after the commit, ``call`` how a
    task is called at once.
    """

    path: str
    id: str
    name: str
    source: str
    style: TestStyle
    template: str
    module: str
    subject: str
    typed: bool
    imports: tuple[ImportNeed, ...]
    said: tuple[str, ...] = ()
    after: str = ""
    call: str = ""
    logger: str = "logger"
