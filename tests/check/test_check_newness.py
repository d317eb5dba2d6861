"""SG401 and SG415 to SG418: how a receiver of pre_save takes rows for new ones, or for stored ones."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent

MODELS = """\
import uuid

from django.db import models


class Base(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)

    class Meta:
        abstract = True


class Parcel(Base):
    label = models.CharField(max_length=9)


class Slip(models.Model):
    parcel = models.OneToOneField(Parcel, on_delete=models.CASCADE, primary_key=True)
    label = models.CharField(max_length=9)


class Plain(models.Model):
    label = models.CharField(max_length=9)


class Coded(models.Model):
    label = models.CharField(max_length=9)
    code = models.CharField(max_length=9)

    def save(self, *args, **kwargs):
        self.label = self.label or "x"
        super().save(*args, **kwargs)


class Natural(models.Model):
    label = models.CharField(max_length=9, primary_key=True)


class PublicManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(label="x")


class JoiningManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().annotate(n=models.Subquery(Plain.objects.filter(label="x")))


class SometimesManager(models.Manager):
    def get_queryset(self):
        if self.model:
            return super().get_queryset()
        return super().get_queryset().filter(label="x")


class Public(models.Model):
    label = models.CharField(max_length=9)
    objects = PublicManager()
    all_objects = models.Manager()


class Joined(models.Model):
    label = models.CharField(max_length=9)
    objects = JoiningManager()


class Sometimes(models.Model):
    label = models.CharField(max_length=9)
    objects = SometimesManager()
