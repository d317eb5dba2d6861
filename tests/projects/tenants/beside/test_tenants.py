"""Two tenants, each a schema of PostgreSQL: what a receiver does stays with the tenant of the row."""

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase
from django_tenants.utils import schema_context

from beside.kit import beside
from customers.models import Client
from shop import setup
from shop.models import Article, AuditEntry, Comment, Tag

NAMES = ["first", "second"]


class TenantTests(TransactionTestCase):
    def setUp(self):
        connection.set_schema_to_public()
        setup.SCHEMAS.clear()
        self.tenants = []
        for name in NAMES:
            tenant = Client(schema_name=name, name=name)
            tenant.save(verbosity=0)
            self.tenants.append(tenant)
        self.addCleanup(self.drop)

    def drop(self):
        connection.set_schema_to_public()
        for tenant in self.tenants:
            tenant.delete(force_drop=True)

    def each(self, ask):
        found = []
        for name in NAMES:
            with schema_context(name):
                found.append(ask())
        return found

    @beside("django-tenants", "post_migrate_data")
    def test_each_schema_gets_its_rows_and_the_public_one_none(self):
        self.assertEqual(setup.SCHEMAS, NAMES)
        call_command("migrate_schemas", verbosity=0)
        self.assertNotIn("public", setup.SCHEMAS)
        self.assertEqual(self.each(Tag.objects.count), [1, 1])

    @beside("django-tenants", "cache_invalidate")
    def test_keys_and_patterns_of_the_other_tenant_stay(self):
        rows = self.each(lambda: Article.objects.create(title="Tea"))
        key = f"article:{rows[0].pk}"
        self.assertEqual(rows[0].pk, rows[1].pk)
        self.each(lambda: cache.set_many({key: 1, f"{key}:list": 1}))
        with schema_context("first"):
            rows[0].save()
        self.assertEqual(self.each(lambda: list(cache.get_many([key, f"{key}:list"]))), [[], [key, f"{key}:list"]])
        with schema_context("second"):
            rows[1].tags.add(Tag.objects.get())
        self.assertEqual(self.each(lambda: list(cache.get_many([key, f"{key}:list"]))), [[], []])

    @beside("django-tenants", "counter", "m2m_counter", "audit_log", "slug")
    def test_rows_are_counted_and_recorded_where_they_are(self):
        with schema_context("first"):
            row = Article.objects.create(title="Tea")
            Comment.objects.create(article=row)
            row.tags.add(Tag.objects.get())
        self.each(lambda: Article.objects.create(title="Tea"))
        slugs = self.each(lambda: list(Article.objects.order_by("pk").values_list("slug", flat=True)))
        self.assertEqual(slugs, [["tea", "tea-2"], ["tea"]])
        self.assertEqual(self.each(AuditEntry.objects.count), [2, 1])
        count = self.each(lambda: sum(Article.objects.values_list("comment_count", flat=True)))
        self.assertEqual(count, [1, 0])
        count = self.each(lambda: Tag.objects.get().article_count)
        self.assertEqual(count, [1, 0])
