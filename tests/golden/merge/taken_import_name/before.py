from billing.models import Order
