#!/bin/sh
# taskiq-redis 1.2.0: a task queued from synchronous code with asyncio.run(task.kiq(...)). The first call works; the
# second raises SendTaskError, since the broker's pool hands out a connection of the loop that has been closed; the
# third works again, as the dead connection is gone by then.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/probe.py" <<'PY'
import asyncio
import threading

from fakeredis import TcpFakeServer
from taskiq_redis import ListQueueBroker

server = TcpFakeServer(("127.0.0.1", 0))
threading.Thread(target=server.serve_forever, daemon=True).start()
broker = ListQueueBroker(f"redis://127.0.0.1:{server.server_address[1]}/0")


@broker.task
async def note(pk):
    pass


for pk in range(4):
    try:
        print(type(asyncio.run(note.kiq(pk))).__name__)
    except Exception as error:
        print(type(error).__name__, "-", error.__cause__)
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" "taskiq==0.12.0" "taskiq-redis==1.2.0" "fakeredis[lua]==2.32.1"
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
AsyncTaskiqTask
SendTaskError - Event loop is closed
AsyncTaskiqTask
SendTaskError - Event loop is closed
SEEN
