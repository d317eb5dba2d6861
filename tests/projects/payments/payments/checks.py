from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error


def check_ledger(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if getattr(settings, "PAYMENTS_LEDGER", None):
        return []
    return [Error("PAYMENTS_LEDGER names no ledger.", id="payments.E001")]
