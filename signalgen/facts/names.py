"""The well-known names that bodies may use without importing them: ``WELL_KNOWN``.

A body such as ``cache.delete(f"user:{instance.pk}")`` means ``django.core.cache.cache``; this table
knows that, so a spec need not list it under ``imports``. A name is here only if nearly every Django
project means the same thing by it.
"""

from __future__ import annotations

import builtins
from types import MappingProxyType
from typing import TYPE_CHECKING

from signalgen.facts.signals import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DJANGO: Mapping[str, str] = {
    "django.apps": "apps AppConfig",
    "django.conf": "settings",
    "django.contrib": "admin auth messages",
    "django.contrib.admin.models": "LogEntry ADDITION CHANGE DELETION",
    "django.contrib.auth": "get_user_model authenticate login logout update_session_auth_hash",
    "django.contrib.auth.base_user": "AbstractBaseUser BaseUserManager",
    "django.contrib.auth.hashers": "check_password make_password",
    "django.contrib.auth.models": (
        "AbstractUser AnonymousUser Group Permission PermissionsMixin UserManager update_last_login"
    ),
    "django.contrib.auth.tokens": "default_token_generator",
    "django.contrib.contenttypes.fields": "GenericForeignKey GenericRelation",
    "django.contrib.contenttypes.models": "ContentType",
    "django.contrib.sessions.models": "Session",
    "django.contrib.sites.models": "Site",
    "django.contrib.sites.shortcuts": "get_current_site",
    "django.core": "checks mail management serializers signing validators",
    "django.core.cache": "cache caches",
    "django.core.cache.utils": "make_template_fragment_key",
    "django.core.exceptions": (
        "FieldDoesNotExist FieldError ImproperlyConfigured MultipleObjectsReturned "
        "ObjectDoesNotExist PermissionDenied SuspiciousOperation ValidationError"
    ),
    "django.core.files": "File",
    "django.core.files.base": "ContentFile",
    "django.core.files.storage": "FileSystemStorage Storage default_storage storages",
    "django.core.files.uploadedfile": "InMemoryUploadedFile SimpleUploadedFile UploadedFile",
    "django.core.mail": (
        "EmailMessage EmailMultiAlternatives get_connection mail_admins mail_managers send_mail "
        "send_mass_mail"
    ),
    "django.core.management": "call_command",
    "django.core.serializers.json": "DjangoJSONEncoder",
    "django.core.validators": (
        "EmailValidator MaxValueValidator MinValueValidator RegexValidator URLValidator "
        "validate_email validate_slug"
    ),
    "django.db": (
        "DEFAULT_DB_ALIAS DataError DatabaseError IntegrityError NotSupportedError "
        "OperationalError ProgrammingError connection connections models router transaction"
    ),
    "django.db.models": (
        "Avg BooleanField Case CharField Count DateField DateTimeField DecimalField DurationField "
        "Exists ExpressionWrapper F FloatField Func IntegerField JSONField Manager Max Min Model "
        "OuterRef Prefetch Q QuerySet StdDev Subquery Sum TextField Value Variance When Window "
        "signals prefetch_related_objects"
    ),
    "django.db.models.deletion": "ProtectedError RestrictedError",
    "django.db.models.functions": (
        "Abs Cast Ceil Coalesce Concat Extract ExtractDay ExtractMonth ExtractWeek ExtractYear "
        "Floor Greatest JSONObject Least Left Length Lower Now NullIf Rank Replace Right Round "
        "RowNumber StrIndex Substr Trim Trunc TruncDate TruncDay TruncHour TruncMonth TruncWeek "
        "TruncYear Upper"
    ),
    "django.dispatch": "Signal receiver",
    "django.forms.models": "model_to_dict",
    "django.http": "Http404 HttpRequest HttpResponse HttpResponseRedirect JsonResponse",
    "django.shortcuts": "get_list_or_404 get_object_or_404 redirect render resolve_url",
    "django.template": "Context Template engines",
    "django.template.defaultfilters": "filesizeformat pluralize truncatechars truncatewords",
    "django.template.loader": "get_template render_to_string",
    "django.urls": "NoReverseMatch reverse reverse_lazy",
    "django.utils": "dateformat dateparse formats timezone translation",
    "django.utils.crypto": "constant_time_compare get_random_string salted_hmac",
    "django.utils.dateparse": "parse_date parse_datetime parse_duration parse_time",
    "django.utils.encoding": "force_bytes force_str smart_str",
    "django.utils.functional": "SimpleLazyObject cached_property",
    "django.utils.html": (
        "conditional_escape escape format_html format_html_join linebreaks strip_tags urlize"
    ),
    "django.utils.http": "urlencode urlsafe_base64_decode urlsafe_base64_encode",
    "django.utils.module_loading": "import_string",
    "django.utils.safestring": "SafeString mark_safe",
    "django.utils.text": "Truncator get_valid_filename slugify",
    "django.utils.timezone": "is_aware is_naive localdate localtime make_aware make_naive now",
    "django.utils.timesince": "timesince timeuntil",
    "django.utils.translation": (
        "gettext gettext_lazy ngettext ngettext_lazy pgettext pgettext_lazy"
    ),
}
_STANDARD: Mapping[str, str] = {
    "collections": "ChainMap Counter OrderedDict defaultdict deque namedtuple",
    "collections.abc": (
        "AsyncIterator Awaitable Callable Collection Generator Hashable Iterable Iterator Mapping "
        "MutableMapping MutableSequence MutableSet Sequence"
    ),
    "concurrent.futures": "ThreadPoolExecutor",
    "contextlib": "ExitStack closing contextmanager nullcontext suppress",
    "contextvars": "ContextVar",
    "copy": "deepcopy",
    "dataclasses": "asdict dataclass",
    "datetime": "date datetime timedelta",
    "decimal": "Decimal InvalidOperation ROUND_DOWN ROUND_HALF_EVEN ROUND_HALF_UP ROUND_UP",
    "difflib": "SequenceMatcher",
    "enum": "Enum IntEnum",
    "fractions": "Fraction",
    "functools": "lru_cache partial reduce wraps",
    "hashlib": "md5 sha1 sha256 sha512",
    "http": "HTTPStatus",
    "io": "BytesIO StringIO",
    "itertools": "chain groupby islice zip_longest",
    "operator": "attrgetter itemgetter",
    "pathlib": "Path PurePath",
    "pprint": "pformat",
    "string": "ascii_letters ascii_lowercase ascii_uppercase digits",
    "tempfile": "NamedTemporaryFile TemporaryDirectory",
    "textwrap": "dedent",
    "types": "SimpleNamespace",
    "typing": (
        "Any ClassVar Dict Final FrozenSet List Literal NamedTuple Optional Protocol Set "
        "TYPE_CHECKING TextIO Tuple Type TypeVar TypedDict Union cast"
    ),
    "urllib.parse": "parse_qs quote unquote urljoin urlparse urlsplit",
    "weakref": "WeakKeyDictionary WeakSet WeakValueDictionary",
    "uuid": "UUID uuid1 uuid3 uuid4 uuid5",
    "zoneinfo": "ZoneInfo",
}
_THIRD_PARTY: Mapping[str, str] = {
    "asgiref.local": "Local",
    "asgiref.sync": "SyncToAsync async_to_sync sync_to_async",
    "celery": "shared_task",
    "channels.layers": "get_channel_layer",
    "dateutil.relativedelta": "relativedelta",
    "rest_framework.authtoken.models": "Token",
    "sentry_sdk": "capture_exception capture_message",
}
_MODULES = (
    "asyncio base64 binascii bisect calendar collections contextlib copy csv dataclasses decimal "
    "enum functools glob hashlib heapq hmac html inspect io ipaddress itertools json locale "
    "logging math mimetypes operator os pathlib pickle platform pprint random re secrets shutil "
    "smtplib socket statistics string struct subprocess sys tempfile textwrap threading time "
    "traceback typing unicodedata urllib uuid warnings weakref zipfile zlib zoneinfo httpx "
    "requests sentry_sdk structlog"
)
_ALIASED: Mapping[str, tuple[str, str]] = {
    "_": ("django.utils.translation", "gettext"),
    "dt": ("datetime", ""),
}


