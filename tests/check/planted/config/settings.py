SECRET_KEY = "planted"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "people.apps.PeopleConfig",
    "shop.apps.ShopConfig",
    "stock.apps.StockConfig",
    "billing.apps.BillingConfig",
    "depot",
    "club",
]
AUTH_USER_MODEL = "people.Person"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
