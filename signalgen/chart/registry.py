"""The entries of Django's registry for a signal and a sender: ``heard_live``, ``settled``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.chart.labels import ANY, sender_name, signal_name
from signalgen.index.memo import answered_once
from signalgen.index.reading.resolving import find_class, find_function, method
from signalgen.values.why import Chain, ChainLink

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef
    from signalgen.values.live import LiveReceiver, LiveRegistry

CONNECTED = "the running project has it connected"
_LOADS, _ONCE = "Django loads the module", "it is registered once"
_OF_START = ("the app is installed", "which AppConfig Django uses", _LOADS)
_OF_CONNECT = ("the registration is effective", "it stays connected", "the sender fits")


def heard_live(
    index: Index, live: LiveRegistry, signal: str, senders: Iterable[str]
) -> tuple[LiveReceiver, ...]:
    """Return what is connected to a dotted signal, in the order in which Django calls it.

    ``senders`` are sender keys or names by which code may refer to the sender; without any, every
    sender counts.
    """
    names = {name for key in senders for name in (key, sender_name(index, key))}
    short = signal_name(signal)
    return tuple(
        item
        for item in live.receivers
        if (signal in item.signals or short in item.signals)
        and (not item.senders or not names or not names.isdisjoint(item.senders))
    )


def function_of(index: Index, item: LiveReceiver) -> FunctionRef | None:
    """Return the project's function behind an entry, None for a package's function."""
    if not item.path:
        return None
    owner, _, last = item.receiver.rpartition(".")
    for function in _connected(index).get((item.path, last), ()):
        if item.receiver.endswith(f".{function.qualname}") or item.line == function.node.lineno:
            return function
    cls = find_class(index.code, owner)
    found = method(index.code, cls, last) if cls is not None else None
    return found or find_function(index.code, item.receiver)


@answered_once
def _connected(index: Index) -> dict[tuple[str, str], list[FunctionRef]]:
    found: dict[tuple[str, str], list[FunctionRef]] = {}
    for one in index.receivers:
        found.setdefault((one.function.path, one.function.name), []).append(one.function)
    return found


def settled(
    index: Index,
    chains: Iterable[Chain],
    live: LiveRegistry,
    signal: str,
    model: str,
    *,
    asked: bool = False,
) -> tuple[Chain, ...]:
    """Return chains with the registry's answers; those that Django calls come first, in its order.

    Receivers that were not found in the code get a chain as well. ``signal`` and ``model`` are
    dotted. ``asked``: the user asked for these receivers by name, so none is left out.
    """
    heard = heard_live(index, live, signal, [model])
    called: dict[int, Chain] = {}
    others: list[Chain] = []
    for chain in chains:
        own = [at for at, item in enumerate(heard) if _is_of(chain, item)]
        told = _settled(chain, [heard[at] for at in own], live)
        if own and own[0] not in called:
            called |= dict.fromkeys(own, told)
        elif not own and (asked or not _is_of_others(chain, live)):
            others.append(told)
    for at, item in enumerate(heard):
        if at not in called:
            called[at] = _of_registry(item)
    found = (called[at] for at in sorted(called))
    return (*dict.fromkeys(found), *others)


def _is_of(chain: Chain, item: LiveReceiver) -> bool:
    return chain.receiver == item.receiver or item.receiver.endswith(f".{chain.receiver}")


def _is_of_others(chain: Chain, live: LiveRegistry) -> bool:
    """Tell whether a sender that the code does not show is another one at run time."""
    return chain.sender.startswith("<") and any(_is_of(chain, item) for item in live.receivers)


def _settled(chain: Chain, own: list[LiveReceiver], live: LiveRegistry) -> Chain:
    links = [_told(link, chain, live, connected=bool(own)) for link in chain.links]
    if own:
        return replace(chain, links=(*_entries(own), *links))
    known = {item.senders[0] for item in live.receivers if _is_of(chain, item) and item.senders}
    says = f"it has it for {', '.join(sorted(known))} only" if known else "it does not have it"
    missing = ChainLink(CONNECTED, "no", says, chain.path, chain.line)
    # Behind what reading has found to be the reason.
    last = max((at for at, link in enumerate(links) if link.asks in _OF_CONNECT), default=-1)
    return replace(chain, links=(*links[: last + 1], missing, *links[last + 1 :]))


def _entries(own: list[LiveReceiver]) -> Iterator[ChainLink]:
    first = own[0]
    yield ChainLink(CONNECTED, "yes", _words(first), first.path, first.line if first.path else 0)
    if len(own) > 1:
        says = f"the registry has it {len(own)} times: {'; '.join(map(_words, own))}"
        yield ChainLink(_ONCE, "no", says, first.path, first.line if first.path else 0, "SG108")


def _words(item: LiveReceiver) -> str:
    uid = f", with the dispatch_uid {item.uid!r}" if item.uid else ""
    return f"for {item.senders[0] if item.senders else 'every sender'}{uid}"


def _told(link: ChainLink, chain: Chain, live: LiveRegistry, *, connected: bool) -> ChainLink:
    """Return a link with the running project's answer, if it has one."""
    if link.answer == "yes" and (link.asks != _LOADS or chain.path in live.files):
        return link
    if link.asks == _LOADS and chain.path not in live.files:
        says = "the running project has not imported it"
        return link if link.answer == "no" else replace(link, answer="no", says=says)
    if link.asks == _LOADS or (connected and link.asks in _OF_START):
        return replace(link, answer="yes", says="this is so in the running project")
    if connected and link.asks in _OF_CONNECT:
        return replace(link, answer="yes", says="the running project has it connected", rule="")
    return link


def _of_registry(item: LiveReceiver) -> Chain:
    link = ChainLink(CONNECTED, "yes", _words(item), item.path, item.line if item.path else 0)
    sender = item.senders[0] if item.senders else ANY
    return Chain(item.receiver, item.signals[0], sender, item.path, link.line, (link,))