def _table() -> Iterator[tuple[str, tuple[str, str]]]:
    for name in _MODULES.split():
        yield name, (name, "")
    for group in (_THIRD_PARTY, _STANDARD, _DJANGO):
        for module, names in group.items():
            for name in names.split():
                yield name, (module, name)
    for signal in BUILTIN.values():
        if signal.family != "autoreload":
            yield signal.name, (signal.module, signal.name)
    yield from _ALIASED.items()


WELL_KNOWN: Mapping[str, tuple[str, str]] = MappingProxyType(dict(_table()))
"""Name -> (module, name in it).

An empty second part is the module itself; a part that differs from the key needs ``as key``.
``datetime`` is the class, beside ``date`` and ``timedelta``; see ``MODULE_ATTRIBUTES``.
"""

MODULE_ATTRIBUTES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "datetime": frozenset(
            {"UTC", "date", "datetime", "time", "timedelta", "timezone", "tzinfo"}
        ),
    }
)
"""Attributes that show that a body means the module, not the name in it from ``WELL_KNOWN``.

``datetime.timedelta(days=1)`` needs ``import datetime``, ``datetime.now()`` the class.
"""

CONTRIB_MODELS: Mapping[str, str] = MappingProxyType(
    {
        "admin.LogEntry": "django.contrib.admin.models",
        "auth.Group": "django.contrib.auth.models",
        "auth.Permission": "django.contrib.auth.models",
        "auth.User": "django.contrib.auth.models",
        "contenttypes.ContentType": "django.contrib.contenttypes.models",
        "flatpages.FlatPage": "django.contrib.flatpages.models",
        "redirects.Redirect": "django.contrib.redirects.models",
        "sessions.Session": "django.contrib.sessions.models",
        "sites.Site": "django.contrib.sites.models",
    }
)
"""The models that Django ships, by label, and the module of each."""

BUILTINS: frozenset[str] = (
    frozenset(dir(builtins)) - {"_", "copyright", "credits", "exit", "help", "license", "quit"}
) | {
    "BaseExceptionGroup",
    "EncodingWarning",
    "ExceptionGroup",
    "PythonFinalizationError",
    "__annotations__",
    "__builtins__",
    "__cached__",
    "__file__",
    "__path__",
}
"""Names that need no import in any supported Python, without those of the interactive prompt."""
