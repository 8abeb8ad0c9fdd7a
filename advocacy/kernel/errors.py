"""Anticipated refusals."""


class Refusal(Exception):
    """A service's anticipated "no": it changed nothing, and can be worded.

    `words` is what a person reads; `field` names the form field it belongs to, where there is one.
    """

    words = "This cannot be done."
    field: str | None = None

    def __init__(self, words: str | None = None, *, field: str | None = None) -> None:
        self.words = words or type(self).words
        self.field = field or type(self).field
        super().__init__(self.words)
