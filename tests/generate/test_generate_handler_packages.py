"""Apps that keep their receivers in a package, a module for each model: new ones go where these say.

A new module is loaded where its siblings are, and taken out with its line again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from generate_kit import APPS, again, build, passing_tests, python, run, spec_text

from signalgen.generating import remove
from signalgen.index import read_project
from signalgen.spec import read_spec

if TYPE_CHECKING:
    from pathlib import Path

HEARS = """
from django.db.models.signals import {signal}
from django.dispatch import receiver
{line}

@receiver({signal}, sender={sender}, dispatch_uid="own.{name}")
def {name}(sender, **kwargs):
    pass
"""
READY = """
from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        {0}
"""
LOADS = READY.format("from . import signals  # noqa: F401")
SPEC = """
handlers:
- {name: order_saved, model: Order, signal: post_save, on_create: 'print("order", instance.pk)'}
- {name: customer_saved, model: Customer, signal: post_save, on_create: 'print("customer", instance.pk)'}
- {name: customer_gone, model: Customer, signal: post_delete, body: 'print("gone", instance.name)'}
- {name: user_saved, model: settings.AUTH_USER_MODEL, signal: post_save, on_create: 'print("user")'}
- {name: tagged, model: Product, field: tags, signal: m2m_changed, on_add: 'print("tags", len(pk_set))'}
- {name: served, signal: request_finished, body: 'print("served")'}
signals: [{name: paid, args: {n: int}, handlers: [{name: note_paid, body: 'print("paid", n)'}]}]
"""


def hears(model: str, signal: str = "post_delete", up: str = "..") -> str:
    return HEARS.format(
        signal=signal,
        line=f"from {up}models import {model}\n",
        sender=model,
        name=f"own_{model.lower()}_{signal}",
    )


def package(**files: str) -> dict[str, str]:
    return {f"shop/signals/{name}.py": text for name, text in files.items()} | {
        "shop/apps.py": LOADS
    }


BY_MODEL = package(
    __init__="from . import orders, products  # noqa: F401\n",
    orders=hears("Order"),
    products=hears("Product"),
)


def removed(root: Path, spec: str) -> None:
    read = read_spec(spec_text(spec).encode(), file="spec0.yaml", source="spec0.yaml")
    result = remove([read], read_project(root))
    assert not result.problems, result.problems
    for file in result.changed:
        if file.after is None:
            (root / file.path).unlink()
        else:
            (root / file.path).write_bytes(file.after)


def tree(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): path.read_text()
        for path in root.rglob("*.py")
        if "__pycache__" not in path.parts
    }


def test_each_model_has_its_module_and_every_receiver_runs(tmp_path):
    root = build(tmp_path, BY_MODEL)
    before = tree(root)
    outcome = run(root, SPEC).write()
    made = {path for path in outcome.changed() if path.startswith("shop/signals/")}
    new = {"customers", "users", "receivers"}
    assert made == {f"shop/signals/{name}.py" for name in {*new, "orders", "products", "__init__"}}
    assert "order_saved" in outcome.text("shop/signals/orders.py")
    assert "tagged" in outcome.text("shop/signals/products.py")
    both = outcome.text("shop/signals/customers.py")
    assert both.count("@receiver") == both.count("sender=Customer") == 2
    # The signal is defined where the package is not loaded to its end yet.
    assert "paid = Signal()" in outcome.text("shop/signals/receivers.py")
    assert outcome.text("shop/signals/__init__.py") == (
        "from . import customers, orders, products, receivers, users  # noqa: F401\n"
    )
    assert "shop/apps.py" not in outcome.changed()
    notes = [(n.line, n.message, n.hint) for n in outcome.result.notes if n.code == "new-module"]
    assert [line for line, _, _ in notes] == [4, 6, 8]
    assert "customer_saved goes to shop/signals/customers.py" in notes[0][1]
    assert 'receivers_module = "signals.customers"' in notes[0][2]

    shown = python(
        root,
        code="""
        import django
        django.setup()
        from django.core.management import call_command
        call_command("migrate", run_syncdb=True, verbosity=0)
        from django.core.signals import request_finished
        from django.contrib.auth.models import User
        from shop.models import *
        from shop.senders import send_paid
        User.objects.create(username="u")
        customer = Customer.objects.create(name="c")
        order = Order.objects.create(customer=customer)
        product = Product.objects.create(name="p")
        product.tags.add(Tag.objects.create(name="t"))
        send_paid(n=3)
        request_finished.send(sender=None)
        customer.delete()
        """,
    )
    assert shown.split("\n")[:-1] == [
        "user",
        "customer 1",
        "order 1",
        "tags 1",
        "paid 3",
        "served",
        "gone c",
    ]
    assert passing_tests(root) >= 4
    assert again(root, SPEC) == []
    known = run(root, SPEC.replace("customer_gone", "customer_gone2")).result.notes
    assert not [note for note in known if note.code == "new-module"]
    removed(root, SPEC)
    assert tree(root) == before


ONE = """{{name: a, model: {0}, signal: post_save, on_create: 'print("a", instance.pk)'}}"""
CUSTOMER = f"handlers: [{ONE.format('Customer')}]\n"


@pytest.mark.parametrize(
    ("files", "module", "home", "line"),
    [
        pytest.param(
            package(
                __init__="from .order_signals import *  # noqa: F403\n",
                order_signals=hears("Order"),
            ),
            "customer_signals",
            "shop/signals/__init__.py",
            "from . import customer_signals  # noqa: F401",
            id="a suffix, and a star",
        ),
        pytest.param(
            package(
                __init__="import shop.signals.order  # noqa: F401\nimport shop.signals.product  # noqa: F401\n",
                order=hears("Order"),
                product=hears("Product"),
            ),
            "customer",
            "shop/signals/__init__.py",
            "import shop.signals.customer  # noqa: F401",
            id="absolute imports, singular",
        ),
        pytest.param(
            package(
                __init__="from . import order  # noqa: F401\nfrom . import product  # noqa: F401\n",
                order=hears("Order"),
                product=hears("Product"),
            ),
            "customer",
            "shop/signals/__init__.py",
            "from . import customer  # noqa: F401",
            id="a line for each",
        ),
        pytest.param(
            package(
                __init__='from django.dispatch import Signal\n\nold = Signal()\n\nfrom . import (  # noqa: E402\n    orders,\n    products,\n)\n\n__all__ = ["old", "orders", "products"]\n',
                orders=hears("Order") + "\n\nfrom . import old  # noqa: E402, F401\n",
                products=hears("Product"),
            ),
            "customers",
            "shop/signals/__init__.py",
            "    customers,",
            id="below the signals that they import",
        ),
        pytest.param(
            package(__init__="", orders=hears("Order"), products=hears("Product"))
            | {"shop/apps.py": READY.format("from .signals import orders, products  # noqa: F401")},
            "customers",
            "shop/apps.py",
            "        from .signals import customers  # noqa: F401",
            id="loaded in ready()",
        ),
        pytest.param(
            package(
                __init__="from . import mails, stats  # noqa: F401\n",
                mails=hears("Order"),
                stats=hears("Order", "post_init"),
            ),
            "customer",
            "shop/signals/__init__.py",
            "from . import customer, mails, stats  # noqa: F401",
            id="named for what they do",
        ),
    ],
)
def test_a_new_module_is_named_and_loaded_like_its_siblings(files, module, home, line, tmp_path):
    root = build(tmp_path, files)
    before = tree(root)
    outcome = run(root, CUSTOMER).write()
    assert f"shop/signals/{module}.py" in outcome.changed()
    assert line in outcome.text(home).splitlines()
    others = {"shop/apps.py", "shop/signals/__init__.py"} - {home}
    assert not others & set(outcome.changed())
    assert passing_tests(root) >= 3
    assert again(root, CUSTOMER) == []
    removed(root, CUSTOMER)
    assert tree(root) == before


def test_a_package_that_nobody_loads_is_loaded_by_ready_and_by_itself(tmp_path):
    root = build(tmp_path, BY_MODEL | {"shop/apps.py": APPS.format("Shop", "shop")})
    before = tree(root)
    outcome = run(root, CUSTOMER).write()
    assert "from .signals import customers" in outcome.text("shop/apps.py")
    assert "import customers, orders" in outcome.text("shop/signals/__init__.py")
    assert again(root, CUSTOMER) == []
    passing_tests(root)
    removed(root, CUSTOMER)
    assert tree(root) == before


def test_another_spec_keeps_its_own_module_alone(tmp_path):
    root = build(tmp_path, BY_MODEL)
    user = "handlers: [{name: b, model: settings.AUTH_USER_MODEL, signal: post_save, body: print(1)}]\n"
    run(root, CUSTOMER, user).write()
    removed(root, CUSTOMER)
    assert (root / "shop/signals/__init__.py").read_text() == (
        "from . import orders, products, users  # noqa: F401\n"
    )
    assert not (root / "shop/signals/customers.py").exists()
    passing_tests(root)


def test_a_handler_that_leaves_the_spec_takes_its_module_and_line_along(tmp_path):
    root = build(tmp_path, BY_MODEL)
    before = tree(root)
    order = ONE.format("Order").replace("name: a", "name: b")
    run(root, f"handlers: [{ONE.format('Customer')}, {order}]\n").write()
    outcome = run(root, f"handlers: [{order}]\n").write()
    assert outcome.text("shop/signals/__init__.py") == before["shop/signals/__init__.py"]
    assert not (root / "shop/signals/customers.py").exists()
    passing_tests(root)


@pytest.mark.parametrize(
    ("files", "spec", "module"),
    [
        (BY_MODEL, f"handlers: [{ONE.format('Order')}]\n", "orders"),
        (BY_MODEL, CUSTOMER.replace("name: a", "name: a, module: signals.products"), "products"),
        (
            BY_MODEL
            | {"pyproject.toml": '[tool.signalgen]\nreceivers_module = "signals.products"\n'},
            CUSTOMER,
            "products",
        ),
        (
            package(__init__="from . import handlers\n", handlers=hears("Order")),
            CUSTOMER,
            "handlers",
        ),
        (
            package(
                __init__="from . import handlers, mails\n",
                handlers=hears("Order"),
                mails=hears("Product"),
            ),
            CUSTOMER,
            "handlers",
        ),
        (
            package(
                __init__="from . import handlers, mails\n",
                handlers=hears("Order"),
                mails=hears("Customer"),
            ),
            CUSTOMER,
            "mails",
        ),
        (
            package(
                __init__="from . import orders, people\n",
                orders=hears("Order"),
                people=HEARS.format(
                    signal="post_delete", line="", sender='"shop.Customer"', name="lazily"
                ),
            ),
            CUSTOMER,
            "people",
        ),
    ],
    ids=["heard there", "module", "setting", "one for all", "a general one", "by subject", "lazy"],
)
def test_a_place_that_is_there_is_taken_without_a_word(files, spec, module, tmp_path):
    outcome = run(build(tmp_path, files), spec)
    made = {path for path in outcome.changed() if "tests" not in path}
    assert made == {f"shop/signals/{module}.py"}
    assert not [note for note in outcome.result.notes if note.code == "new-module"]


def test_modules_of_one_app_are_no_habit_of_another(tmp_path):
    files = {path.replace("shop/", "crm/"): text for path, text in BY_MODEL.items()}
    files = {path: text.replace("..models", "shop.models") for path, text in files.items()}
    files["crm/apps.py"] = files["crm/apps.py"].replace("Shop", "Crm").replace("shop", "crm")
    outcome = run(build(tmp_path, files), CUSTOMER)
    assert "shop/signals.py" in outcome.changed()
    assert not [note for note in outcome.result.notes if note.code == "new-module"]


def test_a_module_that_other_apps_suggest_is_told_once(tmp_path):
    root = build(tmp_path, {"crm/listeners.py": hears("Order", up="shop.")})
    (note,) = [n for n in run(root, CUSTOMER).write().result.notes if n.code == "new-module"]
    assert "shop/listeners.py, a new module named like those of other apps" in note.message
    assert 'receivers_module = "listeners"' in note.hint
    known = run(root, CUSTOMER.replace("post_save", "post_delete").replace("on_create", "body"))
    assert not [note for note in known.result.notes if note.code == "new-module"]


RECIPES = """
recipes:
- {recipe: cache_invalidate, model: Order, keys: ['order:{instance.pk}']}
- {recipe: normalize, model: Customer, fields: {name: strip}}
handlers:
- {name: product_saved, model: Product, signal: post_save, on_create: 'print("product", instance.pk)'}
"""
STYLES = {
    "unittest": {},
    "pytest": {
        "pyproject.toml": '[tool.signalgen]\ntests = "pytest"\n',
        "pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = config.settings\n",
    },
}


@pytest.mark.parametrize("style", STYLES)
def test_the_tests_of_recipes_look_into_the_modules_of_their_receivers(style, tmp_path):
    """None of them is the one that receivers would go to which are about no model."""
    root = build(tmp_path, BY_MODEL | STYLES[style])
    outcome = run(root, RECIPES)
    assert outcome.problems == ()
    outcome.write()
    assert not (root / "shop/signals/receivers.py").exists()
    assert (root / "shop/signals/customers.py").exists()
    assert passing_tests(root, style) > 4
    assert again(root, RECIPES) == []


def test_the_tests_of_a_recipe_follow_its_receiver_that_a_person_has_moved(tmp_path):
    spec = "recipes:\n- {recipe: cache_invalidate, model: Order, keys: ['order:{instance.pk}']}\n"
    root = build(tmp_path, {"shop/apps.py": READY.format("from . import hooks  # noqa: F401")})
    (root / "shop/hooks.py").write_text("")
    run(root, spec).write()
    (root / "shop/signals.py").rename(root / "shop/hooks.py")
    outcome = run(root, spec)
    assert outcome.problems == ()
    outcome.write()
    assert not (root / "shop/signals.py").exists()
    assert passing_tests(root) > 2
    assert again(root, spec) == []
