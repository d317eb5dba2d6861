"""SG409: names of rows, managers and lookups that no model has; and all that may give a name."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from check_kit import BASE, HEAD, MODELS, assert_flags, assert_silent, findings

if TYPE_CHECKING:
    from pathlib import Path

CODE = "SG409"
SAVED = "@receiver(post_save, sender=Order)\ndef f(sender, instance, **kwargs):\n"
MORE = (
    MODELS
    + """

class Stamped(models.Model):
    made = models.DateTimeField(auto_now_add=True)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="%(class)s_owned")

    class Meta:
        abstract = True

    @property
    def age(self):
        self.looked = True

    def rename(self): ...


class Published(models.Manager):
    def public(self):
        return self.annotate(marks=models.Count("pk"))


class Page(Stamped):
    title = models.CharField(max_length=9)
    views = models.IntegerField()
    data = models.JSONField()
    mood = models.CharField(max_length=1, choices=[("a", "A")])
    published = Published()


class Part(Page):
    pass


class Visit(models.Model):
    page = models.ForeignKey(Page, models.CASCADE, related_query_name="seen", related_name="visits")
    when = models.DateField()
"""
)
PAGE = "@receiver(post_save, sender=Page)\ndef f(sender, instance, **kwargs):\n"
MORE_HEAD = HEAD + "from shop.models import Page, Part, Visit\n"
SETTINGS = {"site/settings.py": "INSTALLED_APPS = ['django.contrib.auth']\n"}

FLAGGED_LINES = [
    "instance.nubmer",
    "instance.tag",
    "instance.user.emial",
    "instance.user_di",
    "instance.get_numbr_display()",
    "instance.lins.count()",
    "instance.order_st.all()",
    "instance.parent.invoce",
    "instance.invoice.order.nubmer",
    "instance.tags.fitler(name='x')",
    "instance.tags.filter(nmae='x')",
    "instance.refresh_from_bd()",
    "instance.lines.first().nmae",
    "instance.save(update_fields=['emial'])",
    "instance.refresh_from_db(fields=['nubmer'])",
    "kwargs.get('instance').nubmer",
    "print(kwargs['instance'].nubmer)",
    "Order.objects.filter(user__emial='x')",
    "Order.objects.filter(line__name='x')",
    "Order.objects.filter(lines__nmae='x')",
    "Order.objects.filter(number__icontain='x')",
    "Order.objects.filter(pk__ni=[1])",
    "Order.objects.filter(user_id__ni=[1])",
    "Order.objects.filter(user__isnul=True)",
    "Order.objects.filter(lines__pk__ni=[])",
    "Order.objects.exclude(parent__parent__nubmer='x')",
    "Order.objects.filter(user__first__name='x')",
    "Order.objects.get(nubmer=1)",
    "Order.objects.create(nubmer=1)",
    "Order.objects.update(nubmer=1)",
    "Order.objects.get_or_create(number=1, defaults={'emial': ''})",
    "Order.objects.update_or_create(number=1, defaults=dict(emial=''))",
    "Order.objects.order_by('-nubmer')",
    "Order.objects.values('user__emial')",
    "Order.objects.values_list('nubmer', flat=True)",
    "Order.objects.only('nubmer')",
    "Order.objects.select_related('usr')",
    "Order.objects.prefetch_related('line')",
    "Order.objects.filter(Q(nubmer=1) | ~Q(number=2))",
    "Order.objects.update(number=F('emial'))",
    "Order.objects.annotate(n=Count('lnes'))",
    "Order.objects.bulk_update([], ['nubmer'])",
    "Order(nubmer=1)",
    "Order.objcts.all()",
    "sender.objcts.all()",
    "type(instance).objcts.all()",
    "get_object_or_404(Order, nubmer=1)",
    "transaction.on_commit(lambda: print(instance.nubmer))",
    "[line.nmae for line in instance.lines.all()]",
    "User.objects.filter(usrname='x')",
    "instance.nubmer = 3",
    "getattr(instance, 'nubmer')",
    "Order.objects.in_bulk(field_name='nubmer')",
]
"""Each is put into a receiver of ``post_save`` of Order, and is an error by itself."""
TOP = (
    "from django.db import transaction\nfrom django.db.models import Count, F, Q\n"
    "from django.shortcuts import get_object_or_404\n"
)
FLAGGED = [
    *(HEAD + TOP + SAVED + f"    {line}  # SG409\n" for line in FLAGGED_LINES),
    HEAD + SAVED + "    for row in Order.objects.all():\n        row.nubmer  # SG409\n",
    HEAD + SAVED + "    old = Order.objects.filter(pk=1).first()\n    old.nubmer  # SG409\n",
    HEAD + SAVED + "    tag, made = Tag.objects.get_or_create(name='')\n    tag.nmae  # SG409\n",
    HEAD + SAVED + "    rows = Order.objects.all()\n    rows = rows.filter(nubmer=1)  # SG409\n",
    HEAD + SAVED + "    def later():\n        instance.nubmer  # SG409\n    later()\n",
    HEAD
    + SAVED
    + "    try:\n        instance.nubmer  # SG409\n    except Exception:\n        pass\n",
    HEAD + SAVED + "    g(instance)\ndef g(row):\n    row.nubmer  # SG409\n",
    HEAD + SAVED + "    g(1)\ndef g(pk):\n    Tag.objects.get(pk=pk).nmae  # SG409\n",
    HEAD + SAVED + "    g(1)\ndef g(row: 'Tag | None'):\n    row.nmae  # SG409\n",
    HEAD
    + "@receiver(post_save, sender=Gift)\ndef f(instance, **kw):\n    instance.nubmer  # SG409\n",
    HEAD
    + "@receiver(m2m_changed, sender=Order.tags.through)\ndef f(instance, **kw):\n    instance.nmae  # SG409\n",
    HEAD
    + "paid = Signal()\ndef send(order: Order):\n    paid.send(None, order=order)\n"
    + "@receiver(paid)\ndef f(order, **kwargs):\n    order.nubmer  # SG409\n",
    {
        "shop/signals.py": "from django.contrib.auth.signals import user_logged_in\n"
        "from django.dispatch import receiver\n@receiver(user_logged_in)\n"
        "def f(user, request, **kwargs):\n    print(user.emial)  # SG409\n",
        **SETTINGS,
    },
]
FLAGGED_PAGES = [
    "instance.ownr",
    "instance.renam()",
    "instance.agge",
    "instance.get_moood_display()",
    "instance.get_next_by_mad()",
    "instance.visit.count()",
    "Page.published.pubic()",
    "Page.published.filter(titel=1)",
    "Page.objects.filter(seem__when=1)",
    "Page.objects.filter(visits__when=1)",
    "Visit.objects.filter(when__yer=1)",
    "Visit.objects.filter(page__owner__emial=1)",
    "instance.owner.page_ownd.all()",
    "Part().page_ptrr",
]
FLAGGED += [
    {"shop/models.py": MORE, "shop/signals.py": MORE_HEAD + PAGE + f"    {line}  # SG409\n"}
    for line in FLAGGED_PAGES
]

ENUMS = (
    MODELS.replace(
        "class Order(Base):\n",
        "class Order(Base):\n"
        """
    class Status(models.TextChoices):
        NEW = "new", "New"
        PAID = "paid", "Paid"

        @classmethod
        def open(cls):
            return [cls.NEW]

