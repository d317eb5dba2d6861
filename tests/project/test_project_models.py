"""Models: what counts as one, what it inherits, which fields a row cannot do without."""

from __future__ import annotations

import pytest
from project_trees import MANAGE, app, build

from signalgen.index import read_project

HEAD = "from django.db import models\nfrom django.conf import settings\n"


def orders(tmp_path, models, **files):
    tree = {"manage.py": MANAGE, **app("orders", HEAD + models)}
    tree.update({path.replace("__", "/") + ".py": text for path, text in files.items()})
    return read_project(build(tmp_path, tree)).app("orders")


def names(found):
    return [m.name for m in found.models]


def only(tmp_path, body, **files):
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    return orders(tmp_path, f"class Order(models.Model):\n{indented}", **files).model("Order")


# --- fields -----------------------------------------------------------------------------------------------------------


def test_fields_relations_and_attributes(tmp_path):
    model = only(
        tmp_path,
        'customer = models.ForeignKey("accounts.Customer", on_delete=models.CASCADE, related_name="orders")\n'
        "user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)\n"
        "profile = models.OneToOneField(to=Profile, on_delete=models.CASCADE)\n"
        'tags = models.ManyToManyField("Tag", through="orders.Tagging")\n'
        "owner = GenericForeignKey('a', 'b')\n"
        "total: Decimal = models.DecimalField(max_digits=9, decimal_places=2)\n"
        "objects = models.Manager()\n"
        "tracker = FieldTracker()\n"
        "LIMIT = 3\n"
        "class Meta:\n    ordering = ['id']\n"
        "class Status(models.TextChoices): ...\n"
        "@property\ndef late(self): ...\n"
        "def pay(self): inner = models.CharField()\n",
    )
    found = [(f.name, f.type, f.kind, f.to, f.through) for f in model.fields]
    assert found == [
        ("customer", "ForeignKey", "fk", "accounts.Customer", None),
        ("user", "ForeignKey", "fk", "settings.AUTH_USER_MODEL", None),
        ("profile", "OneToOneField", "one_to_one", "Profile", None),
        ("tags", "ManyToManyField", "m2m", "Tag", "orders.Tagging"),
        ("owner", "GenericForeignKey", "generic", None, None),
        ("total", "DecimalField", "plain", None, None),
    ]
    assert model.field("customer").options == {
        "on_delete": "models.CASCADE",
        "related_name": '"orders"',
    }
    assert model.attributes == ("objects", "tracker", "LIMIT", "late", "pay", "Status")
    assert (model.label, model.module, model.exported) == (
        "orders.Order",
        "orders.models",
        "orders.models",
    )
    assert (model.line, model.complete, model.custom_save) == (3, True, False)


@pytest.mark.parametrize(
    ("field", "required"),
    [
        ("models.CharField(max_length=3)", True),
        ("models.CharField(max_length=3, blank=True)", False),
        ("models.IntegerField(blank=True)", True),
        ("models.IntegerField()", True),
        ("models.IntegerField(default=0)", False),
        ("models.IntegerField(null=True)", False),
        ("models.IntegerField(null=False)", True),
        ("models.IntegerField(db_default=1)", False),
        ("models.BooleanField()", True),
        ("models.DateTimeField(auto_now_add=True)", False),
        ("models.DateTimeField(auto_now=True)", False),
        ("models.DateTimeField()", True),
        ("models.BigAutoField(primary_key=True)", False),
        ("models.UUIDField(primary_key=True, default=uuid4)", False),
        (
            "models.GeneratedField(expression=F('a'), output_field=models.IntegerField(), db_persist=True)",
            False,
        ),
        ("models.ForeignKey('X', on_delete=models.CASCADE)", True),
        ("models.ForeignKey('X', null=True, on_delete=models.SET_NULL)", False),
        ("models.OneToOneField('X', parent_link=True, on_delete=models.CASCADE)", False),
        ("models.ManyToManyField('X')", False),
        ("GenericRelation(X)", False),
        ("TaggableManager()", False),
        ("thirdparty.MoneyField()", True),
    ],
)
def test_required(tmp_path, field, required):
    assert only(tmp_path, f"x = {field}").field("x").required is required


@pytest.mark.parametrize(
    "value", ["3", "models.Manager()", "Thing()", "make_field()", "forms.CharField()", "None"]
)
def test_what_is_no_field(tmp_path, value):
    model = orders(
        tmp_path, f"from django import forms\nclass Order(models.Model):\n    x = {value}\n"
    ).model("Order")
    assert model.fields == ()
    assert model.attributes == ("x",)


