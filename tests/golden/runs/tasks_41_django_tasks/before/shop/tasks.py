from django_tasks import task


@task()
def tell(order_id):
    pass
