"""Acts on a story: its author writes, signs and takes down; staff read, ask and show."""

from advocacy.testimonials.services.author import approve_wording, change_surfaces, submit, write
from advocacy.testimonials.services.embed import issue_key, revoke_key
from advocacy.testimonials.services.ends import expire_due, recount, withdraw
from advocacy.testimonials.services.review import (
    ask_author,
    clear_privacy,
    edit_wording,
    publish,
    reject,
    start_review,
)

__all__ = [
    "approve_wording",
    "ask_author",
    "change_surfaces",
    "clear_privacy",
    "edit_wording",
    "expire_due",
    "issue_key",
    "publish",
    "recount",
    "reject",
    "revoke_key",
    "start_review",
    "submit",
    "withdraw",
    "write",
]
