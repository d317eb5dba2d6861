"""Imports that come and go, within statements and blocks that people laid out."""

from __future__ import annotations

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
    changed,
    fragment,
    logger,
    receiver,
    run,
    signal,
    unchanged,
    unrun,
)

from signalgen.values.fragment import ImportNeed
from signalgen.values.project import Style


def uses(*needs, name="f"):
    return fragment("sender", name, f"def {name}() -> None:\n    pass\n", *needs)


def head_of(text):
    return text.split("\n\n\ndef f()")[0] + "\n"


@pytest.mark.parametrize(
    ("before", "needs", "after"),
    [
        ("from a import b\n", [ImportNeed("a", "c")], "from a import b, c\n"),
        ("from a import d  # noqa\n", [ImportNeed("a", "c")], "from a import c, d  # noqa\n"),
        ("from a import b, X, Y_Z\n", [ImportNeed("a", "c")], "from a import b, c, X, Y_Z\n"),
        ("from a import (\n    b\n)\n", [ImportNeed("a", "c")], "from a import (\n    b,\n    c\n)\n"),
        ("from a import (\n    b  # x\n)\n", [ImportNeed("a", "c")], "from a import (\n    b,  # x\n    c\n)\n"),
        ("from a import (\n    d,\n)\n", [ImportNeed("a", "c"), ImportNeed("a", "b")], "from a import (\n    b,\n    c,\n    d,\n)\n"),
        ("from a import (b,\n               d)\n", [ImportNeed("a", "c")], "from a import (b, c,\n               d)\n"),
        ("from a import (\n    b\n    , d\n)\n", [ImportNeed("a", "c")], "from a import (\n    b, c\n    , d\n)\n"),
        ("from a import b as bb\n", [ImportNeed("a", "c")], "from a import b as bb\nfrom a import c\n"),
        ("from a import b\n", [ImportNeed("a", "b", "x")], "from a import b\nfrom a import b as x\n"),
        ("from a import *\n", [ImportNeed("a", "c")], "from a import *\nfrom a import c\n"),
        ("import a\n", [ImportNeed("a.b")], "import a\nimport a.b\n"),
        ("import z\n", [ImportNeed("a", "b")], "import z\nfrom a import b\n"),
        ("if x:\n    from a import b\n", [ImportNeed("a", "b")], "from a import b\n\nif x:\n    from a import b\n"),
        ("from __future__ import annotations\n", [ImportNeed("os")], "from __future__ import annotations\n\nimport os\n"),
    ],
)  # fmt: skip
def test_names_are_added_where_the_order_puts_them(before, needs, after):
    done = changed(State(before.encode()), [uses(*needs)])
    assert head_of(done.text) == after
    assert unrun(done.state).state.data == before.encode()


@pytest.mark.parametrize(
    ("before", "need"),
    [
        ("from a import b\n", ImportNeed("a", "b")),
        ("from a import b as c\n", ImportNeed("a", "b", "c")),
        ("import a.b\n", ImportNeed("a.b")),
        ("import a.b.c\n", ImportNeed("a.b")),
        ("import a.b as c\n", ImportNeed("a.b", alias="c")),
        ("from a import b as c\n", ImportNeed("a.b", alias="c")),
        ("from orders.models import Order\n", ORDER),
        ("from .models import Order\n", ImportNeed("orders.models", "Order")),
        ("from ..orders.models import Order\n", ORDER),
        ("try:\n    from a import b\nexcept ImportError:\n    b = None\n", ImportNeed("a", "b")),
        ("if x:\n    from a import b\nelse:\n    from a import b\n", ImportNeed("a", "b")),
        ("from .models import Order\n", TYPED_ORDER),
        ("if TYPE_CHECKING:\n    from .models import Order\n", TYPED_ORDER),
        ("Order = apps.get_model('orders.Order')\n", ORDER),
    ],
)
def test_what_is_there_in_another_spelling_is_not_added(before, need):
    path = "src/orders/signals.py"
    state = State(before.encode(), path=path)
    made = fragment("sender", "f", "def f() -> None:\n    pass\n", need, path=path)
    done = changed(state, [made], package="src.orders" if "..orders" in before else None)
    assert head_of(done.text) == before


