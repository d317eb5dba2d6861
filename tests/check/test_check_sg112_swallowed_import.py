"""SG112, SG119: an ImportError of receivers that nobody sees."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent

CODE = "SG119"
CERTAIN = "SG112"
SIGNALS = HEAD + "@receiver(post_save, sender=Line)\ndef f(sender, **kwargs): ...\n"
READY = "from django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    def ready(self):\n"


def app(body, signals=SIGNALS, **more):
    lines = "".join(f"        {line}\n" for line in body)
    files = {name.replace("__", "/") + ".py": text for name, text in more.items()}
    return {"shop/apps.py": READY + lines, "shop/signals.py": signals} | files


IMPORT = "    from shop import signals"
MARKED = IMPORT + "  # SG119"
FLAGGED = [
    app(["try:", MARKED, "except ImportError:", "    pass"]),
    app(["try:", "    import shop.signals  # SG119", "except ImportError:", "    pass"]),
    app(["try:", "    from . import signals  # SG119", "except ModuleNotFoundError:", "    pass"]),
    app(["try:", "    from .signals import f  # SG119", "except Exception:", "    pass"]),
    app(["try:", MARKED, "except (ImportError, KeyError):", "    None"]),
    app(["try:", MARKED, "except ImportError:", "    print()"]),
    app(["try:", MARKED, "except:", "    pass"]),
    app(["import logging", "try:", MARKED, "except ImportError as e:", "    logging.debug(e)"]),
]
MODELS = "from django.db import models\nclass Line(models.Model): ...\n" + SIGNALS.replace(
    "from shop.models import Line\n", ""
)
SILENT = [
    # Django imports models itself, and says what is wrong with them.
    app(
        ["try:", "    from shop.models import Line", "except ImportError:", "    pass"],
        shop__models=MODELS,
    ),
    app([IMPORT.strip()]),
    app(["try:", IMPORT, "except (ImportError, KeyError):", "    print('none')"]),
    app(["try:", IMPORT, "except Exception as e:", "    logger.error('signals: %s', e)"]),
    # Not for the receivers: a function of that module is called.
    app(["try:", "    from shop.signals import f", "    f(1)", "except ImportError:", "    pass"]),
    app(["try:", IMPORT, "except ImportError:", "    raise"]),
    app(["try:", IMPORT, "except ImportError:", "    from shop import other"]),
    app(["try:", IMPORT, "except ImportError:", "    signals = None"]),
    app(["try:", IMPORT, "except ValueError:", "    pass"]),
    app(["try:", IMPORT, "finally:", "    print('done')"]),
    app(["try:", "    import elsewhere.signals", "except ImportError:", "    pass"]),
    app(["try:", IMPORT, "except ImportError:", "    pass"], signals="x = 1\n"),
    app(["try:", IMPORT, "except ImportError:", "    pass", "else:", "    print('loaded')"]),
    app(
        [
            "try:",
            IMPORT,
            "except ImportError as error:",
            "    if settings.DEBUG:",
            "        print(1)",
        ]
    ),
]


@pytest.mark.parametrize("files", FLAGGED)
def test_it_flags(files):
    assert_flags(files, CODE)
    assert_silent(files, CERTAIN)


@pytest.mark.parametrize("files", SILENT)
def test_it_stays_silent(files):
    assert_silent(files, CODE)


WRONG = "from shop.models import Ordr\n"


def test_what_certainly_cannot_be_imported_has_a_rule_of_its_own():
    body = ["try:", IMPORT + "  # SG112", "except ImportError:", "    pass"]
    (found,) = assert_flags(app(body, signals=WRONG + SIGNALS), CERTAIN)
    assert "shop.models.Ordr does not exist" in found.message
    assert_silent(app(body, signals=WRONG + SIGNALS), CODE)


@pytest.mark.parametrize(
    "more",
    [
        "from elsewhere import *\n",
        "def __getattr__(name): ...\n",
        "globals()['x'] = 1\n",
        "try:\n    from elsewhere import Ordr\nexcept ImportError:\n    Ordr = None\n",
        "Order = 1\nclass Ordr: ...\n",
    ],
)
def test_a_name_that_may_be_there_is_no_error(more):
    signals = "from shop.more import Ordr\n" + SIGNALS
    body = ["try:", IMPORT, "except ImportError:", "    pass"]
    assert_silent(app(body, signals=signals, shop__more=more), CERTAIN)


@pytest.mark.parametrize(
    "handler", ["except ValueError:\n    pass", "except ImportError:\n    raise"]
)
def test_what_is_seen_to_fail_is_left_to_python(handler):
    body = ["try:", IMPORT, *handler.split("\n")]
    assert_silent(app(body, signals=WRONG + SIGNALS), CERTAIN)
