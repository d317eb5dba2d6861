from shop.decorators import listens
from shop.models import Order


@listens(Order)
def gone(instance, **kwargs):
    pass