""",
        1,
    )
    + """

class Size(models.IntegerChoices):
    SMALL = 1
    LARGE = 2


class Colour(str, enum.Enum):
    RED = "r"


class Later(models.Model):
    Size = Size


class Custom(Size, Loose):
    pass


class Conditional(models.TextChoices):
    A = "a"
    if models:
        B = "b"


class Mixed(Loose, models.TextChoices):
    A = "a"


class Plain:
    SMALL = 1
"""
)
ENUM_HEAD = (
    HEAD + "from shop.models import Colour, Conditional, Custom, Later, Mixed, Plain, Size\n"
    "import shop.models\n"
)
FLAGGED_MEMBERS = [
    "Order.Status.PIAD",
    "Order.Status.CANCELLED",
    "Order.Status.opne()",
    "Order.Status.PAYED.label",
    "instance.status == Order.Status.PAIDD",
    "instance.Status.PIAD",
    "sender.Status.PIAD",
    "type(instance).Status.PIAD",
    "Size.MEDIUM",
    "Size.SMAL.value",
    "Later.Size.MEDIUM",
    "shop.models.Size.MEDIUM",
    "shop.models.Order.Status.PIAD",
    "Colour.GREEN",
    "Order.objects.filter(number=Order.Status.PIAD)",
]
RIGHT_MEMBERS = [
    "Order.Status.PAID, Order.Status.PAID.label, Order.Status.choices, Order.Status.open()",
    "Order.Status.values, Order.Status.labels, Order.Status.names, Order.Status.__members__",
    "instance.Status.NEW, sender.Status.NEW.value, Later.Size.SMALL, Size.SMALL.name",
    "Order.Status.PAID.upper(), Order.Status.PAID._value_, Size.LARGE.bit_length()",
    "Colour.RED.value, Colour.RED.capitalize()",
    "Custom.MEDIUM, Conditional.C, Mixed.B, Plain.MEDIUM, Nowhere.MEDIUM",
]
FLAGGED += [
    {
        "shop/models.py": "import enum\n" + ENUMS,
        "shop/signals.py": ENUM_HEAD + SAVED + f"    {line}  # SG409\n",
    }
    for line in FLAGGED_MEMBERS
]


@pytest.mark.parametrize("files", FLAGGED)
def test_flags(files):
    assert_flags(files, CODE)


RIGHT_LINES = [
    "instance.number, instance.pk, instance.id, instance.user_id",
    "instance.lines.count(), instance.order_set.all(), instance.gift, instance.orderproxy",
    "instance.user.get_full_name(), instance.user.order_set, instance.user.is_authenticated",
    "instance.invoice.order.number, instance.parent.parent",
    "instance.tags.through, instance.tags.add(1), instance.tags.filter(order__number=1)",
    "Order.objects.filter(lines__name='x', user__email__icontains='y', tags__in=[1])",
    "Order.objects.filter(user__isnull=True, user__pk=3, user_id=3, pk__in=[1], parent__id=2)",
    "Order.objects.filter(pk__gte=1, user_id__in=[1], lines__order_id__isnull=False)",
    "Order.objects.filter(number__unaccent__icontains='x', lines__pk__gt=1)",
    "Order.objects.values('user__email', 'lines__name').order_by('?', '-number')",
    "Order.objects.filter(user__first_name__startswith='x')",
    "Order.objects.annotate(numbr=Count('lines')).filter(numbr__gt=1).order_by('numbr')",
    "Order.objects.annotate(Count('lines')).order_by('lines__count')",
    "Order.objects.values(emails=F('email')).filter(emails='x')",
    "Order.DoesNotExist, Order.tags.through, Order.__name__, Order._meta.label",
    "Order.objects.prefetch_related('lines__order', 'tags').select_related('user', 'invoice')",
    "Order.objects.update(number=F('email'), user_id=3)",
    "Order.objects.create(number=1, user_id=3, pk=4)",
]
"""Nothing is wrong with these, which Django itself is asked."""
UNSURE = [
    "instance._nubmer",
    "instance.auth_token, instance.user.auth_token, instance.user.emailaddress_set",
    "instance.number_en, instance.user.totally_else",
    "setattr(instance, 'nubmer', 1)\n    instance.nubmer",
    "Tag.nubmer = 3\n    instance.nubmer",
    "hasattr(instance, 'nubmer') and instance.nubmer",
    "getattr(instance, 'nubmer', 1)",
    "Tag.add_to_class('nubmer', 1)\n    instance.nubmer",
    "instance = other()\n    instance.nubmer",
    "if isinstance(instance, Tag):\n        instance.nubmer",
    "for instance in other():\n        instance.nubmer",
    "with other() as instance:\n        instance.nubmer",
    "try:\n        instance.nubmer\n    except AttributeError:\n        pass",
    "row = Order.objects.raw('select 1')[0]\n    row.nubmer",
    "for row in Order.objects.values():\n        row.itesm",
    "rows = instance.lines.all() if instance.pk else other()\n    rows.fitler()",
    "Order.objects.filter(**{'nubmer': 1})",
    "Other.objects.filter(nubmer=1), other(instance).nubmer",
    "lambda instance: instance.nubmer",
    "instance.nubmer = 3\n    print(instance.nubmer)",
    "for name in ['x']:\n        setattr(Order, f'{name}_nubmer', 1)\n    instance.a_nubmer",
]
SILENT = [HEAD + TOP + SAVED + f"    {line}\n" for line in (*RIGHT_LINES, *UNSURE)]
SILENT += [
    HEAD + "def f(instance):\n    instance.nubmer\n",
    HEAD + "@receiver(post_save)\ndef f(instance, **kwargs):\n    instance.nubmer\n",
    HEAD
    + "@receiver(post_save, sender=Order)\n@receiver(post_save, sender=Line)\n"
    + "def f(instance, **kwargs):\n    instance.name, instance.number\n",
    HEAD
    + "@receiver(m2m_changed, sender=Order.tags.through)\n"
    + "def f(instance, **kwargs):\n    instance.name, instance.number\n",
    HEAD
    + "paid = Signal()\ndef send(order: Order, other):\n    paid.send(None, order=order)\n"
    + "    paid.send(None, order=other)\n"
    + "@receiver(paid)\ndef f(order, **kwargs):\n    order.nubmer\n",
    # The users of a package are those of whoever installs it.
    (
        "from django.contrib.auth.signals import user_logged_in\nfrom django.dispatch import receiver\n"
        "@receiver(user_logged_in)\ndef f(user, **kwargs):\n    print(user.emial)\n"
    ),
    HEAD
    + "@receiver(post_save, sender='later.Order')\ndef f(instance, **kw):\n    instance.nubmer\n",
]
SILENT += [
    {
        "shop/models.py": "import enum\n" + ENUMS,
        "shop/signals.py": ENUM_HEAD + SAVED + f"    {line}\n",
    }
    for line in RIGHT_MEMBERS
]
SILENT += [
    {"shop/models.py": MORE, "shop/signals.py": MORE_HEAD + PAGE + f"    {line}\n"}
    for line in (
        "instance.age, instance.rename(), instance.made, instance.looked, instance.marks",
        "instance.visits.count(), instance.owner.page_owned",
        "instance.get_mood_display(), instance.get_next_by_made(), instance.part.page_ptr_id",
        "Page.published.public().filter(marks=1), Page.objects.filter(seen__when__year=1)",
        "Page.objects.filter(data__titel__viws=1), Visit.objects.filter(page__part__title=1)",
    )
]
OPEN = [
    ("class Order(Base):", "class Order(Base, Unread):"),
    ("class Order(Base):", "@unread\nclass Order(Base):"),
    ("class Order(Base):", "class Order(Base, metaclass=unread):"),
    ("class Base(models.Model):", "class Base(models.Model):\n    def __getattr__(self, name): ...\n"),
    ("class Order(Base):", "class Order(Base):\n    nubmer: int\n"),
    ("class Order(Base):", "class Order(Base):\n    nubmer = property(len)\n"),
    ("class Order(Base):", "class Order(Base):\n    for name in 'ab':\n        locals()[name] = 1\n"),
    ("class Order(Base):", "class Order(Base):\n    def g(self):\n        self.nubmer = 1\n"),
    ("class Tag(models.Model):", "class Tag(models.Model):\n    x = models.ForeignKey('shop.Order', models.CASCADE, related_name='nubmer')\n"),
    ("class Tag(models.Model):", "NAME = 'nubmer'\nclass Tag(models.Model):\n    x = models.ForeignKey('shop.Order', models.CASCADE, related_name=NAME)\n"),
    ("class Tag(models.Model):", "class Tag(models.Model):\n    x = models.ForeignKey(unknown(), models.CASCADE, related_name='nubmer')\n"),
    ("class Line(models.Model):", "class Nubmer(Order):\n    pass\n\n\nclass Line(models.Model):"),
]  # fmt: skip
SILENT += [
    {
        "shop/models.py": MODELS.replace(old, new),
        "shop/signals.py": HEAD + SAVED + "    instance.nubmer\n",
    }
    for old, new in OPEN
]


@pytest.mark.parametrize("files", SILENT)
def test_silent(files):
    assert_silent(files, CODE)


@pytest.mark.parametrize(
    ("line", "message", "near"),
    [
        ("instance.nubmer", "Order has no attribute 'nubmer'", "number"),
        ("instance.user.emial", "User has no attribute 'emial'", "email"),
        ("instance.tags.fitler()", "the manager of Tag has no 'fitler'", "filter"),
        ("Order.objects.filter(lines__nmae=1)", "Line has no field 'nmae'", "name"),
        ("Order.objects.filter(line=1)", "Order has no field 'line'", "lines"),
        ("Order.objects.filter(user__emial__in=[])", "User has no field 'emial'", "email"),
        ("Order.objects.filter(number__strtswith=1)", "Order.number has no lookup 'strtswith'", "startswith"),
        ("instance.line", "Order has no attribute 'line'", "lines"),
        ("instance.order.all()", "Order has no attribute 'order'", "order_set"),
        ("instance.userId", "Order has no attribute 'userId'", "user_id"),
    ],
)  # fmt: skip
def test_says_whose_name_it_is_and_what_was_meant(line, message, near):
    found = findings(HEAD + SAVED + f"    {line}\n", CODE)
    assert [(one.message, one.hint) for one in found] == [(message, f"did you mean {near!r}?")]


def test_says_what_an_enumeration_has():
    files = {
        "shop/models.py": "import enum\n" + ENUMS,
        "shop/signals.py": ENUM_HEAD + SAVED + "    instance.Status.CANCELLED, Size.SMALLL\n",
    }
    found = [(one.message, one.hint) for one in findings(files, CODE)]
    assert found == [
        ("Order.Status has no member 'CANCELLED'", "it has NEW, PAID, open"),
        ("Size has no member 'SMALLL'", "did you mean 'SMALL'?"),
    ]


def test_columns_are_those_of_the_name():
    found = findings(HEAD + SAVED + "    Order.objects.filter(number=1, nubmer=2)\n", CODE)
    assert [one.column for one in found] == [36]


ASK = """
import json, sys
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "shop"],
    AUTH_USER_MODEL="shop.User", DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
