"""The names that Django gives rows, model classes and managers, and the ends of lookups. Data only.

``tests/facts/test_facts_rownames.py`` compares each with Django itself.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MODEL_NAMES: frozenset[str] = _words(
    "DoesNotExist MultipleObjectsReturned NotUpdated Meta adelete arefresh_from_db asave check "
    "clean clean_fields date_error_message delete from_db full_clean get_constraints "
    "get_deferred_fields id objects pk prepare_database_save refresh_from_db save save_base "
    "serializable_value unique_error_message validate_constraints validate_unique"
)
"""The names on every model class, except those that begin with an underscore."""

_BASE_USER = (
    "REQUIRED_FIELDS USERNAME_FIELD EMAIL_FIELD acheck_password backend check_password "
    "get_email_field_name get_session_auth_fallback_hash get_session_auth_hash get_username "
    "has_usable_password is_active is_anonymous is_authenticated natural_key normalize_username "
    "set_password set_unusable_password logentry logentry_set"
)
_PERMISSIONS = (
    "aget_all_permissions aget_group_permissions aget_user_permissions ahas_module_perms ahas_perm "
    "ahas_perms get_all_permissions get_group_permissions get_user_permissions has_module_perms "
    "has_perm has_perms"
)
_USER = f"{_BASE_USER} {_PERMISSIONS} email_user get_full_name get_short_name username_validator"

CONTRIB_NAMES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "django.contrib.auth.base_user.AbstractBaseUser": frozenset(_BASE_USER.split()),
        "django.contrib.auth.models.AbstractBaseUser": frozenset(_BASE_USER.split()),
        "django.contrib.auth.models.PermissionsMixin": frozenset(_PERMISSIONS.split()),
        "django.contrib.auth.models.AbstractUser": frozenset(_USER.split()),
        "django.contrib.auth.models.User": frozenset(_USER.split()),
        "django.contrib.auth.models.Group": frozenset(["natural_key", "user_set", "user"]),
        "django.contrib.sites.models.Site": frozenset(["natural_key"]),
        "django.contrib.sessions.base_session.AbstractBaseSession": frozenset(
            ["get_decoded", "get_session_store_class"]
        ),
    }
)
"""What the classes that Django ships have besides their fields, where all of it is known.

``backend`` is set at login; ``logentry`` is the admin's.
"""

MANAGER_NAMES: frozenset[str] = _words(
    "aaggregate abulk_create abulk_update acontains acount acreate adelete aearliest aexists "
    "aexplain afirst aget aget_or_create aggregate ain_bulk aiterator alast alatest alias all "
    "annotate as_manager aupdate aupdate_or_create auto_created bulk_create bulk_update check "
    "complex_filter contains contribute_to_class count create creation_counter dates datetimes db "
    "db_manager deconstruct defer delete difference distinct earliest exclude exists explain extra "
    "filter first from_queryset get get_or_create get_queryset in_bulk intersection iterator last "
    "latest model name none only order_by ordered prefetch_related query raw resolve_expression "
    "reverse select_for_update select_related union update update_or_create use_in_migrations "
    "using values values_list add aadd remove aremove set aset clear aclear through "
    "instance query_field_name source_field target_field fetch_mode totally_ordered"
)
"""The names on Django's managers, querysets and related managers."""

USER_MANAGER_NAMES: frozenset[str] = _words(
    "acreate_superuser acreate_user create_superuser create_user get_by_natural_key "
    "aget_by_natural_key make_random_password normalize_email with_perm"
)
"""The further names on the managers of users and groups."""
CREATING_USERS = _words("acreate_superuser acreate_user create_superuser create_user")
"""Those of them that save a new user."""

DJANGO_FIELDS: frozenset[str] = _words(
    "AutoField BigAutoField BigIntegerField BinaryField BooleanField CharField "
    "DateField DateTimeField DecimalField DurationField EmailField FileField FilePathField "
    "FloatField ForeignKey GeneratedField GenericForeignKey GenericIPAddressField GenericRelation "
    "ImageField IntegerField JSONField ManyToManyField NullBooleanField OneToOneField "
    "PositiveBigIntegerField PositiveIntegerField PositiveSmallIntegerField SlugField "
    "SmallAutoField SmallIntegerField TextField TimeField URLField UUIDField"
)
"""Django's own field classes, which give a row only known names."""

COMPARISONS: frozenset[str] = _words(
    "contains endswith exact gt gte icontains iendswith iexact in iregex isnull istartswith lt lte "
    "range regex startswith"
)
"""The lookups of every field."""

_DAYS = _words("day iso_week_day iso_year month quarter week week_day year")
_TIMES = _words("hour minute second")
TRANSFORMS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "DateField": _DAYS,
        "TimeField": _TIMES,
        "DateTimeField": _DAYS | _TIMES | {"date", "time"},
        **dict.fromkeys(
            (
                "AutoField",
                "BigAutoField",
                "BooleanField",
                "DecimalField",
                "FloatField",
                "IntegerField",
                "PositiveIntegerField",
                "PositiveSmallIntegerField",
                "PositiveBigIntegerField",
                "SmallIntegerField",
                "BigIntegerField",
                "UUIDField",
            ),
            frozenset[str](),
        ),
        **dict.fromkeys(
            ("CharField", "TextField", "EmailField", "SlugField", "URLField"),
            # Of PostgreSQL's app and often registered by projects.
            _words("length lower search trigram_similar unaccent upper"),
        ),
    }
)
"""What else may follow a field in a lookup, for fully known field classes."""
