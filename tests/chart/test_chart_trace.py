"""``signalgen trace``: the steps and their order, what is certain and what is not, and where it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

import signalgen
from signalgen.cli.jsonout import output_schema
from signalgen.cli.plain import run

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
from functools import partial

from django.core.mail import send_mail
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.dispatch import Signal, receiver

from shop.models import Entry, Line, Order, Tag
from shop.tasks import announce

paid = Signal()


"""
MODELS = """\
from django.db import models


class Tag(models.Model):
    name = models.CharField(max_length=9)


class Order(models.Model):
    state = models.CharField(max_length=9)
    tags = models.ManyToManyField(Tag)


class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)


class Entry(models.Model):
    text = models.TextField()

    def save(self, *args, **kwargs):
        announce_all(self)
        super().save(*args, **kwargs)


def announce_all(entry):
    Tag.objects.filter(name=entry.text).update(name="")
"""
TASKS = """\
from celery import shared_task

from shop.models import Tag


@shared_task
def announce(pk):
    Tag.objects.create(name=pk)
"""


def make(root: Path, receivers: str, **more: str) -> Path:
    texts = {
        "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n',
        "config/__init__.py": "",
        "config/settings.py": 'INSTALLED_APPS = ["stock", "shop"]\n',
        "shop/__init__.py": "",
        "shop/apps.py": "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n    name = 'shop'\n\n"
        "    def ready(self):\n        from shop import receivers\n",
        "shop/models.py": MODELS,
        "shop/tasks.py": TASKS,
        "shop/receivers.py": HEAD + receivers,
        "stock/__init__.py": "",
        **{name.replace("__", "/") + ".py": text for name, text in more.items()},
    }
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def lines(step, depth: int = 0) -> list[str]:
    """Return the tree with two spaces for each level; a step that may happen ends with its conditions."""
    when = f" ? {' & '.join(step.when)}" if step.when else ""
    again = " ..." if step.again else ""
    own = [f"{'  ' * depth}{step.text.replace('shop.receivers.', '')}{again}{when}"]
    return own + [line for one in step.steps for line in lines(one, depth + 1)]


def tree(root: Path, subject: str, event: str = "save", **options) -> list[str]:
    return lines(signalgen.trace(root, subject, event, **options).root)


def test_receivers_stand_around_the_row_with_what_they_do(tmp_path: Path):
    root = make(
        tmp_path,
        "@receiver(post_save, sender=Order)\ndef after(sender, instance, **kwargs):\n"
        "    Entry.objects.create(text='x')\n    paid.send(sender=Order)\n\n\n"
        "@receiver(pre_save, sender=Order)\ndef before(sender, instance, **kwargs):\n"
        "    Tag.objects.filter(name='a').delete()\n\n\n"
        "@receiver(paid)\ndef mail(sender, **kwargs):\n    send_mail('a', 'b', None, [])\n\n\n"
        "@receiver(post_save, sender=Tag)\ndef of_tag(sender, **kwargs):\n    print(sender)\n",
    )
    assert tree(root, "shop.Order") == [
        "shop.Order is saved",
        "  pre_save",
        "    before",
        "      deletes shop.Tag ? there are any",
        "  the row is written",
        "  post_save",
        "    after",
        "      creates shop.Entry",
        "        Entry.save() of its own",
        "          updates shop.Tag in bulk",
        "      sends paid",
        "        mail",
        "          sends mail",
    ]


CREATED = (
    "@receiver(post_save, sender=Order)\ndef after(sender, instance, created, raw=False, **kwargs):\n"
    "    if raw:\n        return\n"
    "    if created:\n        Tag.objects.create(name='x')\n    elif instance.state == 'paid':\n"
    "        write(instance)\n\n\n"
    "def write(order):\n    for kind in order.tags.all():\n        kind.save()\n        Entry.objects.create()\n"
)


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ("create", ["creates shop.Tag"]),
        (
            "update",
            [
                "saves shop.Tag ? instance.state == 'paid' & for each kind in order.tags.all()",
                "creates shop.Entry ? instance.state == 'paid' & for each kind in order.tags.all()",
                "Entry.save() of its own",
                "updates shop.Tag in bulk",
            ],
        ),
        (
            "save",
            [
                "creates shop.Tag ? created",
                "saves shop.Tag ? not created & instance.state == 'paid' & for each kind in order.tags.all()",
                "creates shop.Entry ? not created & instance.state == 'paid' & for each kind in order.tags.all()",
                "Entry.save() of its own",
                "updates shop.Tag in bulk",
            ],
        ),
    ],
)
def test_what_the_event_decides_is_decided_and_the_rest_is_open(
    tmp_path: Path, event: str, found: list[str]
):
    root = make(tmp_path, CREATED)
    assert [line.strip() for line in tree(root, "Order", event)[4:]] == found