def test_field_classes_of_the_project(tmp_path):
    model = only(
        tmp_path,
        "a = Money()\nb = Owner()\nc = NotOne()",
        core__fields="class Money(models.DecimalField): ...\nclass Owner(models.ForeignKey): ...\nclass NotOne(object): ...\n",
    )
    assert model.fields == ()
    text = "from core.fields import Money, Owner, NotOne\nclass Order(models.Model):\n    a = Money()\n    b = Owner()\n    c = NotOne()\n"
    found = orders(tmp_path, text).model("Order").fields
    assert [(f.name, f.kind) for f in found] == [("a", "plain"), ("b", "fk")]


# --- what is a model ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "class Order: ...",
        "class Order(object): ...",
        "class Order(models.TextChoices): ...",
        "class Order(models.QuerySet): ...",
        "class OrderManager(models.Manager): ...",
        "class Order(Exception): ...",
        "if TYPE_CHECKING:\n    class Order(models.Model): ...",
        "def f():\n    class Order(models.Model): ...",
        "class A:\n    class Order(models.Model): ...",
        "from pydantic import BaseModel\nclass Order(BaseModel):\n    total = IntegerField()",
        "from enum import Enum\nclass Order(Enum):\n    x = CharField()",
    ],
)
def test_no_models(tmp_path, text):
    assert names(orders(tmp_path, text)) == []


def test_models_below_conditions(tmp_path):
    found = orders(
        tmp_path,
        "if not is_model_registered('orders', 'Order'):\n    class Order(models.Model): ...\n",
    )
    assert names(found) == ["Order"]


@pytest.mark.parametrize(
    "text",
    [
        "from django.contrib.gis.db import models\nclass Order(models.Model): ...",
        "from django.db.models import Model\nclass Order(Model): ...",
        "from django.db.models import Model as M\nclass Order(M): ...",
        "import django.db.models\nclass Order(django.db.models.Model): ...",
        "class Order(models.Model, Generic[T]): ...",
        "class Order(models.Model, metaclass=M): ...",
    ],
)
def test_spellings_of_the_base(tmp_path, text):
    assert names(orders(tmp_path, text)) == ["Order"]
    assert orders(tmp_path, text).model("Order").complete


def test_abstract_proxy_swappable_and_multi_table(tmp_path):
    found = orders(
        tmp_path,
        "class Base(models.Model):\n    created = models.DateTimeField()\n    class Meta:\n        abstract = True\n        app_label = 'x'\n"
        "class Order(Base):\n    total = models.IntegerField()\n"
        "class Child(Order):\n    extra = models.IntegerField()\n"
        "class Proxy(Order):\n    class Meta:\n        proxy = True\n"
        "class Other(Base):\n    created = None\n    class Meta(Base.Meta):\n        swappable = 'X'\n",
    )
    flags = {m.name: (m.abstract, m.proxy, m.swappable, m.app_label) for m in found.models}
    assert flags == {
        "Base": (True, False, False, "x"),
        "Order": (False, False, False, "x"),
        "Child": (False, False, False, "orders"),
        "Proxy": (False, True, False, "orders"),
        "Other": (False, False, True, "x"),
    }
    assert [f.name for f in found.model("Child").fields] == ["created", "total", "extra"]
    assert [f.name for f in found.model("Proxy").fields] == ["created", "total"]
    assert found.model("Other").fields == ()


def test_bases_in_other_modules_and_star_imports(tmp_path):
    found = orders(
        tmp_path,
        "from core.models import *\nfrom . import abstract_models as am\nclass Order(TimeStamped, am.AbstractOrder):\n    x = models.IntegerField()\n",
        orders__abstract_models=HEAD
        + "class AbstractOrder(models.Model):\n    number = models.CharField()\n    def save(self): ...\n    class Meta:\n        abstract = True\n",
        core__models="from .base import TimeStamped\n",
        core__base=HEAD
        + "class TimeStamped(models.Model):\n    created = models.DateTimeField(auto_now=True)\n    class Meta:\n        abstract = True\n",
    )
    order = found.model("Order")
    assert {f.name for f in order.fields} == {"number", "created", "x"}
    assert order.custom_save
    assert order.complete
    assert found.model("AbstractOrder").abstract


