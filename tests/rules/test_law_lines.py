"""Each line of the law research on DMHC and CDI clocks, and the rules it became.

The first column names the line, by its own key; shorthand in a key ("/ -24h") and an "urgent" or "extension"
column are rules of their own, written out. Lines the second check added stand at the end.
"""

import pytest

from cases.deadlines.rules import load_rulebook

DMHC = {
    "dmhc-ur-standard-5bd": ["dmhc-ur-standard-5bd"],
    "dmhc-ur-urgent-72h": ["dmhc-ur-urgent-72h"],
    "dmhc-ur-retro-30d": ["dmhc-ur-retro-30d"],
    "dmhc-ur-notify-provider-24h": ["dmhc-ur-notify-provider-24h"],
    "dmhc-ur-notify-enrollee-2bd": ["dmhc-ur-notify-enrollee-2bd"],
    "dmhc-ur-delay-notice": ["dmhc-ur-delay-notice"],
    "dmhc-rx-pa-72h / -24h": ["dmhc-rx-pa-72h", "dmhc-rx-pa-24h"],
    "dmhc-rx-exception-external": ["dmhc-rx-exception-external", "dmhc-rx-exception-external-24h"],
    "dmhc-grievance-file-180d": ["dmhc-grievance-file-180d"],
    "dmhc-grievance-ack-5d": ["dmhc-grievance-ack-5d"],
    "dmhc-grievance-exempt-1bd": ["dmhc-grievance-exempt-1bd"],
    "dmhc-grievance-resolve-30d": ["dmhc-grievance-resolve-30d"],
    "dmhc-grievance-expedited-3d": ["dmhc-grievance-expedited-3d"],
    "dmhc-urgent-right-notice": ["dmhc-urgent-right-notice"],
    "dmhc-plan-answer-dept-30min": ["dmhc-plan-answer-dept-30min", "dmhc-plan-answer-dept-1h"],
    "dmhc-wait-30d": ["dmhc-wait-30d", "dmhc-wait-3d"],
    "dmhc-experimental-no-wait": ["dmhc-experimental-no-wait"],
    "dmhc-complaint-file": ["dmhc-complaint-file"],
    "dmhc-cancellation-review-180d": ["dmhc-cancellation-review-180d", "dmhc-cancellation-answer-3d"],
    "dmhc-complaint-plan-response-5d": [
        "dmhc-complaint-plan-response-5d",
        "dmhc-complaint-plan-response-24h",
    ],
    "dmhc-complaint-decision-30d": ["dmhc-complaint-decision-30d", "dmhc-complaint-extension"],
    "dmhc-imr-apply-6mo": ["dmhc-imr-apply-6mo"],
    "dmhc-imr-apply-6mo-unresolved": ["dmhc-imr-apply-6mo-unresolved"],
    "dmhc-imr-apply-late": ["dmhc-imr-apply-late"],
    "dmhc-imr-experimental-apply": ["dmhc-imr-experimental-apply"],
    "dmhc-experimental-notice-5bd": ["dmhc-experimental-notice-5bd"],
    "dmhc-imr-form-with-denial": ["dmhc-imr-form-with-denial"],
    "dmhc-imr-dept-accept-7d": ["dmhc-imr-dept-accept-7d", "dmhc-imr-dept-accept-48h"],
    "dmhc-imr-plan-docs-3bd": ["dmhc-imr-plan-docs-3bd"],
    "dmhc-imr-plan-docs-24h": ["dmhc-imr-plan-docs-24h"],
    "dmhc-imr-new-records": ["dmhc-imr-new-records"],
    "dmhc-imr-docs-list": ["dmhc-imr-docs-list"],
    "dmhc-imr-decision-30d": ["dmhc-imr-decision-30d"],
    "dmhc-imr-decision-expedited-3d": ["dmhc-imr-decision-expedited-3d"],
    "dmhc-imr-decision-experimental-30d / dmhc-imr-decision-experimental-7d": [
        "dmhc-imr-decision-experimental-30d",
        "dmhc-imr-decision-experimental-7d",
        "dmhc-imr-experimental-extension-3d",
    ],
    "dmhc-imr-extension-3d": ["dmhc-imr-extension-3d"],
    "dmhc-imr-adopt": ["dmhc-imr-adopt"],
    "dmhc-imr-implement-5wd": ["dmhc-imr-implement-5wd"],
    "dmhc-imr-penalty": ["dmhc-imr-penalty"],
    "dmhc-imr-database": ["dmhc-imr-database"],
    "ca-claim-payment-30d": ["ca-claim-payment-30d"],
}
CDI = {
    "cdi-ur-standard-5bd, -urgent-72h, -retro-30d, -notify-provider-24h, -notify-insured-2bd": [
        "cdi-ur-standard-5bd",
        "cdi-ur-urgent-72h",
        "cdi-ur-retro-30d",
        "cdi-ur-notify-provider-24h",
        "cdi-ur-notify-insured-2bd",
        "cdi-ur-delay-notice",  # its citation, (h)(5), is in the line
    ],
    "cdi-internal-appeal-180d": ["cdi-internal-appeal-180d"],
    "cdi-imr-wait": ["cdi-imr-wait", "cdi-imr-wait-3d"],
    "cdi-imr-apply-6mo": ["cdi-imr-apply-6mo"],
    "cdi-imr-insurer-docs-3bd": ["cdi-imr-insurer-docs-3bd", "cdi-imr-insurer-docs-24h"],
    "cdi-imr-dept-notice": ["cdi-imr-dept-notice"],
    "cdi-imr-decision-30d": [
        "cdi-imr-decision-30d",
        "cdi-imr-decision-expedited-3d",
        "cdi-imr-extension-3d",
    ],
    "cdi-imr-experimental": [
        "cdi-imr-experimental",
        "cdi-imr-experimental-7d",
        "cdi-imr-experimental-extension-3d",
    ],
    "cdi-imr-adopt": ["cdi-imr-adopt"],
    "cdi-imr-implement": ["cdi-imr-implement"],
    "cdi-respond-claimant-15d": ["cdi-respond-claimant-15d"],
    "cdi-ack-claim-15d": ["cdi-ack-claim-15d"],
    "cdi-respond-cdi-21d": ["cdi-respond-cdi-21d"],
    "cdi-accept-deny-40d": ["cdi-accept-deny-40d", "cdi-accept-deny-status-30d"],
}
ADDED = {"cdi-experimental-notice-5bd": ["cdi-experimental-notice-5bd"]}

