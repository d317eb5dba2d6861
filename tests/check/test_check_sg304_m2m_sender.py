"""SG304: a sender that does not go with many-to-many signals."""

import pytest
from check_kit import BASE, HEAD, assert_flags, assert_silent, findings

CODE = "SG304"
END = "\ndef f(sender, **kwargs): ...\n"

FLAGGED = [
    "@receiver(m2m_changed, sender=Order)  # SG304" + END,
    "@receiver(m2m_changed, sender=Order.tags)  # SG304" + END,
    "@receiver(m2m_changed, sender=Line)  # SG304" + END,
    "@receiver(m2m_changed, sender='shop.Order')  # SG304" + END,
    "@receiver(m2m_changed, sender=User)  # SG304" + END,
    "@receiver([post_save, m2m_changed], sender=Order)  # SG304" + END,
    "@receiver(m2m_changed, sender=Gift.tags)  # SG304" + END,
    "m2m_changed.connect(lambda **kwargs: 1, Order, weak=False)  # SG304\n",
    "@receiver(post_save, sender=Order.tags.through)  # SG304" + END,
    "@receiver([pre_delete, m2m_changed], sender=Order.tags.through)  # SG304" + END,
    "@receiver(post_delete, sender=Gift.tags.through)  # SG304" + END,
]
SILENT = [
    "@receiver(m2m_changed, sender=Order.tags.through)" + END,
    "@receiver(m2m_changed, sender=Gift.tags.through)" + END,
    "@receiver(m2m_changed)" + END,
    "@receiver(m2m_changed, sender='shop.Order_tags')" + END,
    "from elsewhere import Thing\n@receiver(m2m_changed, sender=Thing)" + END,
    "@receiver(m2m_changed, sender=Tag.order_set.through)" + END,
    "@receiver(m2m_changed, sender=Order.watchers)" + END,
    "@receiver(post_save, sender=Order)" + END,
    "@receiver(post_init, sender=Order.tags.through)" + END,
    "@receiver(post_save, sender=Order.watchers.through)" + END,
    "from elsewhere import Thing\n@receiver(post_save, sender=Thing.tags.through)" + END,
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)


OWN = BASE["shop/models.py"] + (
    "class Box(models.Model):\n    {field}\n\n"
    "class Packed(models.Model):\n    box = models.ForeignKey(Box, on_delete=models.CASCADE)\n"
)


@pytest.mark.parametrize(
    "field",
    [
        "orders = models.ManyToManyField(Order, through='Packed')",
        "orders = models.ManyToManyField(Order, through=\"shop.Packed\", related_name='+')",
        "orders = models.ManyToManyField(Order, through=packed_model())",
        "orders = models.ManyToManyField(Order, **options)",
        "orders = SortedManyToManyField(Order)",
    ],
)
def test_the_rows_of_another_through_model_may_send_signals(field):
    source = (
        HEAD + "from shop.models import Box\n@receiver(post_save, sender=Box.orders.through)" + END
    )
    assert_silent(
        {"shop/models.py": OWN.replace("{field}", field), "shop/signals.py": source}, CODE
    )


@pytest.mark.parametrize("through", ["'Packed'", '"shop.Packed"', "Packed"])
def test_a_through_model_of_the_project_is_a_sender(through):
    field = f"orders = models.ManyToManyField(Order, through={through})"
    source = HEAD + "from shop.models import Packed\n@receiver(m2m_changed, sender=Packed)" + END
    assert_silent(
        {"shop/models.py": OWN.replace("{field}", field), "shop/signals.py": source}, CODE
    )


def test_the_user_model_is_no_through_model():
    source = (
        "from django.conf import settings\n"
        "@receiver(m2m_changed, sender=settings.AUTH_USER_MODEL)  # SG304" + END
    )
    assert_flags(
        {"shop/signals.py": HEAD + source, "config/settings.py": "AUTH_USER_MODEL = 'shop.User'\n"},
        CODE,
    )


@pytest.mark.parametrize(
    ("sender", "tail"),
    [
        ("Order", ".tags.through"),
        ("Order.tags", ".through"),
        ("Line", None),
        ("'shop.Order'", None),
    ],
)
def test_the_fix_names_the_through_model(sender, tail):
    (found,) = findings(HEAD + f"@receiver(m2m_changed, sender={sender})" + END, CODE)
    assert (found.fix and found.fix.edits[0].new) == tail
    assert found.fix is None or found.fix.safe


def test_there_is_no_fix_in_options_that_other_calls_may_share():
    source = "O = {'sender': Order}\n@receiver(m2m_changed, **O)" + END
    (found,) = findings(HEAD + source + "post_save.connect(f, **O)\n", CODE)
    assert found.fix is None


def test_there_is_no_fix_where_several_fields_could_be_meant():
    models = OWN.replace(
        "{field}", "a = models.ManyToManyField(Tag)\n    b = models.ManyToManyField(Order)"
    )
    source = HEAD + "from shop.models import Box\n@receiver(m2m_changed, sender=Box)  # SG304" + END
    (found,) = assert_flags({"shop/models.py": models, "shop/signals.py": source}, CODE)
    assert found.fix is None


def test_there_is_no_fix_where_the_through_model_is_connected_already():
    source = (
        "@receiver(m2m_changed, sender=Order)  # SG304\n@receiver(m2m_changed, sender=Order.tags.through)"
        + END
    )
    (found,) = assert_flags(HEAD + source, CODE)
    assert found.fix is None
