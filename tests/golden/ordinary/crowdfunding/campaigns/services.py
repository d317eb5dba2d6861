from decimal import Decimal

from django.db.models import Count, Sum

PLATFORM_FEE = Decimal("0.05")


def platform_fee(amount):
    return (amount * PLATFORM_FEE).quantize(Decimal("0.01"))


def refresh_totals(campaign):
    """Write what has been raised, and by how many, into the campaign."""
    totals = campaign.pledges.filter(status="confirmed").aggregate(
        raised=Sum("amount"), backers=Count("backer", distinct=True)
    )
    campaign.raised = totals["raised"] or Decimal("0")
    campaign.backer_count = totals["backers"]
    campaign.save(update_fields=["raised", "backer_count"])
    return campaign.raised
