from django.contrib import admin

from .models import Membership, Player


class MembershipInline(admin.TabularInline):
    model = Membership


@admin.register(Player)
class PlayerAdmin(admin.ModelAdmin):
    inlines = [MembershipInline]
