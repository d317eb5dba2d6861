"""Traps around caches, search, logins, requests, migrations and settings."""

import asyncio
import logging

from asgiref.testing import ApplicationCommunicator
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.signals import (
    user_logged_in,
    user_logged_out,
    user_login_failed,
)
from django.core.asgi import get_asgi_application
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.test import RequestFactory, TestCase, TransactionTestCase, override_settings

from shop.models import (
    AddressEvent,
    Article,
    Customer,
    LoginEvent,
    Order,
    Page,
    Section,
    Tag,
)
from shop.tasks import sync_order
from traps.test_rows import Calls, Rollback


class CacheInvalidateTraps(TransactionTestCase):
    def setUp(self):
        self.article = Article.objects.create(title="Tea")
        self.fill()

    def fill(self):
        cache.set(f"article:{self.article.pk}", "old")
        cache.set("article_list", "old")

    def is_filled(self):
        return cache.get(f"article:{self.article.pk}") == "old"

    def test_keys_go_after_the_commit(self):
        with transaction.atomic():
            self.article.save()
            self.assertTrue(self.is_filled())
        self.assertFalse(self.is_filled())
        self.assertIsNone(cache.get("article_list"))

    def test_a_rollback_keeps_them(self):
        with self.assertRaises(Rollback), transaction.atomic():
            self.article.save()
            raise Rollback
        self.assertTrue(self.is_filled())

    def test_a_deleted_row_is_dropped_by_its_key(self):
        key = f"article:{self.article.pk}"
        with transaction.atomic():
            self.article.delete()
        self.assertIsNone(cache.get(key))

    def test_relations_drop_it_from_either_side(self):
        tag = Tag.objects.create(name="a")
        for change in (
            lambda: self.article.tags.add(tag),
            lambda: self.article.tags.clear(),
            lambda: tag.articles.add(self.article),
            lambda: tag.articles.clear(),
        ):
            self.fill()
            change()
            self.assertFalse(self.is_filled())


class SearchIndexTraps(Calls, TransactionTestCase):
    def test_a_deleted_row_is_removed_by_its_key(self):
        article = Article.objects.create(title="Tea")
        key = article.pk
        with transaction.atomic():
            article.delete()
        self.assertEqual(self.calls, [("index", key), ("unindex", key)])

    def test_a_rollback_indexes_nothing(self):
        with self.assertRaises(Rollback), transaction.atomic():
            Article.objects.create(title="Tea")
            raise Rollback
        self.assertEqual(self.calls, [])

    def test_other_fields_are_no_news(self):
        article = Article.objects.create(title="Tea")
        self.calls.clear()
        article.save(update_fields=["comment_count"])
        self.assertEqual(self.calls, [])

    def test_a_row_that_does_not_belong_there_any_more_is_removed(self):
        section = Section.objects.create(name="Tea")
        section.is_open = False
        section.save(update_fields=["is_open"])
        key = section.pk
        self.assertEqual(self.calls, [("index", key), ("unindex", key)])
        section.delete()
        self.assertEqual(self.calls[2:], [("unindex", key)])


