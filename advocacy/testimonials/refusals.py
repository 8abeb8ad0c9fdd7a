"""Every anticipated no of this feature. Most are read by an author, so each is said in their language."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from advocacy.kernel.errors import Refusal


class Said(Refusal):
    """A refusal that is put into the reader's language when it is raised."""

    def __init__(self, words: str | None = None, *, field: str | None = None) -> None:
        super().__init__(gettext(words or type(self).words), field=field)


class NotNow(Said):
    words = _("This story has moved on. Open it again to see where it stands")


class NotYours(Said):
    words = _("Only the person who wrote this story can do this")


class NoOutcomeYet(Said):
    words = _("You can tell your story once your case has an answer")


class NothingSigned(Said):
    words = _("There is no permission to show this story, or its time is over. Ask the author to sign one")


class NothingTicked(Said):
    words = _("Tick at least one place where we may show your story")
    field = "on_site"


class NoName(Said):
    words = _("Write the words we should show as your name")
    field = "name_words"


class NoSuchText(Said):
    words = _("The words of the permission have changed. Please read them again")


class WordsChanged(Said):
    words = _("The words have changed since you opened this page. Please read them again")


class NoWords(Said):
    words = _("Write your story first")
    field = "text"


class SameWords(Said):
    words = _("Nothing has changed in these words")
    field = "text"


class NotApproved(Said):
    words = _("The author has not said yes to exactly these words. Send the words to the author")


class NotCleared(Said):
    words = _("Somebody must look at each personal detail first")


class NoReason(Said):
    words = _("Choose a reason from the list")
    field = "reason"