def test_what_waits_stands_after_the_commit_with_the_task_below_it(tmp_path: Path):
    root = make(
        tmp_path,
        "@receiver(post_save, sender=Order)\ndef after(sender, instance, **kwargs):\n"
        "    transaction.on_commit(partial(announce.delay, instance.pk))\n"
        "    transaction.on_commit(lambda: Entry.objects.create())\n    announce.delay(1)\n",
    )
    assert tree(root, "Order")[1:] == [
        "  the row is written",
        "  post_save",
        "    after",
        "      queues announce",
        "        creates shop.Tag",
        "  the transaction commits",
        "    queues announce",
        "      creates shop.Tag",
        "    creates shop.Entry",
        "      Entry.save() of its own",
        "        updates shop.Tag in bulk",
    ]


def test_a_circle_ends_and_says_so(tmp_path: Path):
    root = make(
        tmp_path,
        "@receiver(post_save, sender=Order)\ndef one(sender, instance, **kwargs):\n    Tag.objects.create()\n\n\n"
        "@receiver(post_save, sender=Tag)\ndef two(sender, instance, **kwargs):\n    Order.objects.create()\n\n\n"
        "def loop():\n    loop()\n\n\n"
        "@receiver(pre_save, sender=Order)\ndef three(sender, **kwargs):\n    loop()\n",
    )
    found = tree(root, "Order")
    assert [line.strip() for line in found].count("creates shop.Order") == 1
    assert "            creates shop.Order" in found
    assert len(found) < 30


def test_a_deletion_takes_rows_along_where_somebody_hears_of_it(tmp_path: Path):
    root = make(
        tmp_path,
        "@receiver(post_delete, sender=Line)\ndef gone(sender, instance, **kwargs):\n    print(instance)\n",
    )
    assert tree(root, "Order", "delete") == [
        "shop.Order is deleted",
        "  deletes shop.Line rows by order ? there are any",
        "    the row is deleted",
        "    post_delete",
        "      gone",
        "  the row is deleted",
    ]
    assert tree(root, "Line", "save") == ["shop.Line is saved", "  the row is written"]


def test_many_to_many_actions_choose_their_branches(tmp_path: Path):
    root = make(
        tmp_path,
        "@receiver(m2m_changed, sender=Order.tags.through)\ndef tagged(sender, action, **kwargs):\n"
        "    if action == 'post_add':\n        Entry.objects.filter(pk=1).update(text='')\n",
    )
    found = tree(root, "Order", "m2m:tags")
    assert found.count("      updates shop.Entry in bulk") == 1
    assert (
        found[found.index("      updates shop.Entry in bulk") - 2].strip()
        == "post_add: m2m_changed"
    )


THROUGHS = """

class PreOrder(models.Model):
    tags = models.ManyToManyField(Tag)
    marks = models.ManyToManyField(Tag, related_name="+", through="Mark")


class Mark(models.Model):
    order = models.ForeignKey(PreOrder, on_delete=models.CASCADE)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE)


class LateOrder(PreOrder):
    pass
"""


@pytest.mark.parametrize(
    ("model", "field", "heard"),
    [
        ("Order", "tags", ["of_order"]),
        ("PreOrder", "tags", ["of_pre"]),
        ("LateOrder", "tags", ["of_pre"]),
        ("PreOrder", "marks", ["of_mark"]),
    ],
)
def test_a_many_to_many_field_is_heard_by_its_own_rows_alone(
    tmp_path: Path, model: str, field: str, heard: list[str]
):
    senders = {
        "of_order": "Order.tags.through",
        "of_pre": "PreOrder.tags.through",
        "of_mark": "Mark",
    }
    root = make(
        tmp_path,
        "from shop.models import Mark, PreOrder\n\n\n"
        + "".join(
            f"@receiver(m2m_changed, sender={sender})\ndef {name}(**kwargs):\n    print(kwargs)\n\n\n"
            for name, sender in senders.items()
        ),
        shop__models=MODELS + THROUGHS,
    )
    steps = signalgen.trace(root, model, f"m2m:{field}").root.walk()
    names = [step.name.rpartition(".")[2] for step in steps if step.kind == "receiver"]
    assert list(dict.fromkeys(names)) == heard