class LoginAuditTraps(TestCase):
    def request(self, **meta):
        return RequestFactory().get("/", **meta)

    def test_nothing_typed_is_recorded(self):
        with self.assertLogs("shop.login", "INFO") as logs:
            authenticate(self.request(), username="my secret", password="my secret")
        event = LoginEvent.objects.get()
        self.assertNotIn("secret", str(vars(event)) + "".join(logs.output))
        self.assertEqual((event.event, event.user_id), ("failed", None))

    def test_the_address_behind_a_proxy(self):
        user = get_user_model().objects.create(username="ada")
        request = self.request(
            REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 1.2.3.4"
        )
        user_logged_in.send(type(user), request=request, user=user)
        event = LoginEvent.objects.get()
        self.assertEqual((event.address, event.user_id), ("1.2.3.4", user.pk))

    def test_an_address_loses_its_port_and_what_is_none_is_left_out(self):
        user = get_user_model().objects.create(username="ada")
        for text, address in (
            ("1.2.3.4:5678", "1.2.3.4"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("unknown", ""),
        ):
            request = self.request(HTTP_X_FORWARDED_FOR=text)
            user_logged_in.send(type(user), request=request, user=user)
            self.assertEqual(LoginEvent.objects.last().address, address)

    def test_a_column_of_addresses_takes_what_is_none_as_null(self):
        user = get_user_model().objects.create(username="ada")
        for text, address in (("1.2.3.4:80", "1.2.3.4"), ("unknown", None)):
            request = self.request(REMOTE_ADDR=text)
            with self.assertNoLogs("shop.signals", "ERROR"):
                user_logged_in.send(type(user), request=request, user=user)
            self.assertEqual(AddressEvent.objects.last().address, address)

    def test_user_and_request_may_be_missing(self):
        with self.assertNoLogs("shop.signals", "ERROR"):
            user_logged_out.send(None, request=None, user=None)
            user_login_failed.send("x", credentials={}, request=None)
        events = LoginEvent.objects.order_by("pk").values_list("event", flat=True)
        self.assertEqual(list(events), ["logout", "failed"])



class RequestTimingTraps(TestCase):
    def test_a_request_of_wsgi_is_timed(self):
        with self.assertLogs("shop.requests", "INFO") as logs:
            self.client.get("/")
        self.assertEqual(len(logs.records), 1)

    def test_a_request_of_asgi_is_timed(self):
        async def call():
            scope = {
                "type": "http",
                "method": "GET",
                "path": "/",
                "query_string": b"",
                "http_version": "1.1",
                "headers": [(b"host", b"testserver")],
            }
            server = ApplicationCommunicator(get_asgi_application(), scope)
            await server.send_input({"type": "http.request"})
            await server.receive_output(5)
            await server.receive_output(5)
            await server.wait()

        with self.assertLogs("shop.requests", "INFO") as logs:
            asyncio.run(call())
        self.assertEqual(len(logs.records), 1)


class ExceptionLogTraps(TestCase):
    def test_path_method_and_traceback_are_logged(self):
        self.client.raise_request_exception = False
        logging.disable(logging.NOTSET)
        with self.assertLogs("shop.errors", "ERROR") as logs:
            self.client.post("/fail/")
        self.assertIn("POST /fail/ failed for user None", logs.output[0])
        self.assertIn("this page fails", logs.output[0])

    def test_a_request_may_miss_its_parts(self):
        with self.assertLogs("shop.errors", "ERROR"):
            got_request_exception.send(None, request=None)


class Elsewhere:
    """No app belongs to this database."""

    def allow_migrate(self, db, app_label, **hints):
        return False


class PostMigrateDataTraps(Calls, TransactionTestCase):
    def test_one_call_for_one_app(self):
        call_command("migrate", verbosity=0)
        self.assertEqual(self.calls, [("defaults", "default")])

    def test_a_table_that_is_gone_gets_no_rows(self):
        with connection.schema_editor() as editor:
            editor.delete_model(Page)
        try:
            emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
        finally:
            with connection.schema_editor() as editor:
                editor.create_model(Page)
        self.assertEqual(self.calls, [])

    def test_a_database_that_the_router_keeps_the_app_out_of_gets_no_rows(self):
        with override_settings(DATABASE_ROUTERS=["traps.test_world.Elsewhere"]):
            emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
        self.assertEqual(self.calls, [])

    def test_flush_sends_fewer_arguments(self):
        call_command("flush", verbosity=0, interactive=False)
        self.assertEqual(self.calls, [("defaults", "default")])


class SettingReloadTraps(Calls, TestCase):
    def test_only_its_own_setting_counts(self):
        with override_settings(RATES={}):
            self.assertEqual(self.calls, [("rates",)])
        self.calls.clear()
        with override_settings(USE_TZ=False):
            self.assertEqual(self.calls, [])


class RetryTaskTraps(TestCase):
    def test_a_row_that_is_gone_is_no_error(self):
        order = Order.objects.create(customer=Customer.objects.create(name="Ada"))
        key = order.pk
        order.delete()
        with self.assertNoLogs("shop.tasks", "ERROR"):
            sync_order.run(key)

    def test_it_tries_again(self):
        self.assertEqual(sync_order.max_retries, 3)
        self.assertTrue(sync_order.retry_backoff)
