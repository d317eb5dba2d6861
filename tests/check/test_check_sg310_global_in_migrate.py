"""SG310: a receiver of every sender that writes rows while ``migrate`` runs."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent

CODE = "SG310"
AUDIT = "@receiver({})\ndef f(sender, instance, raw, created=None, **kwargs):\n{}"
WRITE = "    Tag.objects.create(name='x'){}\n"
MARK = WRITE.format("  # SG310")


def audit(*lines, signal="post_save", last=MARK):
    return AUDIT.format(signal, "".join(f"    {line}\n" for line in lines)) + last


FLAGGED = [
    audit(last="    Tag(name='x').save()  # SG310\n"),
    audit("row = Tag(name='x')", last="    row.save()  # SG310\n"),
    audit(),
    audit(signal="pre_save"),
    audit(signal="[post_save, post_delete]"),
    audit("if raw: return"),
    audit("if raw or sender is Tag: return"),
    audit("if sender in (Tag, Order) or kwargs.get('raw'): return"),
    audit("if isinstance(instance, Tag): return"),
    audit("if sender.__name__ == 'Tag' or sender.__name__ == 'Session': return"),
    audit("if sender.__name__ in ('Tag', 'Session'): return"),
    audit("if not sender._meta.model_name == 'tag':", last="    " + MARK),
    audit("if not created: return"),
    audit("if created:", last="    " + MARK),
    audit("if created == True:", last="    " + MARK),
    audit("if created is False: return"),
    audit(last="    Tag.objects.get_or_create(name='x')  # SG310\n"),
    "def f(sender, **kwargs):\n" + MARK + "post_save.connect(f)\n",
]
PLAIN = WRITE.format("")
SILENT = [
    audit(last="    instance.save()\n"),
    audit("row = Tag(name='x')", "row = find()", last="    row.save()\n"),
    audit(signal="post_save, sender=Line", last=PLAIN),
    audit(signal="post_delete", last=PLAIN),
    audit("if sender._meta.app_label != 'shop': return", last=PLAIN),
    audit("if sender not in WATCHED: return", last=PLAIN),
    audit("if raw or sender is Tag or is_foreign(sender): return", last=PLAIN),
    audit("if isinstance(instance, Order):", last="    " + PLAIN),
    audit("if created: return", last=PLAIN),
    audit("if created == True: return", last=PLAIN),
    audit("if created is False:", last="    " + PLAIN),
    audit("if created == True == raw:", last="    " + PLAIN),
    audit("if sender.__name__ == 'Migration': return", last=PLAIN),
    audit("if sender.__name__ in ['Tag', 'Migration']: return", last=PLAIN),
    audit("if sender._meta.model_name == 'migration': return", last=PLAIN),
    audit("if sender.__name__ in WATCHED: return", last=PLAIN),
    audit("if sender.__name__ not in ('Tag', 'Session'): return", last=PLAIN),
    audit("if sender.__name__ == 'Order':", last="    " + PLAIN),
    audit("if sender.__module__ == 'shop.models': return", last=PLAIN),
    audit(
        "from django.db.migrations.recorder import Migration",
        "if sender is Migration: return",
        last=PLAIN,
    ),
    audit("try:", last="    " + PLAIN + "    except Exception:\n        pass\n"),
    audit(
        "from django.db import transaction",
        last="    transaction.on_commit(lambda: Tag.objects.create())\n",
    ),
    audit(last="    Unknown.objects.create()\n"),
    audit(last="    print(sender)\n"),
    audit(signal="post_save, **OPTIONS", last=PLAIN),
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_flags(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_stays_silent(source):
    assert_silent(HEAD + source, CODE)
