from huey.contrib.djhuey import db_task


@db_task()
def tell(order_id):
    pass
