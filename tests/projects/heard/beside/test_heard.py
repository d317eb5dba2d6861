"""Signals as the packages really send them: rows saved, moved and deleted by the packages' own ways, receivers as generated."""

import contextlib
from unittest import mock

import reversion
from allauth.account.models import EmailAddress
from celery.app.log import Logging
from constance import config
from django.contrib.auth import authenticate, get_user_model
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import RequestFactory, TestCase, TransactionTestCase
from django_tasks_db.models import DBTaskResult
from wagtail.models import Locale, Page

from config.celery import app as celery_app
from shop import tasks
from shop.models import (
    Article,
    Board,
    Circle,
    Folder,
    Heard,
    Order,
    Paper,
    Photo,
    Playlist,
    Product,
    Rule,
    Section,
    Shape,
    StoryPage,
)


class Told(TestCase):
    """What was heard since a test last asked."""

    def told(self, *whats):
        rows = Heard.objects.order_by("pk")
        rows = rows.filter(what__in=whats) if whats else rows
        found = [f"{row.what}: {row.text}" if row.text else row.what for row in rows]
        Heard.objects.all().delete()
        return found


class TagTests(Told):
    """django-taggit shares one through model, and sends m2m_changed without ``raw``."""

    def test_tags_of_an_article_are_heard_and_those_of_a_photo_are_not(self):
        article, photo = Article.objects.create(title="a"), Photo.objects.create(title="p")
        article.tags.add("x", "y")
        photo.tags.add("x")
        self.assertEqual(self.told(), ["tagged: a 2"])
        article.tags.remove("x")
        photo.tags.clear()
        article.tags.clear()
        self.assertEqual(self.told(), ["untagged: a 1", "cleared: a"])

    def test_a_sorted_relation_sends_without_raw_too(self):
        photos = [Photo.objects.create(title=title) for title in "pq"]
        playlist = Playlist.objects.create(title="l")
        playlist.photos.add(*photos)
        playlist.photos.remove(photos[0])
        self.assertEqual(self.told(), ["listed: l 2", "unlisted: l 1"])


class SoftTests(Told):
    """django-safedelete keeps rows: post_delete is heard only where one really goes."""

    def test_a_row_that_is_kept_comes_back_and_goes_for_good(self):
        folder = Folder.objects.create(name="f")
        paper = Paper.objects.create(folder=folder, name="p")
        self.assertEqual(self.told(), ["paper: p"])
        paper.delete()
        self.assertEqual(self.told(), ["going: p default", "soft: p"])
        paper.undelete()
        self.assertEqual(self.told(), ["back: p"])
        paper.delete(force_policy=0)
        self.assertEqual(self.told(), ["gone: p"])

    def test_a_cascade_keeps_the_rows_below(self):
        folder = Folder.objects.create(name="f")
        Paper.objects.create(folder=folder, name="p")
        folder.delete()
        self.assertEqual(self.told("soft", "gone"), ["soft: p"])
        folder.undelete()
        self.assertEqual(self.told("back"), ["back: p"])


class ShapeTests(Told):
    """django-polymorphic gives the class of the row; a child is saved as a child, deleted as both."""

    def test_children_count_and_are_heard_once(self):
        board, other = Board.objects.create(), Board.objects.create()
        shape, circle = Shape.objects.create(board=board), Circle.objects.create(board=board)
        self.assertEqual(self.told(), ["shape: Shape", "shape: Circle"])
        board.refresh_from_db()
        self.assertEqual(board.shapes, 2)
        circle.board = other
        circle.save()
        shape.delete()
        self.assertEqual(self.told(), ["no shape: Shape"])
        self.assertEqual([Board.objects.get(pk=b.pk).shapes for b in (board, other)], [0, 1])
        Shape.objects.all().delete()
        self.assertEqual(len(self.told()), 1)
        other.refresh_from_db()
        self.assertEqual(other.shapes, 0)


class TreeTests(Told):
    """django-mptt sends ``position`` by one way and leaves it out by another."""

    def test_a_section_moves_by_hand_and_by_its_parent(self):
        one, two = Section.objects.create(name="1"), Section.objects.create(name="2")
        leaf = Section.objects.create(name="leaf", parent=one)
        self.told()
        leaf.move_to(two, "last-child")
        self.assertEqual(self.told(), ["moved: leaf 2 last-child"])
        leaf.refresh_from_db()
        leaf.parent = None
        leaf.save()
        self.assertEqual(self.told(), ["moved: leaf None None"])
        leaf.refresh_from_db()
        two.refresh_from_db()
        two.delete()
        self.assertEqual(self.told(), ["section: 2"])


class RecordTests(Told):
    """django-simple-history, django-reversion."""

    def test_each_record_of_a_history_is_heard(self):
        product = Product.objects.create(name="p")
        product.save()
        product.delete()
        self.assertEqual(
            self.told(), ["recorded: p + None", "recorded: p ~ None", "recorded: p - None"]
        )

    def test_a_revision_is_heard_once_with_its_versions(self):
        with reversion.create_revision():
            Rule.objects.create(text="a")
            Rule.objects.create(text="b")
            reversion.set_comment("two")
        Rule.objects.create(text="none")
        self.assertEqual(self.told(), ["revision: two 2"])


