import asyncio
import time

from django.apps import apps
from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.serializers import ModelSerializer
from rest_framework.viewsets import ModelViewSet


def view_sets():
    """Yield a name and a class for each model of the shop."""
    for model in apps.get_app_config("shop").get_models():
        if not model.__name__.startswith("Historical"):
            meta = type("Meta", (), {"model": model, "fields": "__all__"})
            serializer = type("Serializer", (ModelSerializer,), {"Meta": meta})
            own = {
                "queryset": model.objects.all(),
                "serializer_class": serializer,
                "authentication_classes": [],
                "permission_classes": [],
            }
            yield model._meta.model_name, type("ViewSet", (ModelViewSet,), own)


def quick(request):
    return HttpResponse("ok")


def fail(request):
    raise RuntimeError("this page fails")


def stream(request):
    """Send three pieces, a tenth of a second apart, in the manner of the server."""
    pause = 0.1

    def pieces():
        for number in range(3):
            time.sleep(pause)
            yield f"{number}\n"

    async def pieces_later():
        for number in range(3):
            await asyncio.sleep(pause)
            yield f"{number}\n"

    is_async = hasattr(request, "scope")
    return StreamingHttpResponse(pieces_later() if is_async else pieces())


async def later(request):
    await asyncio.sleep(0.1)
    return HttpResponse("ok")


PAGES = {"quick": quick, "fail": fail, "stream": stream, "later": later}
