"""SG305: a sender whose proxies or children are saved under another name."""

import pytest
from check_kit import BASE, HEAD, assert_flags, assert_silent, findings

CODE = "SG305"
END = "\ndef f(sender, **kwargs): ...\n"
WRITES = HEAD + "def g(): OrderProxy.objects.create()\n"
CHILD = "@receiver(post_save, sender=Gift)\ndef h(sender, **kwargs): ...\n"

FLAGGED = [
    "@receiver(post_save, sender=Order)  # SG305" + END,
    "@receiver(pre_save, sender='shop.Order')  # SG305" + END,
    "@receiver(post_init, sender=Order)  # SG305" + END,
    "@receiver(post_delete, sender=Order)  # SG305" + END,
    "pre_delete.connect(f, sender=Order)  # SG305" + END,
    "@receiver([m2m_changed, post_save], sender=Order)  # SG305" + END,
    CHILD + "@receiver(post_save, sender=Order)  # SG305" + END,
    CHILD.replace("post_save", "pre_save") + "@receiver(post_save, sender=Order)  # SG305" + END,
    "for model in (Line, Order):\n    post_save.connect(f, sender=model)  # SG305" + END,
]
SILENT = [
    "@receiver(post_save, sender=Line)" + END,
    "@receiver(post_save, sender=Gift)" + END,
    "@receiver(post_save, sender=OrderProxy)" + END,
    "@receiver(post_save)" + END,
    "@receiver(m2m_changed, sender=Order.tags.through)" + END,
    CHILD + "@receiver(post_save, sender=OrderProxy)\n@receiver(post_save, sender=Order)" + END,
    "@receiver(pre_save)\n@receiver(post_save, sender=Order)" + END,
    "@receiver(post_save, sender=made_up())\n@receiver(post_save, sender=Order)" + END,
    "from shop.models import Base\n@receiver(post_save, sender=Base)" + END,
    "from elsewhere import Thing\n@receiver(post_save, sender=Thing)" + END,
    "paid = Signal()\n@receiver(paid, sender=Order)" + END,
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(WRITES + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(WRITES + source, CODE)


@pytest.mark.parametrize(
    "writes",
    [
        "def g(): OrderProxy().save()\n",
        "def g(): OrderProxy.objects.get_or_create(number=1)\n",
        "class Form:\n    class Meta:\n        model = OrderProxy\n",
        "admin.site.register(OrderProxy, OrderAdmin)\n",
        "@admin.register(OrderProxy)\nclass A: ...\n",
    ],
)
def test_a_proxy_counts_where_something_writes_it(writes):
    assert_flags(HEAD + writes + "@receiver(post_delete, sender=Order)  # SG305" + END, CODE)


@pytest.mark.parametrize(
    "reads",
    [
        "",
        "def g(): OrderProxy.objects.filter(number=1)\n",
        "model = OtherProxy\nOldOrderProxy().save()\n",
        "OrderProxy(number=1)\n",
    ],
)
def test_a_proxy_that_is_only_read_does_not_count(reads):
    assert_silent(HEAD + reads + "@receiver(post_delete, sender=Order)" + END, CODE)


def test_a_delete_of_a_child_or_of_its_proxy_sends_the_parent_too():
    models = (
        BASE["shop/models.py"] + "class GiftProxy(Gift):\n    class Meta:\n        proxy = True\n"
    )
    source = HEAD + "from shop.models import GiftProxy\nGiftProxy.objects.create()\n{}" + END
    files = {"shop/models.py": models}
    delete, save = "@receiver(post_delete, sender=Order)", "@receiver(post_save, sender=Order)"
    assert_silent({**files, "shop/signals.py": source.replace("{}", delete)}, CODE)
    (found,) = findings({**files, "shop/signals.py": source.replace("{}", save)}, CODE)
    assert "post_save of Gift, GiftProxy does not call f" in found.message


def test_an_abstract_child_stands_for_those_below_it():
    models = BASE["shop/models.py"] + (
        "class Paper(Line):\n    class Meta:\n        abstract = True\nclass Sheet(Paper): ...\n"
        + "".join(f"class Roll{number}(Paper): ...\n" for number in range(4))
    )
    files = {
        "shop/models.py": models,
        "shop/signals.py": HEAD + "@receiver(post_save, sender=Line)" + END,
    }
    (found,) = findings(files, CODE)
    assert found.severity == "info"
    assert (
        "Sheet, Roll0, Roll1 and 2 more does not call f: the sender is then not Line"
        in found.message
    )
