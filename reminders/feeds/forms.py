"""What a member says of a calendar."""

from typing import Any

from django import forms

from advocacy.accounts.doors import Actor
from advocacy.accounts.models import FeedReach
from reminders.feeds.services import may_reach

WORDS = {
    FeedReach.OWN: "My cases",
    FeedReach.SIGHT: "Every case I may see",
    FeedReach.TEAM: "The whole team. Every owner and supervisor can end it",
}


class FeedForm(forms.Form):
    label = forms.CharField(
        label="Where will you use it?",
        help_text="For your own list, like “My phone”.",
        max_length=80,
        error_messages={"required": "Enter where you will use it, like “My phone”"},
    )
    reach = forms.ChoiceField(
        label="Whose dates?", widget=forms.RadioSelect, initial=FeedReach.OWN,
        error_messages={"required": "Choose whose dates it shows"},
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # For who leads, every case they may see is the whole team.
        widest = FeedReach.TEAM if may_reach(actor, FeedReach.TEAM) else FeedReach.SIGHT
        offered = [each for each in (FeedReach.OWN, widest) if may_reach(actor, each)]
        self.fields["reach"].choices = [(each.value, WORDS[each]) for each in offered]  # type: ignore[attr-defined]
