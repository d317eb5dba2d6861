from django.dispatch import Signal

job_saved = Signal()

#: Job paid.
#: Arguments: order (Order).
job_paid = Signal()
