"""Traps around a relation with a model of its own, whose rows an inline of the admin makes one by one."""

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import TestCase, TransactionTestCase

from shop.models import Membership, Player, Team


class CachedThroughTraps(TransactionTestCase):
    def test_both_rows_lose_what_is_cached(self):
        team = Team.objects.create(name="a")
        players = [Player.objects.create(name=name) for name in "ab"]
        keys = [f"player:{player.pk}" for player in players]

        def left(change):
            cache.set_many(dict.fromkeys(keys, "old"))
            change()
            return [key for key in keys if key in cache]

        membership = Membership(player=players[0], team=team)
        self.assertEqual(left(membership.save), keys[1:])
        membership.player = players[1]
        self.assertEqual(left(membership.save), [])
        loaded = Membership.objects.only("pk").get()
        self.assertEqual(left(loaded.delete), keys[:1])


class ThroughTraps(TestCase):
    def setUp(self):
        self.teams = [Team.objects.create(name=name) for name in "ab"]
        self.player = Player.objects.create(name="Ada")

    def counts(self):
        return list(Team.objects.order_by("pk").values_list("member_count", flat=True))

    def test_a_row_that_is_made_by_itself_is_counted(self):
        Membership.objects.create(player=self.player, team=self.teams[0])
        self.assertEqual(self.counts(), [1, 0])

    def test_a_row_that_moves_is_counted_where_it_goes(self):
        row = Membership.objects.create(player=self.player, team=self.teams[0])
        row.team = self.teams[1]
        row.save()
        self.assertEqual(self.counts(), [0, 1])

    def test_a_row_that_is_deleted_is_counted_no_longer(self):
        Membership.objects.create(player=self.player, team=self.teams[0]).delete()
        self.assertEqual(self.counts(), [0, 0])

    def test_a_player_who_joins_twice_is_counted_once(self):
        for _ in range(2):
            Membership.objects.create(player=self.player, team=self.teams[0])
        self.assertEqual(self.counts(), [1, 0])

    def test_what_the_relation_does_is_counted_too(self):
        self.player.teams.set(self.teams)
        self.assertEqual(self.counts(), [1, 1])
        self.player.teams.remove(self.teams[0])
        self.assertEqual(self.counts(), [0, 1])
        self.player.teams.clear()
        self.assertEqual(self.counts(), [0, 0])

    def test_a_side_that_is_deleted_leaves_right_counts(self):
        self.player.teams.set(self.teams)
        self.teams[1].delete()
        self.player.delete()
        self.assertEqual(self.counts(), [0])

    def test_a_row_that_is_made_by_itself_is_refused(self):
        Team.objects.update(is_open=False)
        with self.assertRaisesMessage(ValidationError, "This team is full."):
            Membership.objects.create(player=self.player, team=self.teams[0])
        self.assertEqual(self.counts(), [0, 0])
