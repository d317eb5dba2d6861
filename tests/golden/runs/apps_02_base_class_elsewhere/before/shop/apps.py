from core.application import CoreConfig


class ShopConfig(CoreConfig):
    name = "shop"
    label = "shop"
    default = True