@pytest.mark.parametrize(
    "before",
    [
        "from b import Order\n",
        "import Order\n",
        "Order = 1\n",
        "a, Order = 1, 2\n",
        "Order = get_model('orders', 'Other')\n",
        "def Order(): pass\n",
        "if x:\n    class Order: pass\n",
    ],
)
def test_a_name_that_means_something_else_is_a_problem_with_its_line(before):
    done = run(State(b"import os\n" + before.encode()), [uses(ORDER)])
    assert done.codes == ["name-taken"]
    assert done.merged.problems[0].line >= 2
    assert "from .models import Order" in done.merged.problems[0].message


def test_wrapping_keeps_comments_and_does_not_touch_what_was_too_long():
    commented = "from a import (bbbbbbbbbbbbbbbbbbbbbbbbbbbb,  # x\n    cccccccccccccccccccccc)\n"
    style = Style(line_length=50)
    done = changed(
        State(commented.encode()), [uses(ImportNeed("a", "bz"))], style=Style(line_length=51)
    )
    assert "bz,  # x\n" in done.text
    long = "from aaaaaaaaaaaaaaaaaaaaaaaaaaaa import bbbbbbbbbbbbbbbbb, cccccc\n"
    done = changed(State(long.encode()), [uses(ImportNeed("a" * 28, "d"))], style=style)
    assert head_of(done.text) == long.replace("cccccc", "cccccc, d")


def test_long_statement_is_wrapped_and_unwrapped_again():
    before = b"from django.db.models.signals import m2m_changed, pre_delete, pre_init, pre_save\n"
    done = changed(State(before), [uses(POST_SAVE, POST_DELETE)])
    assert (
        "import (\n    m2m_changed,\n    post_delete,\n    post_save,\n    pre_delete,\n"
        in done.text
    )
    assert unrun(done.state).state.data == before


def test_quoted_annotations_keep_their_import():
    state = changed(State(None), [uses(PAYMENT, name="f"), uses(CACHE, name="g")]).state
    mine = State(
        state.data + b'\n\ndef mine(x: "Payment") -> "list[Payment]":\n    pass\n', state.baseline
    )
    assert "import Payment" in changed(mine, [uses(CACHE, name="g")]).text
    plain = State(state.data + b'\n\ndef mine(x):\n    """Payment."""\n', state.baseline)
    assert "import Payment" not in changed(plain, [uses(CACHE, name="g")]).text


def test_what_a_person_imports_as_well_stays():
    state = changed(
        State(b"if TYPE_CHECKING:\n    from .models import Payment\n"),
        [uses(PAYMENT), uses(name="g")],
    ).state
    assert state.data.count(b"import Payment") == 2
    assert changed(state, [uses(name="g")]).text.startswith(
        "if TYPE_CHECKING:\n    from .models import Payment\n"
    )


def test_dunder_all_keeps_its_import():
    state = changed(State(None), [uses(PAYMENT, name="f"), uses(CACHE, name="g")]).state
    mine = State(state.data + b'\n__all__ = ["Payment"]\n', state.baseline)
    assert "import Payment" in changed(mine, [uses(CACHE, name="g")]).text


def test_two_places_of_one_chunk_grow_in_one_run():
    first = changed(State(None), [receiver("a")])
    second = changed(first.state, [receiver("a"), uses(ImportNeed("decimal", "Decimal"), CACHE)])
    assert len(second.merged.undo) == 1
    assert unrun(second.state).state.data == b""


def test_spacing_is_right_after_support_has_gone():
    with_logger = changed(State(None), [logger(), receiver("a")]).state
    assert (
        changed(with_logger, [receiver("a")]).state.data
        == changed(State(None), [receiver("a")]).state.data
    )


