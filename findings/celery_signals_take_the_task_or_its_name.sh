#!/bin/sh
# celery 5.7.0: whether sender= of a signal takes the task or its name depends on the signal. before_task_publish and
# after_task_publish come with the name, task_prerun, task_success and task_postrun with the task: the other form is taken
# as well, and never called. With task_always_eager the two publish signals are not sent at all.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/probe.py" <<'PY'
from celery import Celery, signals

app = Celery("shop", broker="memory://", backend="cache+memory://")


@app.task(name="add")
def add(one, two):
    return one + two


def receiver(text):
    def heard(**kwargs):
        print("  " + text)

    return heard


kept = []
for name in ("before_task_publish", "after_task_publish", "task_prerun", "task_success", "task_postrun"):
    for form, sender in (("the task", add), ("its name", "add")):
        kept.append(receiver(f"{name}, connected with {form}"))
        getattr(signals, name).connect(kept[-1], sender=sender)
print("delay()")
add.delay(1, 2)
print("delay(), eager")
app.conf.task_always_eager = True
add.delay(1, 2)
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" celery==5.7.0
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
delay()
  before_task_publish, connected with its name
  after_task_publish, connected with its name
delay(), eager
  task_prerun, connected with the task
  task_success, connected with the task
  task_postrun, connected with the task
SEEN
