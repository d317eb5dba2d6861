"""Write signalgen/facts/package{names,fields}.py: what model classes of well-known packages give to the models that derive from them.

Each release is installed in an environment of its own, and Django itself is asked; what any of the releases has counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FACTS = ROOT / "signalgen" / "facts"
CONTRIB = ["contenttypes", "auth", "sites", "sessions", "messages", "admin", "postgres"]
WAGTAIL = [
    *("wagtail.contrib.forms", "wagtail.contrib.redirects", "wagtail.contrib.settings"),
    *("wagtail.contrib.search_promotions", "wagtail.embeds", "wagtail.sites", "wagtail.users"),
    *("wagtail.snippets", "wagtail.documents", "wagtail.images", "wagtail.search"),
    *("wagtail.admin", "wagtail", "modelcluster", "taggit", "wagtail.locales"),
]
WAGTAIL_CLASSES = [
    *("wagtail.models.Page", "wagtail.models.Orderable", "wagtail.models.DraftStateMixin"),
    *("wagtail.models.RevisionMixin", "wagtail.models.PreviewableMixin"),
    *("wagtail.models.LockableMixin", "wagtail.models.WorkflowMixin"),
    *("wagtail.models.TranslatableMixin", "wagtail.models.BootstrapTranslatableMixin"),
    *("wagtail.models.CollectionMember", "wagtail.search.index.Indexed"),
    *("wagtail.images.models.AbstractImage", "wagtail.images.models.AbstractRendition"),
    "wagtail.documents.models.AbstractDocument",
    "wagtail.contrib.routable_page.models.RoutablePageMixin",
    *("wagtail.contrib.settings.models.BaseSiteSetting",),
    *("wagtail.contrib.settings.models.BaseGenericSetting",),
    *("wagtail.contrib.forms.models.AbstractForm",),
    *("wagtail.contrib.forms.models.AbstractEmailForm",),
    *("wagtail.contrib.forms.models.AbstractFormField",),
    *("wagtail.contrib.forms.models.FormMixin",),
    *("wagtail.contrib.forms.models.AbstractFormSubmission",),
    *("modelcluster.models.ClusterableModel", "taggit.models.TagBase"),
    *("taggit.models.ItemBase", "taggit.models.TaggedItemBase"),
    *("taggit.models.GenericTaggedItemBase", "taggit.models.CommonGenericTaggedItemBase"),
]
PACKAGES = [
    (["wagtail==6.3.*", "Django==5.1.*"], WAGTAIL, WAGTAIL_CLASSES),
    (["wagtail==7.0.*", "Django==5.2.*"], WAGTAIL, WAGTAIL_CLASSES),
    (["wagtail", "Django"], WAGTAIL, WAGTAIL_CLASSES),
    *(
        (
            [f"django-model-utils{pin}", "Django"],
            [],
            [
                f"model_utils.models.{name}"
                for name in (
                    *("TimeStampedModel", "TimeFramedModel", "StatusModel"),
                    *("SoftDeletableModel", "UUIDModel"),
                )
            ],
        )
        for pin in ("==4.5.*", "")
    ),
    *(
        (
            [f"django-extensions{pin}", "Django"],
            ["django_extensions"],
            [
                f"django_extensions.db.models.{name}"
                for name in (
                    *("TimeStampedModel", "TitleDescriptionModel", "TitleSlugDescriptionModel"),
                    "ActivatorModel",
                )
            ],
        )
        for pin in ("==3.2.*", "")
    ),
    (["django-mptt", "Django"], ["mptt"], ["mptt.models.MPTTModel"]),
    (
        ["django-treebeard", "Django"],
        ["treebeard"],
        ["treebeard.mp_tree.MP_Node", "treebeard.al_tree.AL_Node", "treebeard.ns_tree.NS_Node"],
    ),
    (["django-solo", "Django"], ["solo"], ["solo.models.SingletonModel"]),
    (
        ["django-ordered-model", "Django"],
        ["ordered_model"],
        ["ordered_model.models.OrderedModel", "ordered_model.models.OrderedModelBase"],
    ),
    (["django-guardian", "Django"], ["guardian"], ["guardian.mixins.GuardianUserMixin"]),
    (
        ["django-safedelete", "Django"],
        ["safedelete"],
        ["safedelete.models.SafeDeleteModel", "safedelete.models.SafeDeleteMixin"],
    ),
    (
        ["django-lifecycle", "Django"],
        [],
        ["django_lifecycle.LifecycleModelMixin", "django_lifecycle.LifecycleModel"],
    ),
    (
        ["django-polymorphic", "Django"],
        ["polymorphic"],
        ["polymorphic.models.PolymorphicModel"],
    ),
]
PROBE = """
import json, sys
from importlib import import_module
import django
from django.conf import settings
apps, classes = json.loads(sys.argv[1])
settings.configure(
    INSTALLED_APPS=apps, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", SITE_ID=1,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3"}}, WAGTAIL_SITE_NAME="x",
    WAGTAILADMIN_BASE_URL="http://localhost", STATIC_URL="/static/", SECRET_KEY="x",
)
django.setup()
from django.db import models