def test_receivers_are_called_in_the_order_of_the_installed_apps(tmp_path: Path):
    text = (
        "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n\n\n"
        '@receiver(post_save, sender="shop.Order")\ndef first(sender, **kwargs):\n    print(sender)\n'
    )
    apps = (
        "from django.apps import AppConfig\n\n\nclass StockConfig(AppConfig):\n    name = 'stock'\n\n"
        "    def ready(self):\n        from stock import receivers\n"
    )
    root = make(
        tmp_path,
        "@receiver(post_save, sender=Order)\ndef second(sender, **kwargs):\n    print(sender)\n",
        stock__receivers=text,
        stock__apps=apps,
    )
    found = [
        step.name for step in signalgen.trace(root, "Order").root.walk() if step.kind == "receiver"
    ]
    assert found == ["stock.receivers.first", "shop.receivers.second"]


def test_a_receiver_of_every_sender_hears_and_an_unknown_sender_only_may(tmp_path: Path):
    root = make(
        tmp_path,
        "@receiver(post_save)\ndef every(sender, **kwargs):\n    print(sender)\n\n\n"
        "def some(sender, **kwargs):\n    print(sender)\n\n\n"
        "def connect(kinds):\n    for kind in kinds():\n        post_save.connect(some, sender=kind)\n",
    )
    found = {
        step.name: step.when
        for step in signalgen.trace(root, "Tag").root.walk()
        if step.kind == "receiver"
    }
    assert found["shop.receivers.every"] == ()
    assert found["shop.receivers.some"] == ("the sender is this model (known only at run time)",)


def test_writes_behind_relations_and_to_models_of_packages_are_followed(tmp_path: Path):
    text = (
        "\n\nclass Profile(models.Model):\n"
        '    user = models.OneToOneField("auth.User", related_name="card", on_delete=models.CASCADE)\n'
    )
    root = make(
        tmp_path,
        "from django.apps import apps\nfrom django.contrib.auth.models import Group, Permission, User\n"
        "from shop.models import Profile\n\nLate = apps.get_model('shop', 'Entry')\n\n\n"
        "@receiver(post_save, sender=User)\ndef of_user(sender, instance, **kwargs):\n"
        "    instance.card.save()\n    touch(instance)\n\n\n"
        "def touch(user):\n    user.card.delete()\n\n\n"
        "@receiver(post_save, sender=Order)\ndef of_order(sender, instance, **kwargs):\n"
        "    User.objects.create_user('x')\n    Late.objects.create()\n"
        "    Group.objects.filter(name='y').update(name='z')\n    Permission.objects.create()\n\n\n"
        "@receiver(pre_delete, sender=Profile)\ndef of_profile(sender, **kwargs):\n    print(sender)\n",
        shop__models=MODELS + text,
    )
    assert [line.strip() for line in tree(root, "Order") if "Entry.save" not in line][3:] == [
        "of_order",
        "creates auth.User",
        "post_save",
        "of_user",
        "saves shop.Profile",
        "deletes shop.Profile",
        "pre_delete",
        "of_profile",
        "creates shop.Entry",
        "updates shop.Tag in bulk",
        "updates auth.Group in bulk",
        "creates auth.Permission",
    ]


def test_what_a_lookup_may_miss_is_open_and_save_base_is_read(tmp_path: Path):
    text = "\n\nclass Mark(models.Model):\n    def save_base(self, *args, **kwargs):\n        announce_all(self)\n"
    root = make(
        tmp_path,
        "@receiver(post_save, sender=Tag)\ndef of_tag(sender, **kwargs):\n    try:\n"
        "        line = Line.objects.get(pk=1)\n        line.delete()\n"
        "    except Line.DoesNotExist:\n        Order.objects.create()\n",
        shop__models=MODELS + text,
    )
    assert tree(root, "Tag")[3:] == [
        "    of_tag",
        "      deletes shop.Line ? no Line.DoesNotExist",
        "      creates shop.Order ? on Line.DoesNotExist",
    ]
    assert tree(root, "Mark")[1:3] == [
        "  Mark.save_base() of its own",
        "    updates shop.Tag in bulk",
    ]


def test_receivers_that_django_never_calls_are_left_out(tmp_path: Path):
    heard = "@receiver(post_save, sender=Tag)\ndef {}(sender, **kwargs):\n    print(sender)\n\n\n"
    root = make(
        tmp_path,
        heard.format("twice") + heard.format("twice") + heard.format("called") + "def connect():\n"
        "    def local(sender, **kwargs):\n        print(sender)\n\n"
        "    post_save.connect(local, sender=Tag)\n\n\nconnect()\n",
        shop__forgotten=HEAD + heard.format("never"),
    )
    fates = {row.receiver: row.fates for row in signalgen.listing(root, unloaded=True).rows}
    assert set(fates) == {
        "shop.forgotten.never",
        "shop.receivers.connect.local",
        "shop.receivers.twice",
    }
    found = [step for step in signalgen.trace(root, "Tag").root.walk() if step.kind == "receiver"]
    assert [step.name for step in found] == ["shop.receivers.twice", "shop.receivers.called"]


