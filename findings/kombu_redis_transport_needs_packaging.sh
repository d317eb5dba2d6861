#!/bin/sh
# kombu 5.7.0: the Redis transport imports packaging, which neither celery nor redis brings along. A project that lists
# "celery" and "redis" (not "celery[redis]") starts, and fails when the first task is queued; 5.6.2 needs no packaging.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/tasks.py" <<'PY'
import sys

from celery import Celery

app = Celery("shop", broker="redis://127.0.0.1:1/0")


@app.task
def note(pk):
    pass


print("the app is there")
try:
    note.apply_async((1,), retry=False)
except Exception as error:
    name = type(error).__name__
    print(name, error if name == "ModuleNotFoundError" else "(nobody listens on that port)")
PY
for versions in "celery==5.6.2 kombu==5.6.2" "celery==5.7.0 kombu==5.7.0"; do
    folder=$work/${versions#*kombu==}
    # shellcheck disable=SC2086
    python3 -m pip install --quiet --disable-pip-version-check --target "$folder" $versions redis
    PYTHONPATH="$folder" python3 -S -c "
import sys
sys.path[:0] = ['$folder', '$work']
import tasks
" | sed "s/^/kombu ${versions#*kombu==}: /" >>"$work/seen"
done
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
kombu 5.6.2: the app is there
kombu 5.6.2: OperationalError (nobody listens on that port)
kombu 5.7.0: the app is there
kombu 5.7.0: ModuleNotFoundError No module named 'packaging'
SEEN
