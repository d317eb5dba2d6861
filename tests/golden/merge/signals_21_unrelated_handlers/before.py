from django.http import HttpResponse

from orders.models import Order
from . import views


def handler404(request, exception=None):
    return HttpResponse(Order.objects.count())