def test_a_receiver_that_is_connected_twice_is_called_once(tmp_path: Path):
    root = make(
        tmp_path,
        "@receiver(post_save, sender=Tag)\ndef one(sender, **kwargs):\n    print(sender)\n\n\n"
        'post_save.connect(one, sender="shop.Tag")\n'
        'post_save.connect(one, sender=Tag, dispatch_uid="again")\npost_save.connect(one)\n',
    )
    # Another uid and another sender are other registrations.
    found = [
        step.name for step in signalgen.trace(root, "Tag").root.walk() if step.kind == "receiver"
    ]
    assert found == ["shop.receivers.one"] * 3


def test_only_what_leads_to_a_name_is_kept(tmp_path: Path, capsys):
    root = make(
        tmp_path,
        "@receiver(post_save, sender=Order)\ndef one(sender, instance, **kwargs):\n    announce.delay(1)\n\n\n"
        "@receiver(post_save, sender=Order)\ndef two(sender, instance, **kwargs):\n    Entry.objects.create()\n",
    )
    assert [line.strip() for line in tree(root, "Order", to="announce")] == [
        "shop.Order is saved",
        "post_save",
        "one",
        "queues announce",
        "creates shop.Tag",
    ]
    assert run(["trace", "Order", "--to", "nothing", "--project", str(root)]) == 2
    assert "that leads to no nothing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("Ordr",), "did you mean shop.Order?"),
        (("paidd",), "did you mean shop.receivers.paid?"),
        (("Order", "sav"), "did you mean save?"),
        (("Order", "m2m:tag"), "did you mean m2m:tags?"),
        (("xyzzy",), "signalgen list names the models and signals"),
    ],
)
def test_what_there_is_not_is_an_error_with_what_is_meant(
    tmp_path: Path, capsys, words: tuple[str, ...], said: str
):
    root = make(tmp_path, "")
    assert run(["trace", *words, "--project", str(root)]) == 2
    assert said in capsys.readouterr().err


def test_a_model_is_found_by_every_spelling_and_the_stock_user_by_its_name(tmp_path: Path):
    root = make(tmp_path, "")
    for name in ("shop.Order", "shop.order", "order", "shop.models.Order"):
        assert tree(root, name)[0] == "shop.Order is saved"
    assert tree(root, "auth.User", "create")[0] == "auth.User is created"


def test_two_models_of_one_name_have_to_be_told_apart(tmp_path: Path, capsys):
    root = make(
        tmp_path,
        "",
        stock__models="from django.db import models\n\n\nclass Order(models.Model):\n    pass\n",
    )
    assert run(["trace", "Order", "--project", str(root)]) == 2
    assert "shop.Order, stock.Order" in capsys.readouterr().err


def test_json_holds_to_its_schema_and_text_and_markdown_show_the_same_steps(tmp_path: Path, capsys):
    root = make(tmp_path, CREATED)
    said = {}
    for name in ("json", "text", "markdown"):
        assert run(["trace", "Order", "--project", str(root), "--format", name]) == 0
        said[name] = capsys.readouterr().out
    answer = json.loads(said["json"])
    jsonschema.validate(answer, output_schema(), cls=jsonschema.Draft202012Validator)
    steps = sum(1 for _ in signalgen.trace(root, "Order").root.walk())
    assert steps == len(said["text"].splitlines()) == len(said["markdown"].splitlines())
    assert "└─ post_save" in said["text"]
    assert "- creates shop.Tag \\[if created\\]" in said["markdown"]


MIXED = """\
from django.db import models, transaction


class Note(models.Model):
    text = models.CharField(max_length=9)


class Shelf(models.Model):
    pass


class Logged:
    def delete(self, *args, **kwargs):
        owner = self.owner
        done = super().delete(*args, **kwargs)
        owner.log()
        return done


class Counted:
    def save(self, *args, **kwargs):
        if self._state.adding:
            return super().save(*args, **kwargs)
        Note.objects.create(text="old")
        done = super().save(*args, **kwargs)
        self.tell()
        return done

    def delete(self, *args, **kwargs):
        self.tell()
        return super().delete(*args, **kwargs)

    def tell(self):
        raise NotImplementedError


class Base(Logged, Counted, models.Model):
    class Meta:
        abstract = True


class Box(models.Model):
    def log(self):
        Note.objects.filter(pk=1).update(text="")


class Thing(Base):
    box = models.ForeignKey(Box, on_delete=models.CASCADE)

    @property
    def owner(self):
        return self.box

    def tell(self):
        Shelf.objects.create()


class Plain(models.Model):
    box = models.ForeignKey(Box, on_delete=models.CASCADE)
"""


