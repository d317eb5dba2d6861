from portal.accounts.models import Preferences, User


def test_a_user_is_called_by_name():
    assert str(User(username="ada")) == "ada"


def test_nobody_gets_a_newsletter_unasked():
    assert Preferences().newsletter is False
