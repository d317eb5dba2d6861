from celery import shared_task


@shared_task
def send_confirmation(order_id):
    print("confirmed", order_id)
