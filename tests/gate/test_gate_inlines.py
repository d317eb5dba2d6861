"""A row that a receiver makes, and that the admin's form for its owner makes as well: one note."""

from __future__ import annotations

import pytest
from generate_kit import MODELS, SETTINGS, build, django, run

OWNED = (
    MODELS
    + """

class Profile(models.Model):
    customer = models.OneToOneField(Customer, on_delete=models.CASCADE)
    language = models.CharField(max_length=5, default="en")


class Visit(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)


class Badge(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
"""
)
ADMIN = """
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User

from shop.models import Badge, Customer, Product, Profile, Visit


class ProfileInline(admin.StackedInline):
    model = Profile


class VisitInline(admin.TabularInline):
    model = Visit


class BadgeInline(admin.StackedInline):
    model = Badge


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    inlines = [ProfileInline, VisitInline]


class BadgedAdmin(UserAdmin):
    inlines = (BadgeInline,)


admin.site.unregister(User)
admin.site.register(get_user_model(), BadgedAdmin)
"""


def told(root, spec: str, old: str = "", new: str = ""):
    assert old in ADMIN
    outcome = run(
        build(root, {"shop/models.py": OWNED, "shop/admin.py": ADMIN.replace(old, new)}), spec
    )
    assert outcome.problems == ()
    return [note for note in outcome.result.notes if note.code == "made-twice"]


PROFILE = "recipes: [{recipe: create_related, model: Customer, related: Profile}]\n"
BADGE = "recipes: [{recipe: create_related, model: settings.AUTH_USER_MODEL, related: Badge, link: user}]\n"
VISIT = "handlers: [{name: h, signal: post_save, model: Customer, on_create: 'Visit.objects.using(using).create(customer=instance)'}]\n"
REGISTERED = "@admin.register(Customer)\nclass CustomerAdmin"


@pytest.mark.parametrize(
    ("spec", "message", "old", "new"),
    [
        (
            PROFILE,
            "a Profile that is filled in together with the row is refused, as there is one already: shop/admin.py:9",
            "",
            "",
        ),
        (
            VISIT,
            "a Visit that is filled in together with the row is a second one: shop/admin.py:13",
            "",
            "",
        ),
        (BADGE, "a Badge that is filled in together with the row is refused", "", ""),
        (
            PROFILE,
            "shop/admin.py:9",
            "    model = Profile\n",
            "    model = Profile\n    extra = 1\n",
        ),
        (BADGE, "shop/admin.py:17", "get_user_model(), BadgedAdmin", "[User], BadgedAdmin"),
    ],
)
def test_what_both_make(spec, message, old, new, tmp_path):
    (note,) = told(tmp_path, spec, old, new)
    assert message in note.message
    assert note.hint == "set extra = 0 in that inline, or let has_add_permission() return False"
    assert note.path.startswith(("recipes[0]", "handlers[0]"))


@pytest.mark.parametrize(
    ("spec", "old", "new"),
    [
        (PROFILE, "    model = Profile\n", "    model = Profile\n    extra = 0\n"),
        (PROFILE, "    model = Profile\n", "    model = Profile\n    max_num = 0\n"),
        (
            PROFILE,
            "    model = Profile\n",
            "    model = Profile\n\n    def has_add_permission(self, request, obj=None):\n        return False\n",
        ),
        (PROFILE, "    inlines = [ProfileInline, VisitInline]\n", "    inlines = [VisitInline]\n"),
        (
            PROFILE,
            "    inlines = [ProfileInline, VisitInline]\n",
            "    inlines = [ProfileInline, VisitInline]\n\n    def get_inlines(self, request, obj):\n        return self.inlines if obj else []\n",
        ),
        (PROFILE, REGISTERED, REGISTERED.replace("Customer)", "Product)")),
        (VISIT.replace("post_save", "post_delete").replace("on_create", "body"), "", ""),
        (VISIT.replace("customer=instance", "customer=Customer.objects.get(pk=1)"), "", ""),
    ],
)
def test_what_only_one_makes(spec, old, new, tmp_path):
    assert told(tmp_path, spec, old, new) == []


WEB = (
    SETTINGS.replace(
        '"crm", "shop"]', '"django.contrib.messages", "django.contrib.admin", "crm", "shop"]'
    )
    + """
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "config.urls"
MIGRATION_MODULES["admin"] = None
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]},
}]
"""
)
URLS = "from django.contrib import admin\nfrom django.urls import path\n\nurlpatterns = [path('admin/', admin.site.urls)]\n"


def test_the_admin_really_makes_both(tmp_path):
    root = build(
        tmp_path,
        {
            "shop/models.py": OWNED,
            "shop/admin.py": ADMIN,
            "config/settings.py": WEB,
            "config/urls.py": URLS,
        },
    )
    run(root, PROFILE).write()
    out = django(
        root,
        """
        from django.contrib.auth import get_user_model
        from django.db import IntegrityError
        from django.test import Client
        client = Client()
        client.force_login(get_user_model().objects.create_superuser("root"))
        forms = {f"{name}-{what}_FORMS": "0" for name in ("visit_set", "profile") for what in ("INITIAL", "TOTAL")}
        client.post("/admin/shop/customer/add/", {"name": "Ada", **forms})
        print(Customer.objects.count(), Profile.objects.count())
        forms |= {"profile-TOTAL_FORMS": "1", "profile-0-language": "de"}
        try:
            client.post("/admin/shop/customer/add/", {"name": "Bob", **forms})
        except IntegrityError as error:
            print("IntegrityError", Customer.objects.count(), Profile.objects.count())
        """,
    )
    assert out.splitlines() == ["1 1", "IntegrityError 1 1"]
