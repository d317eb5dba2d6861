from django.contrib import admin
from django.urls import include, path
from rest_framework.routers import DefaultRouter

from shop.views import PAGES, view_sets

router = DefaultRouter()
for name, view_set in view_sets():
    router.register(name, view_set)
urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include(router.urls)),
    *(path(f"{name}/", view) for name, view in PAGES.items()),
]
