"""The classes of Django that make a class derived from them a model, and the fields that relate models. Data only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

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
"""Field classes by their last name, those of well-known packages (mptt, modelcluster, annoying, sortedm2m) among them."""

MODEL_CLASSES: frozenset[str] = frozenset(
    {
        "django.contrib.auth.base_user.AbstractBaseUser",
        "django.contrib.auth.models.AbstractBaseUser",
        "django.contrib.auth.models.AbstractUser",
        "django.contrib.auth.models.Group",
        "django.contrib.auth.models.PermissionsMixin",
        "django.contrib.auth.models.User",
        "django.contrib.gis.db.models.Model",
        "django.contrib.sessions.base_session.AbstractBaseSession",
        "django.contrib.sessions.models.Session",
        "django.contrib.sites.models.Site",
        "django.db.models.Model",
        "django.db.models.base.Model",
        "models.Model",
    }
)
