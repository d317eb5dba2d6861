"""Whatever a recipe is given is held against the project: wrong for certain is an error at the value, unknown is nothing."""

from __future__ import annotations

import pytest
from generate_kit import build, spec_text

from signalgen.errors import SpecError
from signalgen.generating import generate
from signalgen.index import read_project
from signalgen.spec import Catalogue, read_spec

MODELS = """
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from keeping import Kept


class Tag(models.Model):
    name = models.CharField(max_length=40, unique=True)
    uses = models.IntegerField(default=0)
    label = models.CharField(max_length=4, default="x")


class Customer(models.Model):
    name = models.CharField(max_length=80)
    age = models.IntegerField(default=0)


class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    title = models.CharField(max_length=80)
    slug = models.SlugField(blank=True)
    status = models.CharField(max_length=20, default="new")
    total = models.IntegerField(default=0)
    changed_at = models.DateTimeField(null=True)
    paper = models.FileField(blank=True)
    tags = models.ManyToManyField(Tag, related_name="orders", blank=True)
    rates = models.ManyToManyField(Tag, through="Rate", related_name="rated")

    @property
    def shown(self):
        return self.title

    def loud(self):
        return self.title.upper()


class Express(Order):
    pass


class Team(Group):
    pass


class Badge(models.Model):
    team = models.ForeignKey(Group, on_delete=models.CASCADE)


class Rate(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE)
    value = models.IntegerField(default=0)


class Invoice(models.Model):
    order = models.OneToOneField(Order, on_delete=models.CASCADE)
    number = models.IntegerField()
    note = models.CharField(max_length=10)


class Bill(models.Model):
    order = models.OneToOneField(Order, on_delete=models.CASCADE)
    number = models.IntegerField()

    def save(self, *args, **kwargs):
        self.number = self.number or 1
        super().save(*args, **kwargs)


class Heard(models.Model):
    order = models.OneToOneField(Order, on_delete=models.CASCADE)
    number = models.IntegerField()


class Item(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items")
    price = models.IntegerField()
    other = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE)
    rush = models.ForeignKey(Express, null=True, on_delete=models.CASCADE, related_name="+")


class AuditEntry(models.Model):
    action = models.CharField(max_length=20)
    object_id = models.CharField(max_length=40)
    data = models.JSONField(default=dict)


class Note(models.Model):
    action = models.CharField(max_length=20)
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    data = models.TextField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


class Change(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="changes")
    field = models.CharField(max_length=20)
    old_value = models.CharField(max_length=20)
    new_value = models.CharField(max_length=20)


class Needy(Change):
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


class Login(models.Model):
    event = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    address = models.CharField(max_length=45, blank=True)


class Quiet(models.Model):
    event = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)
    address = models.CharField(max_length=45, blank=True)


class Base(models.Model):
    class Meta:
        abstract = True


class Strange(Kept, models.Model):
    pass
"""
MAIL = """
from celery import shared_task

LIMIT = 3


def announce(pk):
    pass


@shared_task
def announce_later(pk):
    pass


class Mailer:
    def send(self, pk):
        pass


if LIMIT:
    def sometimes(pk):
        pass
"""
FILES = {
    "shop/models.py": MODELS,
    "shop/mail.py": MAIL,
    "shop/loose.py": "from somewhere import *\n",
    "shop/tasks.py": "from celery import shared_task\n\n\n@shared_task\ndef send_receipt(pk):\n    pass\n\n\ndef plain_helper(pk):\n    pass\n",
    "shop/receivers.py": "from django.db.models.signals import pre_save\nfrom django.dispatch import receiver\n\nfrom .models import Heard\n\n\n@receiver(pre_save, sender=Heard)\ndef number(sender, instance, **kwargs):\n    instance.number = 1\n",
    "crm/models.py": "from django.conf import settings\nfrom django.db import models\n\n\nclass Profile(models.Model):\n    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)\n    orders = models.IntegerField(default=0)\n",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return the shop, read once: nothing is written."""
    return read_project(build(tmp_path_factory.mktemp("uses"), FILES))


def problems(project, recipe, catalogue=None):
    text = spec_text(f"recipes:\n  - {recipe}\n").encode()
    try:
        spec = read_spec(text, file="s.yaml", source="s.yaml", catalogue=catalogue)
        return generate([spec], project).problems
    except SpecError as error:
        return error.problems


# Each with a ^ before the place of the error, its code, and words of the message or hint.
WRONG = [
    ("audit_log, model: Order, fields: [^titel], logger: x", "unknown-field", "'title'"),
    ("audit_log, model: Order, fields: [^loud], logger: x", "wrong-field", "property"),
    ("audit_log, model: Order, fields: [title, ^tags], logger: x", "wrong-field", "columns of"),
    ("audit_log, model: Order, fields: [title], log_model: ^AuditEntri", "unknown-model", "'AuditEntry'"),
    ("audit_log, model: Order, fields: [title], log_model: ^Base", "abstract-model", "derives"),
    ("audit_log, model: Order, fields: [title], log_model: ^Change, columns: {action: field, object_id: order_id}", "unknown-field", "use columns: {data: …}"),
    ("audit_log, model: Order, fields: [title], log_model: ^AuditEntry, actor: instance.author_id", "unknown-field", "{actor_id: …}"),
    ("audit_log, model: Order, fields: [title], log_model: AuditEntry, columns: {data: ^dat}", "unknown-field", "'data'"),
    ("audit_log, model: Order, fields: [title], log_model: Note, actor: instance.pk, columns: {object_id: order_id, actor_id: ^owner}", "wrong-field", "write owner_id"),
    ("audit_log, model: Order, fields: [title], log_model: ^Note, columns: {object_id: order_id}", "missing-value", "owner"),
    ("audit_log, model: Order, fields: [title], logger: x, actor: ^instance.autor_id", "unknown-field", "'author_id'"),
    ("bulk_service, model: Order, action: a, set: {^tags: '1'}", "wrong-field", "columns of"),
    ("bulk_service, model: Order, action: a, set: {total: 'F(^\"totl\") + 1'}", "unknown-field", "'total'"),
    ("bulk_service, model: Order, action: a, set: {total: '1'}, after: ^shop.mail.anounce", "unknown-function", "'announce'"),
    ("cache_invalidate, model: Order, keys: ^'o:{instance.titel}'", "unknown-field", "'title'"),
    ("cache_invalidate, model: Order, keys: a, m2m: ^tag", "unknown-field", "'tags'"),
    ("cache_invalidate, model: Order, keys: a, m2m: ^customer", "not-m2m", "tags"),
    ("counter, model: Order, target: Customer, field: age, link: ^author", "wrong-link", "links to Customer: customer"),
    ("counter, model: Order, target: crm.Profile, field: orders, link: ^author", "wrong-link", "Order has no foreign key to Profile"),
    ("counter, model: Order, target: Customer, field: ^name", "wrong-field", "numbers of Customer: age"),
    ("counter, model: Order, target: Customer, field: age, link: ^title", "wrong-field", "links to Customer: customer"),
    ("counter, model: Order, target: Customer, field: age, link: ^customer_id", "wrong-field", "write customer"),
    ("counter, model: Order, target: ^Custmer, field: age", "unknown-model", "'Customer'"),
    ("counter, model: Order, target: ^crm.Profil, field: orders, link: author", "unknown-model", "'crm.Profile'"),
    ("counter, model: Order, target: ^nowhere.Thing, field: orders, link: author", "unknown-model", "nowhere.models.Thing"),
    ("counter, model: Order, target: ^auth.models.User, field: orders, link: author", "unknown-model", "auth.User"),
    ("counter, model: Order, target: auth.User, field: ^orders, link: author", "unknown-field", "username"),
    ("create_related, model: Order, related: ^Invoice", "missing-value", "add defaults: {number: …}"),
    ("create_related, model: Order, related: Invoice, defaults: ^{note: '\"x\"'}", "missing-value", "number"),
    ("create_related, model: Order, related: Invoice, defaults: {number: ^instance.totl}", "unknown-field", "'total'"),
    ("create_related, model: Customer, related: Invoice, link: ^order, defaults: {number: '1'}", "wrong-link", "Invoice has no foreign key to Customer"),
    ("create_related, model: Customer, related: ^crm.Profile", "unknown-field", "no foreign key to Customer"),
    ("create_related, model: Order, related: Item, link: order, defaults: {price: '1', ^prise: '2'}", "unknown-field", "'price'"),
    ("default_from, model: Order, field: ^tags, expression: '1'", "wrong-field", "columns of"),
    ("default_from, model: Order, field: title, expression: ^instance.totl", "unknown-field", "'total'"),
    ("file_cleanup, model: Order, fields: [paper, ^title]", "wrong-field", "file fields of Order: paper"),
    ("login_audit, log_model: ^Login", "missing-value", "user"),
    ("m2m_counter, model: Order, m2m: ^tgs, counter: uses", "unknown-field", "'tags'"),
    ("m2m_counter, model: Order, m2m: tags, counter: ^usess", "unknown-field", "'uses'"),
    ("m2m_counter, model: Order, m2m: tags, counter: ^label", "wrong-field", "uses"),
    ("m2m_guard, model: Order, m2m: tags, condition: Q(^nme='x'), message: No.", "unknown-field", "'name'"),
    ("m2m_guard, model: Order, m2m: ^status, condition: Q(name='x'), message: No.", "not-m2m", "tags"),
    ("normalize, model: Order, fields: {^total: strip}", "wrong-field", "title"),
    ("normalize, model: Order, fields: {^customer: strip}", "wrong-field", "title"),
    ("notify, model: Order, task: ^plain_helper", "wrong-function", "write call: shop.tasks.plain_helper"),
    ("notify, model: Order, task: ^announce", "wrong-function", "write call: shop.mail.announce"),
    ("notify, model: Order, call: ^shop.tasks.send_receipt", "wrong-function", "write task: send_receipt"),
    ("notify, model: Order, call: ^send_receipt", "wrong-function", "write task: send_receipt"),
    ("notify, model: Order, call: ^shop.mail", "wrong-function", "functions there: announce"),
    ("notify, model: Order, call: ^shop.mail.LIMIT", "wrong-function", "a value"),
    ("notify, model: Order, call: ^shop.mail.Mailer.send", "unknown-function", "a class"),
    ("notify, model: Order, call: ^shop.mial.deep.announce", "unknown-module", "'mail'"),
    ("notify, model: Order, call: ^announce", "unresolved-name", "write shop.mail.announce"),
    ("notify, model: Order, call: shop.mail.announce, args: [instance.pk, ^instance.titel]", "unknown-field", "'title'"),
    ("post_migrate_data, call: ^shop.mail.anounce", "unknown-function", "'announce'"),
    ("save_related, model: Order, relation: ^invoic", "unknown-field", "'invoice'"),
    ("save_related, model: Order, relation: ^items", "wrong-field", "many rows"),
    ("save_related, model: Order, relation: ^tags", "wrong-field", "author, customer"),
    ("search_index, model: Order, index: ^shop.mail.LIMIT, remove: shop.mail.announce", "wrong-function", "a value"),
    ("search_index, model: Order, index: shop.mail.announce, remove: shop.mail.announce, fields: [^titel]", "unknown-field", "'title'"),
    ("setting_reload, setting: A, call: ^shop.mail.anounce", "unknown-function", "'announce'"),
    ("slug, model: Order, source: ^titel", "unknown-field", "'title'"),
    ("slug, model: Order, source: title, target: ^total", "wrong-field", "slug"),
    ("status_transition, model: Order, timestamp_field: ^total", "wrong-field", "changed_at"),
    ("status_transition, model: Order, history_model: ^Needy, columns: {old_status: old_value, new_status: new_value}", "missing-value", "by"),
    ("track_changes, model: Order, fields: [^tags], history_model: Change", "wrong-field", "columns of"),
    ("track_changes, model: Customer, fields: [name], history_model: Change, link: ^order", "wrong-link", "Customer"),
    ("update_parent, model: Item, parent: Order, set: {total: 'Sum(^\"pric\", default=0)'}", "unknown-field", "'price'"),
    ("update_parent, model: Item, parent: Order, link: ^other, set: {total: 'Sum(\"price\")'}", "wrong-link", "links to Order: order"),
    ("validate, model: Order, field: total, condition: ^instance.totl > 0, message: No.", "unknown-field", "'total'"),
    ("audit_log, model: ^Order.tags.through, fields: [tag], logger: x", "never-sent", "m2m_changed"),
    ("audit_log, model: ^taggit.Tag, fields: [name], log_model: shop.Tgs", "unknown-model", "'shop.Tag'"),
    ("counter, model: Item, target: ^Order.tgs.through, field: x, link: order", "not-m2m", "tags"),
    ("normalize, model: ^shop.HistoricalOrder, fields: {title: strip}", "unknown-model", "write shop.Order.history.model"),
]  # fmt: skip


@pytest.mark.parametrize(("recipe", "code", "words"), WRONG)
def test_what_is_wrong_for_certain_is_told_at_the_value(project, recipe, code, words):
    if (
        "shop.Tgs" in recipe
    ):  # the mark stands before the third-party model, the error at the own one
        recipe = recipe.replace("^", "").replace("shop.Tgs", "^shop.Tgs")
    before, _, after = f"  - {{recipe: {recipe}}}".partition("^")
    (found,) = problems(project, (before + after).removeprefix("  - "))
    assert (found.code, found.line, found.column) == (code, 3, len(before) + 1), found
    assert words in f"{found.message} {found.hint}"


def test_every_column_that_lacks_is_told_at_once(project):
    found = problems(
        project, "{recipe: audit_log, model: Order, fields: [titel], log_model: Login}"
    )
    told = {problem.message.rpartition(" ")[2] for problem in found}
    assert {"'titel'", "'action'", "'object_id'", "'data'"} <= told


def test_a_field_that_gets_two_values_is_no_broken_template(project):
    recipe = "{recipe: create_related, model: Order, related: Invoice, link: order, defaults: {number: '1', order: '2'}}"
    assert {p.code for p in problems(project, recipe)} == {"duplicate-value"}


RIGHT = [
    "create_related, model: Team, related: Badge, link: team",
    "audit_log, model: Order, fields: [shown, customer, author_id, pk], log_model: AuditEntry",
    "audit_log, model: Order, fields: [title], log_model: AuditEntry, columns: {object_id: object_id}",
    "audit_log, model: Order, fields: [title_en], logger: x",
    "audit_log, model: Strange, fields: [titel], log_model: Strange",
    "audit_log, model: Order, fields: [title], log_model: Group",
    "audit_log, model: Order, fields: [title], log_model: trail.models.Entry",
    "audit_log, model: trail.models.Entry, fields: [titel], log_model: AuditEntry",
    "audit_log, model: Order.history.model, fields: [title, history_type], log_model: AuditEntry",
    "audit_log, model: Order.rates.through, fields: [value], log_model: AuditEntry",
    "bulk_service, model: Order, action: a, set: {total: 'F(\"total\") + 1', customer: '1'}",
    "bulk_service, model: Order, action: a, set: {total: '1'}, after: send_receipt",
    "counter, model: Order, target: shop.models.Customer, field: age",
    "counter, model: Item, target: Express, field: total, link: order",
    "counter, model: Item, target: Order, field: total, link: rush",
    "create_related, model: settings.AUTH_USER_MODEL, related: crm.Profile, link: user",
    "create_related, model: auth.User, related: crm.models.Profile, link: user",
    "create_related, model: django.contrib.auth.models.User, related: Profile, link: user",
    "create_related, model: Order, related: Invoice, defaults: {number: instance.total}",
    "create_related, model: Order, related: Bill",
    "create_related, model: Order, related: Heard",
    "create_related, model: Order, related: Order.tags.through, link: order, defaults: {tag_id: '1'}",
    "create_related, model: Order, related: Strange, link: anything",
    "login_audit, log_model: Quiet",
    "m2m_guard, model: Order, m2m: tags, condition: Q(orders__total__gt=1), message: No.",
    "notify, model: Order, task: a_new_one",
    "notify, model: Order, call: shop.mail.sometimes",
    "notify, model: Order, call: shop.mail.Mailer",
    "notify, model: Order, call: shop.loose.announce",
    "notify, model: Order, call: shop.services.unwritten",
    "notify, model: Order, call: third.party.thing",
    "save_related, model: Order, relation: invoice",
    "save_related, model: Order, relation: customer",
    "save_related, model: Order, relation: of_another_package",
    "slug, model: Order, source: [title, customer]",
    "update_parent, model: Item, parent: Order, set: {total: 'Sum(\"price\", default=0)'}",
    "validate, model: Order, field: tags, condition: instance.total > 0, message: No.",
    "track_changes, model: Order, fields: [customer_id, paper], history_model: Change",
]  # fmt: skip


@pytest.mark.parametrize("recipe", RIGHT)
def test_what_may_well_be_right_is_silence(project, recipe):
    assert problems(project, f"{{recipe: {recipe}}}") == ()


OWN = """
use: Close orders.
trap: None.
parameters:
  target: {kind: model, required: true, help: Model., example: Order}
  link: {kind: name, help: Link., example: order, field_of: model, field_kind: link, leads_to: target}
  then: {kind: callable or task, help: What follows., example: shop.mail.announce}
  job: {kind: task, help: Task., example: send_receipt}
  value: {kind: expression, help: Value., example: instance.pk, expression_of: model}
example: "app: shop"
handlers:
  - name: "{{ name }}"
    signal: post_save
    body: |
      transaction.on_commit(partial({{ then }}, {{ value }}), using=using)
"""


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("link: customer, then: shop.mail.announce", "wrong-link"),
        ("link: order, then: shop.mail.anounce", "unknown-function"),
        ("link: order, then: shop.mail.announce, job: plain_helper", "wrong-function"),
        ("link: order, then: shop.mail.announce, value: instance.prise", "unknown-field"),
        ("link: order, then: shop.mail.announce_later, value: instance.price", None),
    ],
)
def test_recipes_of_a_project_are_held_to_the_same(project, given, code):
    given = given.replace("link: customer", "link: other")
    recipe = f"{{recipe: own, model: Item, target: Order, value: instance.pk, {given}}}"
    recipe = recipe.replace(
        "value: instance.pk, ", "" if "value" in given else "value: instance.pk, "
    )
    found = problems(project, recipe, Catalogue({"own": ("own.yaml", OWN.encode())}))
    assert [p.code for p in found] == ([code] if code else [])
