from decimal import Decimal

from django.utils import timezone

DAILY_FINE = Decimal("0.25")
MAX_FINE = Decimal("20.00")


def calculate_fine(loan):
    """What is owed for a loan that was brought back late."""
    returned_on = timezone.localdate(loan.returned_at) if loan.returned_at else timezone.localdate()
    if loan.due_date is None or returned_on <= loan.due_date:
        return Decimal("0")
    return min((returned_on - loan.due_date).days * DAILY_FINE, MAX_FINE)


def promote_next_reservation(book):
    """The first member who waits may pick the book up."""
    reservation = book.reservations.filter(status="waiting").order_by("position", "created_at").first()
    if reservation is not None:
        reservation.status = "ready"
        reservation.save(update_fields=["status"])
    return reservation
