from shop.dispatch import task


@task(queue="low")
def tell(order_id):
    pass
