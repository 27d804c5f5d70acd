from unittest import mock

import main


def test_main_prints_the_name_first():
    with mock.patch("plugins.describe", return_value=[]):
        assert main.main()[0].startswith("acme")
