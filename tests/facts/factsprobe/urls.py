from __future__ import annotations

from django.http import HttpResponse
from django.urls import path


def ok(request):
    return HttpResponse("ok")


def broken(request):
    raise RuntimeError("on purpose")


urlpatterns = [path("ok", ok), path("broken", broken)]
