"""What the merge tests share: a small set of fragments as render makes them, and one way to run a merge."""

from __future__ import annotations

from dataclasses import dataclass, field

from signalgen.merge import Policy, decode, encode, merge_file, unmerge_file
from signalgen.values.change import Baseline, Merged
from signalgen.values.fragment import Fragment, ImportNeed, ReadyHook
from signalgen.values.project import Style

PATH = "orders/signals.py"
SOURCE = "specs/orders.yaml"
HEADER = '"""Signals of the orders app."""\n'
STYLE = Style()
FIRST_PARTY = frozenset({"orders", "core"})

RECEIVER = ImportNeed("django.dispatch", "receiver")
SIGNAL = ImportNeed("django.dispatch", "Signal")
POST_SAVE = ImportNeed("django.db.models.signals", "post_save")
POST_DELETE = ImportNeed("django.db.models.signals", "post_delete")
ORDER = ImportNeed(".models", "Order")
PAYMENT = ImportNeed(".models", "Payment")
ANY = ImportNeed("typing", "Any")
CACHE = ImportNeed("django.core.cache", "cache")
LOGGING = ImportNeed("logging")
TYPED_ORDER = ImportNeed(".models", "Order", type_checking=True)


def fragment(kind, name, text, *imports, uid=None, path=PATH, source=SOURCE):
    return Fragment(path, uid or f"{kind}:{name}", kind, name, text, source, tuple(imports))


def receiver(
    name, body="pass", *imports, uid=None, doc="Act on the order.", path=PATH, source=SOURCE
):
    uid = uid or name
    text = (
        f'@receiver(post_save, sender=Order, dispatch_uid="orders.{uid}")\n'
        f"def {name}(sender: type[Order], instance: Order, created: bool, **kwargs: Any) -> None:\n"
        f'    """{doc}"""\n'
    ) + "".join(f"    {line}\n" if line else "\n" for line in body.split("\n"))
    needs = (RECEIVER, POST_SAVE, ORDER, ANY, *imports)
    return fragment(
        "receiver", name, text, *needs, uid=f"receiver:orders.{uid}", path=path, source=source
    )


def signal(name, *, path=PATH, source=SOURCE):
    text = f"#: Sent with: order.\n{name} = Signal()\n"
    return fragment("signal", name, text, SIGNAL, path=path, source=source)


def logger(path=PATH, source=SOURCE):
    return fragment(
        "support",
        "logger",
        "logger = logging.getLogger(__name__)\n",
        LOGGING,
        path=path,
        source=source,
    )


def hook(
    cls="OrdersConfig",
    module="orders.signals",
    package="orders",
    path="orders/apps.py",
    source=SOURCE,
):
    return ReadyHook(path, cls, module, package, source)


@dataclass(frozen=True)
class State:
    """A file and its baseline, between runs."""

    data: bytes | None
    baseline: Baseline = field(default_factory=lambda: Baseline("orders"))
    path: str = PATH


@dataclass(frozen=True)
class Run:
    merged: Merged
    state: State

    @property
    def codes(self):
        return [problem.code for problem in self.merged.problems]

    @property
    def text(self):
        return (self.merged.after or b"").decode()


def _next(state: State, merged: Merged) -> State:
    others = {
        key: entry for key, entry in state.baseline.entries.items() if entry.path != state.path
    }
    entries = {**others, **{entry.id: entry for entry in merged.entries}}
    undo = {path: pairs for path, pairs in state.baseline.undo.items() if path != state.path}
    if merged.undo:
        undo[state.path] = merged.undo
    created = set(state.baseline.created)
    if state.data is None and merged.after is not None:
        created.add(state.path)
    baseline = Baseline("orders", entries, tuple(sorted(created)), undo)
    assert decode(encode(baseline), "orders") == baseline
    data = state.data if merged.after is None else merged.after
    return State(data, baseline, state.path)


def run(
    state,
    fragments=(),
    hooks=(),
    *,
    style=STYLE,
    sources=frozenset({SOURCE}),
    header=HEADER,
    package=None,
    **policy,
) -> Run:
    if not isinstance(state, State):
        state = State(state)
    merged = merge_file(
        state.path,
        state.data,
        header=header,
        fragments=fragments,
        hooks=hooks,
        baseline=state.baseline,
        style=style,
        sources=sources,
        first_party=FIRST_PARTY,
        policy=Policy(**policy),
        package=package,
    )
    if merged.problems or merged.clashes:
        assert merged.after is None
        assert set(merged.entries) == {
            e for e in state.baseline.entries.values() if e.path == state.path
        }
    return Run(merged, _next(state, merged))


def unrun(state, *, sources=frozenset({SOURCE}), keep_edited=False, keep_hooks=False) -> Run:
    merged = unmerge_file(
        state.path,
        state.data,
        baseline=state.baseline,
        sources=sources,
        keep_edited=keep_edited,
        style=STYLE,
        first_party=FIRST_PARTY,
        keep_hooks=keep_hooks,
    )
    return Run(merged, _next(state, merged))


def changed(state, *args, **kwargs) -> Run:
    """Run, and again: the second run must change neither the file nor the baseline."""
    done = run(state, *args, **kwargs)
    assert not done.merged.problems, done.merged.problems
    assert not done.merged.clashes, done.merged.clashes
    assert done.merged.after is not None
    again = run(done.state, *args, **kwargs)
    assert again.merged.after is None, again.text
    assert again.state.baseline == done.state.baseline
    return done


def unchanged(state, *args, **kwargs) -> Run:
    done = run(state, *args, **kwargs)
    assert not done.merged.problems, done.merged.problems
    assert not done.merged.clashes, done.merged.clashes
    assert done.merged.after is None, done.text
    return done
