from django.contrib import admin
from import_export.admin import ImportMixin

from .models import Product


@admin.register(Product)
class ProductAdmin(ImportMixin, admin.ModelAdmin):
    pass
