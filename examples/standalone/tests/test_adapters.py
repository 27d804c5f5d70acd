"""What the package does for those who install it."""

import sys

from acme_standalone.adapters import get_adapter
from acme_standalone.main import main


def test_the_echo_says_what_it_is_told():
    assert get_adapter("echo").say("hello") == "hello"


def test_the_command_greets(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["acme-standalone"])
    monkeypatch.setenv("ACME_GREETING", "hello")
    main()
    assert capsys.readouterr().out == "hello\n"
