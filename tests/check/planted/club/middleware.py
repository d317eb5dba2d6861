from functools import partial

from django.db.models.signals import pre_save

from .models import Member


def see(request, sender, instance, **kwargs):
    instance.seen += 1


class SeenMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    # planted: SG114 every request adds one more, which stays
    def __call__(self, request):
        pre_save.connect(partial(see, request), sender=Member, weak=False)
        return self.get_response(request)
