from django.db import connections

SCHEMAS = []


def create_default_tags(using):
    from shop.models import Tag

    SCHEMAS.append(connections[using].schema_name)
    Tag.objects.using(using).get_or_create(name="default")
