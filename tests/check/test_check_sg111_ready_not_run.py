"""SG111: a ``ready()`` that Django never runs."""

import pytest
from check_kit import assert_flags, assert_silent, mended

CODE = "SG111"
SITE = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n",
    "site/__init__.py": "",
    "site/settings.py": "INSTALLED_APPS = ['shop']\n",
    "base/__init__.py": "",
    "base/config.py": "from django.apps import AppConfig\nclass Base(AppConfig):\n    pass\n",
}
READY = "    def ready(self):\n        from shop import signals\n"
HEAD = "from django.apps import AppConfig\n"
BASE = "from base.config import Base\n"
LOADING = (
    "from django.apps import AppConfig\nclass Base(AppConfig):\n    def ready(self):\n"
    "        from importlib import import_module\n        import_module(f'{self.name}.signals')\n"
)


def app(text, **more):
    files = {name.replace("__", "/") + ".py": source for name, source in more.items()}
    return SITE | {"shop/apps.py": text} | files


def config(base="AppConfig", mark="", body=READY, name="Shop"):
    return f"class {name}({base}):{mark}\n    name = 'shop'\n{body}"


MARK = "  # SG111"
FLAGGED = [
    app(HEAD + config(body=READY.replace("ready(self):", "Ready(self):  # SG111"))),
    app(HEAD + config(body=READY.replace("ready(self):", "redy(self):  # SG111"))),
    app(HEAD + config(body=READY.replace("ready(self):", "READY(self):  # SG111"))),
    app(HEAD + config(body="") + "def ready(self):  # SG111\n    from shop import signals\n"),
    app("def ready(self):  # SG111\n    from shop import signals\n" + HEAD + config(body="")),
    app(
        HEAD
        + config(body="    def ready(self):\n        print('the app is ready')\n")
        + "def ready(self):  # SG111\n    from shop import signals\n"
    ),
    app(HEAD + "\n\ndef ready(self):  # SG111\n    import shop.signals\n"),
    app(
        f"#{HEAD}# class Shop(AppConfig):\n#     name = 'shop'\n\n"
        "def ready(self):  # SG111\n    import shop.signals\n"
    ),
    app(BASE + config("Base", MARK)),
    app(BASE + config("Base", MARK, body=""), base__config=LOADING),
    app("from base.config import Base as AppConfig\n" + config("AppConfig", MARK)),
    app(HEAD + config(mark=MARK) + config(mark=MARK, name="Other")),
    {**app(""), "shop/apps.py": "", "shop/config.py": HEAD + config(mark=MARK)},
    app(
        HEAD
        + config(
            body="    def Ready(self):  # SG111\n        from django.db.models.signals import post_save\n"
            "        post_save.connect(f)\n"
        )
    ),
    app(
        BASE + config("Base", MARK),
        base__config=SITE["base/config.py"].replace("pass", "default = False\n"),
    ),
]
SILENT = [
    app(HEAD + config()),
    app(HEAD + config(body="    def setup(self):\n        from shop import signals\n")),
    app(HEAD + config(body="    def Ready(self):\n        pass\n")),
    app(HEAD + config(body=READY + "    def redy(self):\n        from shop import other\n")),
    app(
        HEAD + config(body=READY.replace("ready", "redy")),
        shop__more="from django.apps import apps\napps.get_app_config('shop').redy()\n",
    ),
    app(
        HEAD
        + config(body="")
        + "def ready(self):\n    from shop import signals\nShop.ready = ready\n"
    ),
    app(HEAD + config(body="") + "def ready():\n    from shop import signals\n"),
    app(HEAD + config() + "def ready(self):\n    from shop import signals\n"),
    app(HEAD + config() + "def ready(self):\n    import shop.signals\n"),
    app(
        HEAD
        + config(body="    def ready(self):\n        print('up')\n")
        + "def ready(self):\n    from shop import signals\nsetattr(Shop, 'ready', ready)\n"
    ),
    app("def ready(self):\n    import shop.signals\n\ntype('C', (object,), {'ready': ready})\n"),
    app("from elsewhere import *\ndef ready(self):\n    import shop.signals\n"),
    app(HEAD + "def ready(self):\n    print('up')\n"),
    app(BASE + config("Base", body="    default = True\n" + READY)),
    app(BASE + config("Base") + "del Base\n"),
    {**app(BASE + config("Base")), "shop/__init__.py": "default_app_config = 'shop.apps.Shop'\n"},
    {"shop/apps.py": "", "shop/apps/__init__.py": HEAD + config(), **SITE},
    app("import base.config\n" + config("base.config.Base")),
    app(
        BASE + config("Base", body="    default = True\n" + READY),
        base__config=SITE["base/config.py"].replace("pass", "default = False\n"),
    ),
    app(BASE + config("Base"), site__settings="INSTALLED_APPS = ['shop.apps.Shop']\n"),
    app(BASE + config("Base"), site__settings="INSTALLED_APPS = ['shop'] + load()\n"),
    app(BASE + config("Base"), site__settings="INSTALLED_APPS = ['other']\n"),
    app("from elsewhere import BaseConfig\n" + config("BaseConfig")),
    app("from elsewhere import *\n" + config("AppConfig")),
    app(BASE + config("Base", body="    label = 'shop'\n")),
    app(BASE + config("Base", body="    def ready(self):\n        print('up')\n")),
    app(HEAD + config(body="    default = True\n" + READY) + config(name="Other")),
]


@pytest.mark.parametrize("files", FLAGGED)
def test_it_flags(files):
    assert_flags(files, CODE)


@pytest.mark.parametrize("files", SILENT)
def test_it_stays_silent(files):
    assert_silent(files, CODE)


def test_a_misspelt_ready_gets_its_name():
    text = HEAD + config(body=READY.replace("ready", "Ready"))
    assert mended(app(text), CODE)["shop/apps.py"].decode() == HEAD + config()