def test_own_methods_are_followed_along_super_around_the_row(tmp_path: Path):
    root = make(
        tmp_path,
        '@receiver(post_delete, sender="shop.Thing")\ndef gone(sender, **kwargs):\n    print(sender)\n',
        shop__models=MODELS + MIXED.replace("from django.db import models, transaction\n", ""),
    )
    assert tree(root, "Thing", "delete") == [
        "shop.Thing is deleted",
        "  Counted.delete() that it inherits",
        "    creates shop.Shelf",
        "  the row is deleted",
        "  post_delete",
        "    gone",
        "  Logged.delete() that it inherits, after the row",
        "    updates shop.Note in bulk",
    ]
    assert tree(root, "Thing", "save") == [
        "shop.Thing is saved",
        "  Counted.save() that it inherits",
        "    creates shop.Note ? not self._state.adding",
        "  the row is written",
        "  Counted.save() that it inherits, after the row",
        "    creates shop.Shelf ? not self._state.adding",
    ]
    # A sister without the mixins has none of it.
    assert tree(root, "Plain", "delete") == ["shop.Plain is deleted", "  the row is deleted"]


KEPT = """

class Kept(models.Model):
    gone = models.BooleanField(default=False)

    def delete(self, *args, **kwargs):
        {body}


class Part(models.Model):
    kept = models.ForeignKey(Kept, on_delete=models.CASCADE)
"""
HEARD = (
    '@receiver(pre_delete, sender="shop.Kept")\n@receiver(post_save, sender="shop.Kept")\n'
    '@receiver(post_delete, sender="shop.Part")\ndef heard(sender, **kwargs):\n    print(sender)\n'
)


def test_a_delete_that_only_marks_the_row_deletes_none(tmp_path: Path):
    body = "self.gone = True\n        self.save()"
    root = make(tmp_path, HEARD, shop__models=MODELS + KEPT.format(body=body))
    assert tree(root, "Kept", "delete") == [
        "shop.Kept is deleted",
        "  Kept.delete() of its own",
        "    saves shop.Kept",
        "      post_save",
        "        heard",
        "  no row is deleted: Kept.delete() does not call super().delete()",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "super().delete(*args, **kwargs)",
        "super(Kept, self).delete(*args, **kwargs)",
        "models.Model.delete(self, *args, **kwargs)",
        "call_later(super().delete)",
        "self._really()\n\n    def _really(self):\n        super().delete()",
    ],
)
def test_a_delete_that_leads_on_deletes_the_row(tmp_path: Path, body: str):
    root = make(tmp_path, HEARD, shop__models=MODELS + KEPT.format(body=body))
    assert tree(root, "Kept", "delete") == [
        "shop.Kept is deleted",
        "  pre_delete",
        "    heard",
        "  deletes shop.Part rows by kept ? there are any",
        "    the row is deleted",
        "    post_delete",
        "      heard",
        "  the row is deleted",
    ]


def test_rows_that_go_with_a_query_or_along_are_not_deleted_by_their_own_method(tmp_path: Path):
    text = (
        "\n\nclass Mark(models.Model):\n    line = models.ForeignKey(Line, on_delete=models.CASCADE)\n\n"
        "    def delete(self, *args, **kwargs):\n        announce_all(self)\n"
        "        return super().delete(*args, **kwargs)\n"
    )
    root = make(
        tmp_path,
        '@receiver(post_delete, sender="shop.Mark")\ndef gone(sender, **kwargs):\n    print(sender)\n\n\n'
        "@receiver(post_save, sender=Tag)\ndef many(sender, instance, **kwargs):\n"
        "    Mark.objects.filter(pk=1).delete()\n\n\n"
        "@receiver(post_save, sender=Entry)\ndef one(sender, instance, **kwargs):\n"
        "    Mark.objects.get(pk=1).delete()\n",
        shop__models=MODELS + text,
    )
    path = root / "shop/receivers.py"
    path.write_text(path.read_text() + "\n\nfrom shop.models import Mark\n")
    bulk = "updates shop.Tag in bulk"
    for model, event in (("Tag", "save"), ("Line", "delete")):
        found = tree(root, model, event)
        assert any(line.strip() == "gone" for line in found), found
        assert not any(bulk in line for line in found), found
    assert any(bulk in line for line in tree(root, "Mark", "delete"))
    found = [line.strip() for line in tree(root, "Entry", "save")]
    assert found[found.index("one") :][:3] == [
        "one",
        "deletes shop.Mark",
        "Mark.delete() of its own",
    ]