import django
django.setup()
from django.core.exceptions import FieldError, FieldDoesNotExist
from django.db import connection, transaction
from django.db.models import *
from django.shortcuts import get_object_or_404
from shop.models import *
with connection.schema_editor() as editor:
    for model in (User, Tag, Order, Gift, Line, Invoice):
        editor.create_model(model)
def rows():
    user = User.objects.create(username="u")
    parent = Order.objects.create(user=user)
    Invoice.objects.create(order=parent)
    one = Order.objects.create(user=user, parent=parent)
    Invoice.objects.create(order=one)
    Line.objects.create(order=one)
    return one
WRONG = (AttributeError, FieldError, FieldDoesNotExist, TypeError, ValueError)
said = {}
for line in json.load(sys.stdin):
    with transaction.atomic():
        names = {**globals(), "instance": rows(), "sender": Order}
        names["kwargs"] = {"instance": names["instance"]}
        try:
            result = eval(compile(line, "x", "eval"), names)
            for each in result if isinstance(result, tuple) else [result]:
                list(each) if isinstance(each, QuerySet) else None
            said[line] = ""
        except WRONG as error:
            said[line] = repr(error)
        except Exception as error:
            said[line] = ""
        transaction.set_rollback(True)
print(json.dumps(said))
"""
LATER = {"instance.nubmer = 3", "transaction.on_commit(lambda: print(instance.nubmer))"}
"""What is lost without an error, and what fails after the commit."""


def test_django_refuses_what_is_flagged_and_takes_the_rest(tmp_path: Path):
    for path, text in BASE.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text if path != "shop/apps.py" else "")
    (tmp_path / "ask.py").write_text(ASK)
    wrong = [line for line in FLAGGED_LINES if line not in LATER]
    right = [line for line in RIGHT_LINES if "unaccent" not in line and "orderproxy" not in line]
    done = subprocess.run(
        [sys.executable, "ask.py"],
        input=json.dumps([*wrong, *right]),
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    said = json.loads(done.stdout)
    assert {line for line in wrong if not said[line]} == set()
    assert {line: said[line] for line in right if said[line]} == {}
