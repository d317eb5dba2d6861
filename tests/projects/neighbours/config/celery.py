from celery import Celery

app = Celery("shop", broker="memory://")
app.autodiscover_tasks(["shop"])
