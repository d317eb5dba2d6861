from django.apps import apps
from django.contrib import admin

from .models import Membership, Player


class MembershipInline(admin.TabularInline):
    model = Membership


@admin.register(Player)
class PlayerAdmin(admin.ModelAdmin):
    inlines = [MembershipInline]


admin.site.register(
    model
    for model in apps.get_app_config("shop").get_models()
    if model is not Player and not model.__name__.startswith("Historical")
)
