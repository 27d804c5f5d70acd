"""The adapter that says what it is told."""


class Echo:
    """Says what it is told."""

    def say(self, words):
        """The words."""
        return words
