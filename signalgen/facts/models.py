"""The classes of Django that make a class derived from them a model, by dotted path. Data only."""

from __future__ import annotations

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