"""
TOP = HEAD.replace(
    "Gift, Invoice, Line, Order, OrderProxy, Tag, User",
    "Coded, Joined, Natural, Parcel, Plain, Public, Slip, Sometimes\n"
    "import elsewhere\nfrom django.contrib.auth.models import Group, User",
)


def before(model, body):
    """Return the files of a receiver of ``pre_save`` with a body."""
    source = (
        f"{TOP}@receiver(pre_save, sender={model})\ndef f(sender, instance, raw=False, **kwargs):\n"
    )
    text = "".join(f"    {line}\n" for line in body.splitlines())
    return {"shop/models.py": MODELS, "shop/signals.py": source + text}


ASKED = [
    ("Parcel", "if instance.pk is None:  # SG415\n    instance.label = 'new'"),
    (
        "Parcel",
        "if not instance.id:  # SG415\n    return\nprint(Parcel.objects.get(pk=instance.pk))",
    ),
    ("Parcel", "if instance.pk:  # SG415\n    print(sender.objects.get(pk=instance.pk))"),
    ("Parcel", "new = not instance.pk  # SG415"),
    ("Slip", "if instance.pk is not None:  # SG415\n    print('old')"),
    ("Slip", "print('new' if instance.parcel_id is None else 'old')  # SG415"),
]
NOT_ASKED = [
    ("Plain", "if instance.pk is None:\n    instance.label = 'new'"),
    ("Natural", "if not instance.pk:\n    return"),
    ("Parcel", "if instance._state.adding:\n    return"),
    ("Parcel", "if instance.pk and not instance._state.adding:\n    return"),
    ("Parcel", "if not instance.pk:\n    instance.pk = 'a'"),
    (
        "Parcel",
        "if not instance.pk:\n    return\nprint(Parcel.objects.filter(pk=instance.pk).first())",
    ),
    (
        "Parcel",
        "if instance.pk:\n    try:\n        print(Parcel.objects.get(pk=instance.pk))\n    except Parcel.DoesNotExist:\n        pass",
    ),
    ("Parcel", "if instance.label is None:\n    return"),
]
GOTTEN = [
    ("Plain", "print(Plain.objects.get(pk=instance.pk).label)  # SG416"),
    ("Parcel", "if raw:\n    return\nold = sender.objects.get(id=instance.id)  # SG416"),
    (
        "Plain",
        "if not kwargs.get('raw'):\n    print(type(instance).objects.get(pk=instance.pk))  # SG416",
    ),
    ("Natural", "print(Natural._base_manager.get(pk=instance.label))  # SG416"),
]
GOTTEN += [
    ("User", "print(User.objects.get(id=instance.id).email)  # SG416"),
    ("'auth.User'", "print(User.objects.get(pk=instance.pk).email)  # SG416"),
    ("Group", "print(sender.objects.get(pk=instance.pk).name)  # SG416"),
]
NOT_GOTTEN = [
    ("User", "print(Group.objects.get(id=instance.id).name)"),
    ("User", "if instance.pk:\n    print(User.objects.get(id=instance.id).email)"),
    ("elsewhere.User", "print(User.objects.get(id=instance.id).email)"),
    ("Plain", "if instance.pk:\n    print(Plain.objects.get(pk=instance.pk).label)"),
    ("Plain", "if not instance.pk:\n    return\nprint(Plain.objects.get(pk=instance.pk).label)"),
    ("Plain", "if instance.label == 'paid':\n    print(Plain.objects.get(pk=instance.pk))"),
    (
        "Plain",
        "try:\n    print(Plain.objects.get(pk=instance.pk))\nexcept Plain.DoesNotExist:\n    pass",
    ),
    ("Plain", "print(Plain.objects.filter(pk=instance.pk).first())"),
    ("Plain", "print(Plain.objects.get(pk=instance.pk, label='x'))"),
    ("Plain", "print(Parcel.objects.get(pk=instance.pk))"),
    ("Plain", "with suppress(Exception):\n    print(Plain.objects.get(pk=instance.pk))"),
]
TEXTS = [
    ("Plain", "instance.label = f'SKU-{instance.pk}'  # SG417"),
    ("Plain", "if not instance.label:\n    instance.label = 'SKU-%s' % instance.id  # SG417"),
    ("Plain", "instance.label = 'SKU-{}'.format(instance.pk)  # SG417"),
    ("Plain", "instance.label = str(instance.pk).zfill(6)  # SG417"),
]
TEXTS += [("Plain", "if raw:\n    return\ninstance.label = f'SKU-{instance.pk}'  # SG417")]
TEXTS += [("Coded", "instance.code = f'SKU-{instance.pk}'  # SG417")]
NO_TEXTS = [
    # Its own save() has set the label by then.
    ("Coded", "if not instance.label:\n    instance.label = f'SKU-{instance.pk}'"),
    ("Parcel", "instance.label = f'SKU-{instance.pk}'"),
    ("Natural", "instance.label = f'SKU-{instance.pk}'"),
    ("Plain", "if instance.pk:\n    instance.label = f'SKU-{instance.pk}'"),
    ("Plain", "if instance._state.adding:\n    return\ninstance.label = f'SKU-{instance.pk}'"),
    ("Plain", "print(f'saving {instance.pk}')"),
    ("Plain", "instance.cached = f'SKU-{instance.pk}'"),
    ("Plain", "if is_stored(instance):\n    instance.label = f'SKU-{instance.pk}'"),
    ("Plain", "instance.label = f'SKU-{instance.label}'"),
]
HIDDEN = [
    ("Public", "print(Public.objects.filter(pk=instance.pk).first())  # SG418"),
    ("Public", "if instance.pk:\n    print(sender.objects.get(pk=instance.pk))  # SG418"),
    ("Public", "Public.objects.filter(pk=instance.pk).update(label='y')  # SG418"),
]
NOT_HIDDEN = [
    ("Public", "print(Public._base_manager.filter(pk=instance.pk).first())"),
    ("Public", "print(Public.all_objects.filter(pk=instance.pk).first())"),
    ("Public", "print(Public.objects.filter(label=instance.label).first())"),
    ("Plain", "print(Plain.objects.filter(pk=instance.pk).first())"),
    ("Joined", "print(Joined.objects.filter(pk=instance.pk).first())"),
    ("Sometimes", "print(Sometimes.objects.filter(pk=instance.pk).first())"),
]
UNLOADED = [
    ("Plain", "if instance.pk:\n    print(Plain.objects.get(pk=instance.pk).label)  # SG401"),
    (
        "Plain",
        "if not instance.id:\n    return\nprint(sender.objects.get(id=instance.id))  # SG401",
    ),
    ("User", "if instance.pk is not None:\n    print(User.objects.get(pk=instance.pk))  # SG401"),
]
LOADED = [
    ("Plain", "if instance.pk:\n    print(Plain.objects.filter(pk=instance.pk).first())"),
    ("Plain", "if instance.pk and not raw:\n    print(Plain.objects.get(pk=instance.pk).label)"),
    ("Plain", "if not instance._state.adding:\n    print(Plain.objects.get(pk=instance.pk))"),
    (
        "Plain",
        "if instance.pk:\n    if stored(instance):\n        print(Plain.objects.get(pk=instance.pk))",
    ),
    (
        "Plain",
        "if instance.pk:\n    try:\n        print(Plain.objects.get(pk=instance.pk))\n    except Plain.DoesNotExist:\n        pass",
    ),
    # SG415 and SG416 say these.
    ("Parcel", "if instance.pk:\n    print(Parcel.objects.get(pk=instance.pk))"),
    ("Plain", "print(Plain.objects.get(pk=instance.pk).label)"),
]
FOUND = {"SG401": UNLOADED, "SG415": ASKED, "SG416": GOTTEN, "SG417": TEXTS, "SG418": HIDDEN}
ALONE = {
    "SG401": LOADED,
    "SG415": NOT_ASKED,
    "SG416": NOT_GOTTEN,
    "SG417": NO_TEXTS,
    "SG418": NOT_HIDDEN,
}


def cases(every):
    """Return code, model and body of each case."""
    return [(code, *case) for code, given in every.items() for case in given]


@pytest.mark.parametrize(("code", "model", "body"), cases(FOUND))
def test_it_is_found(code, model, body):
    files = before(model, body)
    assert_flags(files, code)


@pytest.mark.parametrize(("code", "model", "body"), cases(ALONE))
def test_it_is_left_alone(code, model, body):
    assert_silent(before(model, body), code)


@pytest.mark.parametrize("code", ["SG401", "SG415", "SG416", "SG417"])
def test_what_hears_the_row_after_its_save_is_left_alone(code):
    for given in FOUND[code]:
        files = before(*given)
        files["shop/signals.py"] = files["shop/signals.py"].replace("pre_save, s", "post_save, s")
        assert_silent(files, code)


BOTH = "@receiver(pre_save, sender=Parcel)\n@receiver(pre_save, sender=Slip)\ndef"


@pytest.mark.parametrize(
    ("lookup", "found"),
    [
        ("sender.objects.get(pk=instance.pk)", True),
        ("type(instance).objects.get(pk=instance.pk)", True),
        ("Parcel.objects.get(pk=instance.pk)", False),
        ("sender.objects.get(id=instance.pk)", False),
        ("sender.objects.filter(pk=instance.pk)", False),
    ],
)
def test_with_two_senders_the_lookup_is_of_whichever_sends(lookup, found):
    files = before("Parcel", f"print({lookup}){'  # SG416' if found else ''}")
    one = "@receiver(pre_save, sender=Parcel)\ndef"
    files["shop/signals.py"] = files["shop/signals.py"].replace(one, BOTH)
    (assert_flags if found else assert_silent)(files, "SG416")


LOOKUP = "Public.objects.filter(pk=instance.pk).update(label='y')"


@pytest.mark.parametrize(
    ("signal", "test", "found"),
    [
        ("post_save", "instance.label == 'x'", False),
        ("post_save", "created and instance.label", False),
        ("post_save", "created", True),
        ("post_save", "instance.pk", True),
        ("pre_save", "instance.label == 'x'", True),
    ],
)
def test_a_row_that_is_asked_for_what_the_manager_filters_by_is_there(signal, test, found):
    source = (
        f"{TOP.replace('pre_save', signal)}@receiver({signal}, sender=Public)\n"
        "def f(sender, instance, created=False, **kwargs):\n"
        f"    if not ({test}):\n        return\n    {LOOKUP}  # SG418\n"
    )
    files = {"shop/models.py": MODELS, "shop/signals.py": source}
    if found:
        assert_flags(files, "SG418")
    else:
        assert_silent(files, "SG418")
