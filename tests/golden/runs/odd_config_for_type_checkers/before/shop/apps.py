from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:

    class StubConfig(AppConfig):
        name = "shop"


class ShopConfig(AppConfig):
    name = "shop"
