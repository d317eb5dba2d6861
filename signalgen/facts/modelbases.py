"""The model base classes that come with Django, field by field: ``MODEL_BASES``. Data only.

Also the field classes that relate models.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from signalgen.values.index import ModelField

if TYPE_CHECKING:
    from collections.abc import Mapping

RELATION_FIELDS: Mapping[str, Literal["fk", "one_to_one", "m2m"]] = {
    "ForeignKey": "fk",
    "ParentalKey": "fk",
    "TreeForeignKey": "fk",
    "OneToOneField": "one_to_one",
    "AutoOneToOneField": "one_to_one",
    "ManyToManyField": "m2m",
    "ParentalManyToManyField": "m2m",
    "TreeManyToManyField": "m2m",
    "SortedManyToManyField": "m2m",
}
"""Field classes by last name, also of mptt, modelcluster, annoying and sortedm2m."""

MODEL_BASES: frozenset[str] = frozenset(
    {
        "django.db.models.Model",
        "django.db.models.base.Model",
        "django.contrib.gis.db.models.Model",
        "models.Model",
        "Model",
    }
)
"""Names that end the search for bases: a class that derives from one of them is a model."""


def _field(name: str, kind: str, **options: str) -> ModelField:
    required = (
        kind not in ("BooleanField", "ManyToManyField")
        and not {"blank", "null", "default"} & options.keys()
    )
    if kind == "ManyToManyField":
        return ModelField(name, kind, "m2m", 0, to=options.pop("to"), options=options)
    return ModelField(name, kind, "plain", 0, options=options, required=required)


_BASE_USER = (
    _field("password", "CharField", max_length="128"),
    _field("last_login", "DateTimeField", blank="True", null="True"),
)
_PERMISSIONS = (
    _field("is_superuser", "BooleanField", default="False"),
    _field("groups", "ManyToManyField", to="auth.Group", blank="True"),
    _field("user_permissions", "ManyToManyField", to="auth.Permission", blank="True"),
)
_USER = (
    *_BASE_USER,
    *_PERMISSIONS,
    _field("username", "CharField", max_length="150", unique="True"),
    _field("first_name", "CharField", max_length="150", blank="True"),
    _field("last_name", "CharField", max_length="150", blank="True"),
    _field("email", "EmailField", blank="True"),
    _field("is_staff", "BooleanField", default="False"),
    _field("is_active", "BooleanField", default="True"),
    _field("date_joined", "DateTimeField", default="timezone.now"),
)
_SESSION = (
    _field("session_key", "CharField", max_length="40", primary_key="True"),
    _field("session_data", "TextField"),
    _field("expire_date", "DateTimeField"),
)

KNOWN_FIELDS: Mapping[str, tuple[ModelField, ...]] = MappingProxyType(
    {
        "django.contrib.auth.base_user.AbstractBaseUser": _BASE_USER,
        "django.contrib.auth.models.AbstractBaseUser": _BASE_USER,
        "django.contrib.auth.models.AbstractUser": _USER,
        "django.contrib.auth.models.User": _USER,
        "django.contrib.auth.models.PermissionsMixin": _PERMISSIONS,
        "django.contrib.auth.models.Group": (
            _field("name", "CharField", max_length="150", unique="True"),
            _field("permissions", "ManyToManyField", to="auth.Permission", blank="True"),
        ),
        "django.contrib.auth.models.Permission": (
            _field("name", "CharField", max_length="255"),
            ModelField(
                "content_type",
                "ForeignKey",
                "fk",
                0,
                to="contenttypes.ContentType",
                target="contenttypes.ContentType",
                required=True,
            ),
            _field("codename", "CharField", max_length="100"),
        ),
        "django.contrib.sessions.base_session.AbstractBaseSession": _SESSION,
        "django.contrib.sessions.models.Session": _SESSION,
        "django.contrib.sites.models.Site": (
            _field("domain", "CharField", max_length="100", unique="True"),
            _field("name", "CharField", max_length="50"),
        ),
    }
)

KNOWN_ATTRIBUTES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "AbstractBaseUser": (
            "check_password",
            "get_session_auth_hash",
            "get_username",
            "has_usable_password",
            "is_anonymous",
            "is_authenticated",
            "natural_key",
            "normalize_username",
            "set_password",
            "set_unusable_password",
        ),
        "PermissionsMixin": (
            "get_all_permissions",
            "get_group_permissions",
            "get_user_permissions",
            "has_module_perms",
            "has_perm",
            "has_perms",
        ),
        "AbstractUser": ("email_user", "get_full_name", "get_short_name", "objects"),
    }
)

MODEL_CLASSES: frozenset[str] = MODEL_BASES | KNOWN_FIELDS.keys()
"""Every class outside the project that makes a class derived from it a model."""
