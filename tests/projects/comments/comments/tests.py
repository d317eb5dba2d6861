from django.test import SimpleTestCase

from comments.mentions import mentioned
from comments.models import Comment


class CommentTests(SimpleTestCase):
    def test_mentions_are_found_once(self):
        self.assertEqual(mentioned("@bob and @ada, @bob; x@y"), ["ada", "bob"])

    def test_a_comment_is_visible_at_first(self):
        self.assertTrue(Comment(text="Hello").is_visible)