LINES = DMHC | CDI | ADDED

# What the research marks "not seen", or rests on memory or one secondary source: unverified to staff.
UNVERIFIED = {
    "dmhc-grievance-file-180d": "M",
    "dmhc-grievance-ack-5d": "M",
    "dmhc-grievance-exempt-1bd": "L",
    "dmhc-complaint-file": "M",
    "dmhc-cancellation-review-180d": "L",
    "dmhc-cancellation-answer-3d": "M",
    "dmhc-complaint-plan-response-5d": "L",
    "dmhc-complaint-plan-response-24h": "L",
    "dmhc-imr-experimental-apply": "M",
    "dmhc-experimental-notice-5bd": "M",
    "dmhc-imr-dept-accept-7d": "M",
    "dmhc-imr-dept-accept-48h": "M",
    "dmhc-imr-decision-experimental-30d": "M",
    "dmhc-imr-decision-experimental-7d": "M",
    "dmhc-imr-experimental-extension-3d": "M",
    "cdi-internal-appeal-180d": "M",
    "cdi-ack-claim-15d": "M",
    "cdi-accept-deny-40d": "M",
    "cdi-accept-deny-status-30d": "L",
}

NO_LENGTH = {
    "dmhc-ur-delay-notice": "immediately",
    "dmhc-urgent-right-notice": "immediately",
    "dmhc-experimental-no-wait": "at once",
    "dmhc-imr-apply-late": "No outer limit",
    "dmhc-complaint-extension": "no number of days",
    "dmhc-imr-form-with-denial": "with the answer itself",
    "dmhc-imr-new-records": "immediately",
    "dmhc-imr-docs-list": "promptly",
    "dmhc-imr-adopt": "promptly",
    "dmhc-imr-penalty": "$5,000",
    "dmhc-imr-database": "names no day",
    "cdi-ur-delay-notice": "immediately",
    "cdi-imr-dept-notice": "immediately",
    "cdi-imr-adopt": "immediately",
    "cdi-imr-implement": "no number of days",
}

ALL = load_rulebook().all()


@pytest.mark.parametrize("line", LINES)
def test_the_line_became_its_rules(line):
    shipped = {rule.slug for rule in ALL}

    assert shipped.issuperset(LINES[line])


def test_no_rule_stands_without_a_line():
    assert {rule.slug for rule in ALL} == {slug for slugs in LINES.values() for slug in slugs}


def test_what_nobody_has_read_is_unverified_and_the_rest_is_not():
    assert {rule.slug: rule.confidence for rule in ALL if rule.unverified} == UNVERIFIED


def test_a_rule_without_a_length_says_what_the_law_says_instead():
    without = {rule.slug: rule.explanation for rule in ALL if not rule.amount}

    assert without.keys() == NO_LENGTH.keys()
    for slug, words in NO_LENGTH.items():
        assert words in without[slug], slug
