"""Signal receivers of crm."""

import logging

from django.dispatch import receiver

from shop.signals import paid

logger = logging.getLogger(__name__)


@receiver(paid, dispatch_uid="crm.d")
def d(sender, amount, **kwargs):
    """Handle paid."""
    logger.info(amount)
