"""Every folder of golden/merge: before.py and case.json in, after.py out, in four kinds of line ends, and back again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from merge_kit import (
    ANY,
    CACHE,
    ORDER,
    PAYMENT,
    POST_DELETE,
    POST_SAVE,
    RECEIVER,
    TYPED_ORDER,
    State,
    fragment,
    hook,
    logger,
    receiver,
    run,
    signal,
    unrun,
)

from signalgen.values.project import Style

GOLDEN = Path(__file__).parent.parent / "golden" / "merge"
CASES = sorted(folder.name for folder in GOLDEN.iterdir() if folder.is_dir())
FRAGMENTS = {
    "receiver": lambda path: receiver("on_order_saved", "instance.touch()", path=path),
    "second": lambda path: receiver("on_order_paid", "cache.clear()", CACHE, path=path),
    "async": lambda path: fragment(
        "receiver",
        "on_order_async",
        "@receiver(post_save, sender=Order)\nasync def on_order_async(sender, instance, **kwargs):\n    await x()\n",
        RECEIVER,
        POST_SAVE,
        ORDER,
        path=path,
    ),
    "lazy": lambda path: fragment(
        "receiver",
        "on_lazy",
        '@receiver(post_save, sender="orders.Order")\ndef on_lazy(instance: "Order", **kwargs: Any) -> None:\n    pass\n',
        RECEIVER,
        POST_SAVE,
        ANY,
        TYPED_ORDER,
        path=path,
    ),
    "delete": lambda path: fragment(
        "receiver",
        "on_gone",
        "@receiver(post_delete, sender=Payment)\ndef on_gone(instance, **kwargs):\n    pass\n",
        RECEIVER,
        POST_DELETE,
        PAYMENT,
        path=path,
    ),
    "accent": lambda path: receiver("on_order_saved", 'x("é")', path=path),
    "kanji": lambda path: receiver("on_order_saved", 'x("注文")', path=path),
    "signal": lambda path: signal("order_paid", path=path),
    "logger": logger,
}


def _load(name):
    folder = GOLDEN / name
    case = json.loads((folder / "case.json").read_text())
    path = case.get("path", "orders/signals.py")
    before = folder / "before.py"
    after = folder / "after.py"
    fragments = [FRAGMENTS[key](path) for key in case.get("fragments", [])]
    hooks = [hook(**{"path": path, **case["hook"]})] if "hook" in case else []
    data = before.read_bytes() if before.exists() else None
    return (
        State(data, path=path),
        fragments,
        hooks,
        case,
        after.read_bytes() if after.exists() else None,
    )


def _as(newline, data):
    return None if data is None else data.replace(b"\r\n", b"\n").replace(b"\n", newline)


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
@pytest.mark.parametrize("name", CASES)
def test_golden_case(name, newline, bom):
    state, fragments, hooks, case, after = _load(name)
    plain = newline == b"\n" and not bom
    if bom and b"latin-1" in (state.data or b""):
        pytest.skip("a BOM and such a cookie exclude each other")
    if not plain and (case.get("plain_only") or not (state.data or b"").endswith(b"\n")):
        pytest.skip("only as it stands")
    state = State(None if state.data is None else bom + _as(newline, state.data), path=state.path)
    style = Style(**case.get("style", {}))
    done = run(state, fragments, hooks, style=style, package=case.get("package"))
    assert done.codes == case.get("problems", [])
    if after is None:
        assert done.merged.after is None, done.text
        return
    assert done.merged.after is not None
    assert done.merged.after.decode("latin-1") == (bom + _as(newline, after)).decode("latin-1")
    again = run(done.state, fragments, hooks, style=style, package=case.get("package"))
    assert again.merged.after is None
    assert again.state.baseline == done.state.baseline
    back = unrun(done.state)
    assert not back.merged.problems
    assert back.merged.after == (state.data or b"")
    assert not back.state.baseline.entries


def test_forty_percent_of_the_cases_change_nothing():
    quiet = [name for name in CASES if not (GOLDEN / name / "after.py").exists()]
    assert len(quiet) >= 0.4 * len(CASES)
