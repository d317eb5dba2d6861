from django.dispatch import Signal

# Arguments: payment (Payment), payer (Person).
invoice_paid = Signal()
invoice_closed = Signal()
