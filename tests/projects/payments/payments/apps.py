from __future__ import annotations

from django.apps import AppConfig
from django.core import checks


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = "Payments"

    def ready(self) -> None:
        """Register the checks of this app."""
        from payments.checks import check_ledger

        checks.register(check_ledger, "payments")
