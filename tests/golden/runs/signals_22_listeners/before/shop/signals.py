from django.dispatch import Signal

job_saved = Signal()