def test_a_branch_that_stands_above_is_not_told_again(tmp_path: Path, capsys):
    root = make(
        tmp_path,
        "@receiver(post_save, sender=Order)\ndef one(sender, instance, **kwargs):\n"
        "    Tag.objects.create(name='a')\n    Tag.objects.create(name='b')\n\n\n"
        "@receiver(post_save, sender=Tag)\ndef of_tag(sender, **kwargs):\n"
        "    Entry.objects.create()\n    Line.objects.create()\n",
    )
    assert run(["trace", "Order", "--project", str(root)]) == 0
    text = capsys.readouterr().out
    assert text.count("creates shop.Line") == text.count("(see above)") == 1
    assert text.index("creates shop.Line") < text.index("(see above)")
    assert run(["trace", "Order", "--project", str(root), "--format", "json"]) == 0
    assert capsys.readouterr().out.count('"creates shop.Line"') == 2


RELATED = """

class Label(models.Model):
    orders = models.ManyToManyField(Order, related_name="labels")


class Case(models.Model):
    order = models.ForeignKey(Order, related_name="cases", on_delete=models.CASCADE)
"""


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (
            "instance.tags.add(1)",
            [
                "may change tags of shop.Order ? this changes anything",
                "pre_add: m2m_changed",
                "of_tags",
                "post_add: m2m_changed",
                "of_tags",
                "updates shop.Entry in bulk",
            ],
        ),
        (
            "instance.tags.set([1])",
            [
                "may change tags of shop.Order ? this changes anything",
                "pre_remove: m2m_changed",
                "of_tags",
                "post_remove: m2m_changed",
                "of_tags",
                "pre_add: m2m_changed",
                "of_tags",
                "post_add: m2m_changed",
                "of_tags",
                "updates shop.Entry in bulk",
            ],
        ),
        (
            "instance.tags.clear()",
            [
                "may change tags of shop.Order ? this changes anything",
                "pre_clear: m2m_changed",
                "of_tags",
                "post_clear: m2m_changed",
                "of_tags",
            ],
        ),
        ("instance.labels.add(1)", ["may change orders of shop.Label ? this changes anything"]),
        ("instance.cases.add(1)", []),
        ("instance.tags.add()", []),
        ("instance.state.add(1)", []),
        ("set().add(instance)", []),
    ],
)
def test_a_change_of_a_many_to_many_field_is_told_with_what_hears_it(
    tmp_path: Path, code: str, found: list[str]
):
    root = make(
        tmp_path,
        f"@receiver(post_save, sender=Order)\ndef one(sender, instance, **kwargs):\n    {code}\n\n\n"
        "@receiver(m2m_changed, sender=Order.tags.through)\ndef of_tags(sender, action, **kwargs):\n"
        "    if action == 'post_add':\n        Entry.objects.filter(pk=1).update(text='')\n",
        shop__models=MODELS + RELATED,
    )
    assert [line.strip() for line in tree(root, "Order")[4:]] == found


SHARED = """

class Making(models.Manager):
    def make(self, name):
        row = self.model(name=name)
        row.save()
        return self.create(name=name)


class Leaf(models.Model):
    name = models.TextField()
    objects = Making()


class Root(models.Model):
    name = models.TextField()
    objects = Making()
"""


def test_a_manager_that_models_share_writes_rows_of_the_model_before_it(tmp_path: Path):
    root = make(
        tmp_path,
        "from shop.models import Leaf\n\n\n"
        "@receiver(post_save, sender=Order)\ndef one(sender, **kwargs):\n    Leaf.objects.make('x')\n\n\n"
        "@receiver(post_save, sender=Leaf)\ndef of_leaf(sender, **kwargs):\n    print(sender)\n\n\n"
        "@receiver(post_save, sender=Tag)\ndef two(sender, maker, **kwargs):\n    maker.make('x')\n",
        shop__models=MODELS + SHARED,
    )
    heard = ["post_save", "of_leaf"]
    found = [line.strip() for line in tree(root, "Order")[4:]]
    assert found == ["creates shop.Leaf", *heard] * 2
    assert [line.strip() for line in tree(root, "Tag")[3:]] == ["two"]


@pytest.mark.parametrize(
    ("test", "event", "when"),
    [
        ("created and instance.state", "create", ["instance.state"]),
        ("raw or instance.state", "save", ["instance.state"]),
        ("not (kwargs['raw'] or instance.state)", "save", ["not instance.state"]),
        (
            "created and instance.state or instance.pk",
            "create",
            ["instance.state or instance.pk"],
        ),
        ("created and instance.state", "save", ["created and instance.state"]),
        ("instance.pk and instance.state", "create", ["instance.pk and instance.state"]),
    ],
)
def test_a_condition_has_only_what_the_event_leaves_open(
    tmp_path: Path, test: str, event: str, when: list[str]
):
    root = make(
        tmp_path,
        "@receiver(post_save, sender=Order)\ndef one(sender, instance, created, raw=False, **kwargs):\n"
        f"    if {test}:\n        Entry.objects.create()\n",
    )
    step = next(
        one for one in signalgen.trace(root, "Order", event).root.walk() if one.kind == "write"
    )
    assert list(step.when) == when


