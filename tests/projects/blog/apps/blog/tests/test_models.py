from django.test import SimpleTestCase

from apps.blog.models import Post


class PostTests(SimpleTestCase):
    def test_a_post_begins_as_a_draft(self):
        self.assertEqual(Post(title="One").status, Post.Status.DRAFT)
