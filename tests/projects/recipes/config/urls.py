from django.http import HttpResponse
from django.urls import path


def fail(request):
    raise RuntimeError("this page fails")


urlpatterns = [path("", lambda request: HttpResponse("ok")), path("fail/", fail)]