def test_alternatives_among_several_conditions_stand_in_brackets(tmp_path: Path, capsys):
    root = make(
        tmp_path,
        "@receiver(post_save, sender=Order)\ndef one(sender, instance, **kwargs):\n"
        "    if instance.pk or instance.state:\n        Tag.objects.create()\n"
        "        if instance.tags:\n            Entry.objects.create()\n",
    )
    assert run(["trace", "Order", "--project", str(root)]) == 0
    text = capsys.readouterr().out
    assert "creates shop.Tag  [if instance.pk or instance.state]" in text
    assert "creates shop.Entry  [if (instance.pk or instance.state) and instance.tags]" in text


KINDS = """

class Parent(models.Model):
    pass


class Child(Parent):
    pass


class Mixin:
    pass


class Mixed(Mixin, models.Model):
    pass
"""


@pytest.mark.parametrize(
    ("test", "model", "when"),
    [
        ("sender is Order", "Order", ()),
        ("sender is Order", "Tag", None),
        ("sender == Order and instance.state", "Order", ("instance.state",)),
        ("sender != Order", "Order", None),
        ("sender not in (Order, Tag)", "Tag", None),
        ("sender in [Order, Tag]", "Tag", ()),
        ("sender in wanted", "Tag", ("sender in wanted",)),
        ("sender is get_user_model()", "Tag", ("sender is get_user_model()",)),
        ("type(instance) is Order", "Tag", None),
        ("instance.__class__ == Order", "Order", ()),
        ("isinstance(instance, Order)", "Tag", None),
        ("isinstance(instance, (Tag, Order))", "Tag", ()),
        ("isinstance(instance, Parent)", "Child", ()),
        ("isinstance(instance, Child)", "Parent", None),
        ("isinstance(instance, Mixin)", "Mixed", ()),
        ("isinstance(instance, kinds_of_shop.Mixin)", "Mixed", ()),
        ("instance.pk or sender is Order", "Order", ()),
        ("instance.pk and sender is Order", "Tag", None),
        ("issubclass(sender, Parent)", "Child", ()),
        ("isinstance(instance, kinds)", "Tag", ("isinstance(instance, kinds)",)),
        ("isinstance(instance.tags, Order)", "Tag", ("isinstance(instance.tags, Order)",)),
        ("isinstance(instance, Foreign)", "Tag", ("isinstance(instance, Foreign)",)),
        ("not isinstance(instance, Order) or instance.pk", "Order", ("instance.pk",)),
    ],
)
def test_what_a_receiver_asks_of_its_sender_is_decided(
    tmp_path: Path, test: str, model: str, when: tuple[str, ...] | None
):
    root = make(
        tmp_path,
        "from elsewhere.models import Foreign\nfrom shop import kinds as kinds_of_shop\n"
        "from shop.models import Child, Mixin, Parent\n\n\n"
        f"@receiver(post_save)\ndef every(sender, instance, **kwargs):\n    if {test}:\n"
        "        announce.delay(1)\n",
        shop__models=MODELS + KINDS,
        shop__kinds="from shop.models import Mixin\n",
    )
    found = [one for one in signalgen.trace(root, model).root.walk() if one.kind == "task"]
    # The task makes a tag, which is heard as well.
    assert [one.when for one in found[:1]] == ([] if when is None else [when])


def test_a_receiver_that_leaves_for_other_senders_does_nothing_for_them(tmp_path: Path):
    root = make(
        tmp_path,
        "@receiver(post_save)\ndef every(sender, instance, **kwargs):\n"
        "    if not isinstance(instance, Order):\n        return\n    announce.delay(1)\n",
    )
    for model, tasks in (("Order", [()]), ("Tag", [])):
        found = signalgen.trace(root, model).root.walk()
        assert [one.when for one in found if one.kind == "task"] == tasks


NOTE = "\n\n    def note(self):\n        Tag.objects.{}()"


