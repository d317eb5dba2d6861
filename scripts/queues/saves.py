"""Save orders, half of which are taken back; runs inside the project. Prints what was committed and what was not, as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
import time


def main(count: int) -> None:
    """Save so many rows in each of three ways."""
    import django

    django.setup()
    from django.db import transaction
    from shop.models import Order

    committed, taken_back = [], []
    for number in range(count):
        Order.objects.create(number=f"alone-{number}")
        committed.append(f"alone-{number}")
        with transaction.atomic():
            Order.objects.create(number=f"inside-{number}")
            time.sleep(0.05)
        committed.append(f"inside-{number}")
        with transaction.atomic():
            Order.objects.create(number=f"gone-{number}")
            time.sleep(0.05)
            transaction.set_rollback(True)
        taken_back.append(f"gone-{number}")
    print(json.dumps({"committed": committed, "taken_back": taken_back}))


if "--under-asgi" in sys.argv:
    # As views run under ASGI: in a thread, below the event loop of the process.
    from asgiref.sync import sync_to_async

    asyncio.run(sync_to_async(main)(int(sys.argv[1])))
else:
    main(int(sys.argv[1]))
