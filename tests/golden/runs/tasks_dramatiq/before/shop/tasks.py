import dramatiq


@dramatiq.actor
def tell(order_id):
    pass
