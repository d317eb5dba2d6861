from celery import shared_task


@shared_task
def send_confirmation(order_id):
    print("confirmed", order_id)


@shared_task
def index_product(product_id):
    print("indexed", product_id)