class Bare(models.Model):
    class Meta:
        app_label = "bare"

found = {}
for number, name in enumerate(classes):
    module, _, last = name.rpartition(".")
    try:
        cls = getattr(import_module(module), last)
    except (ImportError, AttributeError):
        continue
    meta = type("Meta", (), {"app_label": "bare"})
    bases = (cls,) if issubclass(cls, models.Model) else (cls, models.Model)
    try:
        made = type("Made%d" % number, bases, {"__module__": "bare.models", "Meta": meta})
    except Exception as error:
        print(name, repr(error), file=sys.stderr)
        continue
    names = set(dir(made)) - set(dir(Bare))
    for item in made._meta.get_fields():
        names.add(item.name)
        names |= {item.attname} if hasattr(item, "attname") else set()
        if item.auto_created and not item.concrete:
            names.add(item.get_accessor_name() or "")
    own = "made%d" % number
    kept = sorted(n for n in names if n and n[0] != "_" and own not in n and n not in ("id", "pk", "Meta"))
    fields = []
    for item in (*made._meta.concrete_fields, *made._meta.many_to_many):
        if item.name == "id" or getattr(item.remote_field, "parent_link", False):
            continue
        auto = getattr(item, "auto_now", False) or getattr(item, "auto_now_add", False)
        flags = "n" * item.null + "b" * item.blank + "d" * item.has_default() + "a" * auto
        to = item.related_model._meta.label if item.is_relation and item.related_model else ""
        to = "self" if own in to.lower() else to
        fields.append(f"{item.name}:{type(item).__name__}:{flags}:{to}")
    found[name] = [kept, fields]
print(json.dumps(found))
"""


Given = dict[str, list[list[str]]]


def names_of(requirements: list[str], apps: list[str], classes: list[str]) -> Given:
    """Return the names and the fields that each class gives, in one release."""
    uv = str(Path(sys.executable).parent / "uv")
    env = {k: v for k, v in os.environ.items() if "CONSTRAINT" not in k}
    with tempfile.TemporaryDirectory() as folder:
        python = f"{folder}/env/bin/python"
        subprocess.run([uv, "venv", "-q", "--python", "3.12", f"{folder}/env"], check=True, env=env)
        install = [uv, "pip", "install", "-q", "--python", python, "setuptools<81", *requirements]
        subprocess.run(install, check=True, env=env)
        wanted = [*apps, *(f"django.contrib.{name}" for name in CONTRIB if name != "postgres")]
        done = subprocess.run(
            [python, "-c", PROBE, json.dumps([wanted, classes])],
            check=True,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )
    found: Given = json.loads(done.stdout.splitlines()[-1])
    print(requirements, {name: len(names) for name, (names, _) in found.items()}, file=sys.stderr)
    return found


def table(found: dict[str, set[str]]) -> str:
    """Return one mapping's rows."""
    rows = []
    for name, words in sorted(found.items()):
        lines = textwrap.wrap(" ".join(sorted(words)), 84) or [""]
        body = "\n".join(f'        "{line} "' for line in lines)
        rows.append(f'    "{name}": (\n{body}\n    ),' if words else f'    "{name}": "",')
    return "\n".join(rows)


def module(title: str, name: str, meaning: str, rows: str) -> str:
    """Return a module's text."""
    return f'''"""{title}

Made by scripts/package_bases.py, which asks Django for them in several releases of each package.
``{name}`` is all. Data only.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

{name}: Mapping[str, str] = MappingProxyType({{
{rows}
}})
"""{meaning}"""
'''


def write(names: dict[str, set[str]], fields: dict[str, set[str]]) -> None:
    """Write both tables."""
    of = "that model classes of well-known packages give to what derives from them"
    (FACTS / "packagenames.py").write_text(
        module(
            f"The names {of}.",
            "PACKAGE_NAMES",
            "By dotted class, the names of its rows besides its fields and those of any model.",
            table(names),
        )
    )
    (FACTS / "packagefields.py").write_text(
        module(
            f"The fields {of}.",
            "PACKAGE_FIELDS",
            "By dotted class, its fields: ``name:class:flags:target``.\n\n"
            "The flags are n for null, b for blank, d for a default, a for one that fills itself.\n",
            table(fields),
        )
    )


def main() -> None:
    """Ask every release and write the tables."""
    names: dict[str, set[str]] = {}
    fields: dict[str, dict[str, str]] = {}
    for requirements, apps, classes in PACKAGES:
        for name, (words, found) in names_of(requirements, apps, classes).items():
            names.setdefault(name, set()).update(words)
            # Of a field that changed, the newest release counts.
            fields.setdefault(name, {}).update({one.partition(":")[0]: one for one in found})
    for name, known in fields.items():
        names[name] -= {word for field in known for word in (field, f"{field}_id")}
    write(names, {name: set(known.values()) for name, known in fields.items()})


if __name__ == "__main__":
    main()
