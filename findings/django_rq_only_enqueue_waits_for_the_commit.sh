#!/bin/sh
# django-rq 4.2.0, its default COMMIT_MODE: inside a transaction enqueue() waits for the commit and returns None, while
# enqueue_in() and enqueue_many() of the same queue put their jobs into Redis at once, where they stay after a rollback.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/probe.py" <<'PY'
import logging
import threading

import django
from django.conf import settings
from fakeredis import TcpFakeServer

server = TcpFakeServer(("127.0.0.1", 0))
threading.Thread(target=server.serve_forever, daemon=True).start()
settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_rq"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    RQ_QUEUES={"default": {"HOST": "127.0.0.1", "PORT": server.server_address[1], "DB": 0}},
)
django.setup()
logging.disable(logging.CRITICAL)
import math
from datetime import timedelta

import django_rq
from django.db import transaction
from rq import Queue

queue = django_rq.get_queue()
with transaction.atomic():
    print("enqueue:", queue.enqueue(math.sqrt, 4))
    print("enqueue_in:", type(queue.enqueue_in(timedelta(hours=1), math.sqrt, 4)).__name__)
    many = queue.enqueue_many([Queue.prepare_data(math.sqrt, (4,))])
    print("enqueue_many:", *(type(job).__name__ for job in many))
    transaction.set_rollback(True)
print("after the rollback:", queue.count, "queued,", queue.scheduled_job_registry.count, "scheduled")
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" "django==5.2.19" "django-rq==4.2.0" "rq==2.6.1" "redis==6.4.0" "fakeredis[lua]==2.32.1"
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
enqueue: None
enqueue_in: Job
enqueue_many: Job
after the rollback: 1 queued, 1 scheduled
SEEN