def test_blank_lines_at_the_end_come_back():
    before = b'"""Doc."""\nimport os\n\n\n\n'
    state = changed(State(before), [receiver("a")]).state
    state = changed(state, [logger(), receiver("a", "logger.info(1)"), signal("s")]).state
    assert unrun(state).state.data == before


def test_block_of_type_checking_comes_and_goes():
    before = b"from typing import Any\n\nx: Any = 1\n"
    state = changed(State(before), [uses(TYPED_ORDER), receiver("a")]).state
    typed = changed(State(before), [uses(TYPED_ORDER)])
    assert (
        "from typing import TYPE_CHECKING, Any\n\nif TYPE_CHECKING:\n    from .models import Order\n"
        in typed.text
    )
    assert unrun(typed.state).state.data == before
    assert b"if TYPE_CHECKING" not in state.data
    assert unrun(state).state.data == before


@pytest.mark.parametrize("data", [b"", b"x = 1\n", b"from a import b\n", b"def g():\n    pass\n"])
def test_no_needs_no_change(data):
    unchanged(State(data), [])
    unchanged(State(data), [], header="")
    unchanged(changed(State(data), [uses()]).state, [uses()])


def test_imports_of_kept_symbols_are_not_put_back():
    """A person who rewrote a symbol and dropped an import does not get it again."""
    state = changed(State(None), [uses(ANY, RECEIVER)]).state
    text = (
        state.data.decode()
        .replace("from django.dispatch import receiver\n", "")
        .replace("    pass", "    mine()")
    )
    unchanged(State(text.encode(), state.baseline), [uses(ANY, RECEIVER)])


HEADED = b"""# Python
import os

# Django
from django.db import connection
from django.conf import settings

# Others
import crum
from crum.signals import getter

# Ours
from core.utils import change
from orders.tasks import (
    recount,
)
"""


def test_under_headings_an_import_goes_to_its_own_package_and_is_spelled_as_the_others():
    made = run(
        State(HEADED), [receiver("on_order", "cache.clear()", CACHE)], package="orders"
    ).state
    head = made.data[: made.data.index(b"@receiver")].decode().split("\n\n")
    # Only the first section belongs to Django, whatever the alphabet says.
    assert "from django.core.cache import cache" in head[1].split("\n")
    assert "from django.dispatch import receiver" in head[1].split("\n")
    assert head[2] == "# Others\nimport crum\nfrom crum.signals import getter"
    assert "from orders.models import Order" in made.data.decode().split("\n")
    assert unrun(made).state.data == HEADED


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ("from orders.models import Payment", "from orders.models import Order, Payment"),
        ("from orders.forms import OrderForm", "from orders.models import Order"),
        ("from orders import forms", "from orders.models import Order"),
        ("from .forms import OrderForm\nfrom orders import views", "from .models import Order"),
        (
            "from orders import forms\nfrom core.forms import OrderForm",
            "from orders.models import Order",
        ),
        ("from core.forms import OrderForm", "from .models import Order"),
        ("from ordersome.forms import OrderForm", "from .models import Order"),
        ("import orders.forms", "from .models import Order"),
    ],
)
def test_own_modules_are_reached_as_the_file_does(before, line):
    made = run(State(f"{before}\n".encode()), [receiver("on_order")], package="orders").state
    assert line in made.data.decode().split("\n")
    assert run(made, [receiver("on_order")], package="orders").merged.after is None
    assert unrun(made).state.data == f"{before}\n".encode()


def test_in_a_package_of_signals_the_app_is_reached_as_before():
    before = b"from orders.models import Payment\n"
    path = "orders/signals/handlers.py"
    part = fragment(
        "sender", "f", "def f():\n    pass\n", ImportNeed("..tasks", "recount"), path=path
    )
    made = run(State(before, path=path), [part]).state
    assert b"from orders.tasks import recount\n" in made.data
    assert unrun(made).state.data == before