def test_bases_of_well_known_packages_give_their_fields(tmp_path):
    found = orders(
        tmp_path,
        "from model_utils.models import TimeStampedModel\nfrom wagtail.models import Page\nclass Order(TimeStampedModel): ...\n"
        "class Blog(Page):\n    intro = models.TextField()\nclass Helper(Page): ...\n",
    )
    assert names(found) == ["Order", "Blog", "Helper"]
    order, blog = found.model("Order"), found.model("Blog")
    # What is known of them is all there is; but wagtail fills some fields in its own way.
    assert (order.complete, order.field("created").type) == (True, "AutoCreatedField")
    assert (blog.complete, blog.fields_known, blog.field("title").type) == (
        False,
        True,
        "CharField",
    )


def test_a_base_of_a_package_that_is_not_known_makes_a_model_incomplete(tmp_path):
    found = orders(
        tmp_path,
        "from strange.models import StrangeModel\nclass Order(StrangeModel):\n    name = models.TextField()\n",
    )
    assert (found.model("Order").complete, found.model("Order").fields_known) == (False, False)


@pytest.mark.parametrize(
    ("text", "fields", "required"),
    [
        (
            "from django.contrib.auth.models import AbstractUser\nclass User(AbstractUser):\n    phone = models.CharField()\n",
            "password last_login is_superuser groups user_permissions username first_name last_name email is_staff is_active date_joined phone",
            "password username phone",
        ),
        (
            (
                "from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin\nclass User(AbstractBaseUser, PermissionsMixin):\n"
                "    email = models.EmailField(unique=True)\n"
            ),
            "is_superuser groups user_permissions password last_login email",
            "password email",
        ),
    ],
)
def test_user_models(tmp_path, text, fields, required):
    user = orders(tmp_path, text).model("User")
    assert {f.name for f in user.fields} == set(fields.split())
    assert {f.name for f in user.fields if f.required} == set(required.split())
    assert "set_password" in user.attributes
    assert user.complete


def test_models_package_with_re_exports(tmp_path):
    tree = {
        "manage.py": MANAGE,
        **app("orders"),
        "orders/models/__init__.py": "from .order import Order\nfrom .lines import *\nX = 1\n",
        "orders/models/order.py": HEAD + "class Order(models.Model): ...\n",
        "orders/models/lines.py": HEAD + "class Line(models.Model): ...\n",
        "orders/models/hidden.py": HEAD + "class Hidden(models.Model): ...\n",
    }
    found = read_project(build(tmp_path, tree)).app("orders")
    assert {m.name: m.exported for m in found.models} == {
        "Order": "orders.models",
        "Line": "orders.models",
        "Hidden": "orders.models.hidden",
    }
    assert found.model("Order").module == "orders.models.order"
    assert found.model("Order").path == "orders/models/order.py"


def test_models_of_subpackages_that_the_models_module_re_exports(tmp_path):
    tree = {
        "manage.py": MANAGE,
        **app("orders"),
        "orders/models.py": HEAD
        + "class Order(models.Model): ...\n\n\nfrom orders.lines.models import Line  # noqa\n",
        "orders/lines/__init__.py": "",
        "orders/lines/models.py": HEAD
        + "class Line(models.Model): ...\n\n\nclass Note(models.Model): ...\n",
    }
    found = read_project(build(tmp_path, tree)).app("orders")
    assert {m.name: m.exported for m in found.models} == {
        "Order": "orders.models",
        "Line": "orders.models",
        "Note": "orders.lines.models",
    }


def test_models_outside_models_modules_but_not_in_tests_or_migrations(tmp_path):
    text = HEAD + "class {}(models.Model): ...\n"
    found = orders(
        tmp_path,
        "",
        orders__entities=text.format("Entity"),
        orders__tests__test_a=text.format("InTest"),
        orders__tests=text.format("InTests"),
        orders__migrations__0001_initial=text.format("InMigration"),
    )
    assert names(found) == ["Entity"]


def test_app_label_in_meta_moves_a_model_to_that_app(tmp_path):
    tree = {"manage.py": MANAGE, **app("orders"), **app("lib")}
    tree["lib/models.py"] = (
        HEAD
        + "class A(models.Model):\n    class Meta:\n        app_label = 'orders'\nclass B(models.Model):\n    class Meta:\n        app_label = 'gone'\n"
    )
    project = read_project(build(tmp_path, tree))
    assert [(m.name, m.label, m.module) for m in project.app("orders").models] == [
        ("A", "orders.A", "lib.models")
    ]
    assert [(m.name, m.label) for m in project.app("lib").models] == [("B", "gone.B")]


def test_a_file_with_an_error_still_gives_its_other_models(tmp_path):
    found = orders(
        tmp_path,
        "class Order(models.Model):\n    total = models.IntegerField()\n\nx = = 1\n\nclass Line(models.Model): ...\n",
    )
    assert names(found) == ["Order", "Line"]
    assert found.model("Order").field("total")