def test_a_receiver_of_several_models_gets_a_row_of_the_one_that_is_saved(tmp_path: Path):
    root = make(
        tmp_path,
        "@receiver(post_save, sender=Order)\n@receiver(post_save, sender=Line)\n"
        "def both(sender, instance, **kwargs):\n    if sender is Line:\n"
        "        touch(instance.order)\n    else:\n        instance.tags.clear()\n"
        "    instance.note()\n\n\n"
        "def touch(order):\n    order.save()\n",
        shop__models=MODELS.replace(
            "models.CASCADE)", f"models.CASCADE){NOTE.format('create')}"
        ).replace("Field(Tag)", f"Field(Tag){NOTE.format('all().delete')}"),
    )
    cleared = "may change tags of shop.Order ? this changes anything"
    assert tree(root, "Order", "save") == [
        "shop.Order is saved",
        "  the row is written",
        "  post_save",
        "    both",
        f"      {cleared}",
        "      deletes shop.Tag ? there are any",
    ]
    assert tree(root, "Line", "save") == [
        "shop.Line is saved",
        "  the row is written",
        "  post_save",
        "    both",
        "      saves shop.Order",
        "        post_save",
        "          both",
        f"            {cleared}",
        "            deletes shop.Tag ? there are any",
        "      creates shop.Tag",
    ]


FOLLOWED = """

class Above(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)

    def save(self, *args, **kwargs):
        {body}

    def note(self):
        Entry.objects.filter(pk=1).update(text="")

    @property
    def owner(self):
        return self.order

    @property
    def either(self):
        if self.pk:
            return self.order
        return Tag.objects.get()

    class Meta:
        abstract = True


class Below(Above):
    def note(self):
        super().note()
        paid.send(sender=Below)
"""
WRITTEN = "  the row is written"
BULK = "updates shop.Entry in bulk"


@pytest.mark.parametrize(
    ("body", "steps"),
    [
        # The row is written by Django's other method, and what follows a loop is after it.
        ("self.save_base(raw=True)", [WRITTEN]),
        (
            "for _ in range(2):\n            super().save()\n        Tag.objects.create()",
            [WRITTEN, "  Above.save() that it inherits, after the row", "    creates shop.Tag"],
        ),
        # A helper that is overridden calls the one above it.
        (
            "self.note()\n        super().save()",
            [
                "  Above.save() that it inherits",
                f"    {BULK}",
                "    sends shop.models.paid",
                WRITTEN,
            ],
        ),
        (
            "self.owner.log()\n        super().save()",
            ["  Above.save() that it inherits", f"    {BULK}", WRITTEN],
        ),
        # What a property returns is not one row, and a row of another model has no such property.
        ("self.either.log()\n        super().save()", [WRITTEN]),
        ("self.order.owner.log()\n        super().save()", [WRITTEN]),
    ],
)
def test_what_a_save_leads_to_is_followed_through_the_classes_of_its_row(
    tmp_path: Path, body: str, steps: list[str]
):
    paid = "from django.dispatch import Signal\n\npaid = Signal()\n\n\n"
    log = "\n\n    def log(self):\n        Entry.objects.filter(pk=1).update(text='')"
    models = MODELS.replace("max_length=9)\n\n", f"max_length=9){log}\n\n")
    models = models.replace("Field(Tag)", f"Field(Tag){log}") + FOLLOWED.format(body=body)
    root = make(tmp_path, "", shop__models=paid + models)
    assert tree(root, "Below") == ["shop.Below is saved", *steps]


def test_many_to_many_fields_are_told_awaited_of_parents_and_never_of_unsure_rows(tmp_path: Path):
    root = make(
        tmp_path,
        "@receiver(post_save, sender=Line)\nasync def of_line(sender, instance, **kwargs):\n"
        "    await instance.order.tags.aadd(1)\n    await instance.order.tags.aset([])\n\n\n"
        "@receiver(m2m_changed, sender=Order.tags.through)\ndef tagged(sender, **kwargs):\n"
        "    print(sender)\n\n\n"
        "@receiver(post_save, sender='shop.Label')\ndef of_label(sender, instance, **kwargs):\n"
        "    instance.order_set.clear()\n\n\n"
        "@receiver(post_save, sender=Entry)\ndef of_entry(sender, instance, **kwargs):\n"
        "    row = Line.objects.get() if instance.text else Order.objects.get()\n"
        "    row.tags.clear()\n",
        shop__models=MODELS + "\n\nclass Label(Tag):\n    pass\n",
    )
    may = "may change tags of shop.Order ? this changes anything"
    added = ["pre_add: m2m_changed", "post_add: m2m_changed"]
    both = ["pre_remove: m2m_changed", "post_remove: m2m_changed", *added]
    assert tree(root, "Line")[3:] == [
        "    of_line",
        *[f"      {may}", *(f"        {one}" for pair in added for one in (pair, "  tagged"))],
        *[f"      {may}", *(f"        {one}" for pair in both for one in (pair, "  tagged"))],
    ]
    cleared = [line for line in tree(root, "Label") if "shop.Order" in line]
    assert cleared == [f"      {may}"]
    assert not [line for line in tree(root, "Entry") if "tags" in line]