class MachineTests(Told):
    """django-fsm-2 sends ``name``, ``source``, ``target``, and an exception where one was raised."""

    def test_a_transition_and_one_that_fails(self):
        order = Order.objects.create()
        order.pay()
        order.save()
        self.assertEqual(
            self.told("moving", "moved on"),
            ["moving: pay new paid", "moved on: pay paid NoneType {}"],
        )
        other = Order.objects.create()
        self.told()
        with contextlib.suppress(LookupError):
            other.pay(broken=True)
        self.assertEqual(
            self.told("moving", "moved on"),
            ["moving: pay new paid", "moved on: pay failed LookupError {'broken': True}"],
        )


class UserTests(Told):
    """django-allauth, which has a ``user_logged_in`` of its own, and django-axes."""

    def test_signing_up_is_heard_under_each_signal(self):
        form = {"username": "ada", "email": "ada@example.com"}
        form |= {"password1": "kjh34GGs9", "password2": "kjh34GGs9"}
        done = self.client.post("/accounts/signup/", form)
        self.assertEqual(done.status_code, 302, done.content)
        self.assertEqual(
            sorted(self.told()), ["allauth login: ada False", "login: ada", "signed up: ada None"]
        )
        self.assertEqual(len(mail.outbox), 1)

    def test_logging_in_is_heard_with_what_that_way_sends(self):
        user = get_user_model().objects.create_user("ada", "ada@example.com", "kjh34GGs9")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        form = {"login": "ada", "password": "kjh34GGs9"}
        self.assertEqual(self.client.post("/accounts/login/", form).status_code, 302)
        told = self.told()
        self.assertIn("step: password None None True", told)
        self.assertEqual(told.count("login: ada"), 1)
        self.assertEqual(sum(line.startswith("allauth login") for line in told), 1)

    def test_a_user_without_a_view_logs_in_under_django_s_signal_alone(self):
        self.client.force_login(get_user_model().objects.create_user("eve"))
        self.assertEqual(self.told(), ["login: eve"])

    def test_who_is_locked_out_is_heard(self):
        request = RequestFactory().post("/accounts/login/", REMOTE_ADDR="10.0.0.1")
        for _ in range(2):
            with contextlib.suppress(Exception):
                authenticate(request, username="ada", password="wrong")
        self.assertEqual(self.told("locked"), ["locked: ada 10.0.0.1"])


class ObjectTests(Told):
    """Senders that are no models: an object of constance, None of import-export, a task of Celery."""

    def test_a_setting_that_changes_is_heard(self):
        config.GREETING = "good day"
        self.assertEqual(self.told(), ["config: GREETING None good day"])

    def test_an_import_in_the_admin_is_heard(self):
        self.client.force_login(get_user_model().objects.create_superuser("ada"))
        sheet = SimpleUploadedFile("rows.csv", b"id,name\n,tea\n")
        first = self.client.post(
            "/admin/shop/product/import/", {"format": "0", "import_file": sheet}
        )
        form = first.context["confirm_form"].initial
        done = self.client.post("/admin/shop/product/process_import/", form)
        self.assertEqual(done.status_code, 302)
        self.assertEqual(self.told("imported", "recorded"), ["recorded: tea + None", "imported: Product"])

    def test_args_and_kwargs_of_a_task_are_heard(self):
        tasks.ring.delay(3, loud=True)
        self.assertEqual(
            self.told(), ["rung: shop.tasks.ring [3] {'loud': True}", "success: 3 False"]
        )

    def test_the_format_of_the_log_is_heard(self):
        log = Logging(celery_app)
        kept = mock.patch.multiple(Logging, _setup=False, _configure_logger=mock.DEFAULT)
        celery_app.conf.worker_hijack_root_logger = False
        with kept:
            log.setup_logging_subsystem(loglevel="INFO", format="%(message)s")
        self.assertEqual(self.told(), ["log: %(message)s 20"])


PAGES = ("page", "story", "page moved", "any page")


class PageTests(Told):
    """Wagtail sends by the class of the page, not by ``Page``."""

    def setUp(self):
        Locale.objects.create(language_code="en")
        self.root = Page.add_root(instance=Page(title="root", slug="root"))

    def test_a_page_is_published_moved_and_deleted(self):
        one = self.root.add_child(instance=Page(title="one", slug="one"))
        two = self.root.add_child(instance=Page(title="two", slug="two"))
        story = one.add_child(instance=StoryPage(title="s", slug="s", live=False))
        self.assertEqual(self.told(*PAGES), ["page: s"])
        story.save_revision().publish()
        self.assertEqual(self.told(*PAGES), ["story: s None"])
        story.refresh_from_db()
        two.refresh_from_db()
        story.move(two, "last-child")
        self.assertEqual(self.told(*PAGES), ["page moved: one two"])
        one.refresh_from_db()
        one.save_revision().publish()
        self.assertEqual(self.told(*PAGES), ["any page: one"])


class QueueTests(TransactionTestCase):
    """A queue whose rows are in the same database: a task is there with the row, or neither is."""

    def test_a_task_is_queued_with_its_row(self):
        with contextlib.suppress(LookupError), transaction.atomic():
            Order.objects.create()
            raise LookupError
        self.assertEqual(DBTaskResult.objects.count(), 0)
        with transaction.atomic():
            order = Order.objects.create()
        self.assertEqual(DBTaskResult.objects.get().args_kwargs["args"], [order.pk])
        self.assertEqual(Heard.objects.get(what="queued").text, f"[{order.pk}]")
