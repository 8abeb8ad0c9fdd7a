"""The judge of the kill test, held against logs whose verdict is known."""

from uuid import UUID, uuid4

from tests.chaos.judging import Accept, Kill, Verdict, judge

LEASE = 3.0
A, B, C = (uuid4() for _ in range(3))


def judged(accepts: dict[UUID | None, list[float]], *kills: Kill, due: set[UUID] | None = None) -> Verdict:
    found = [Accept(row, at) for row, times in accepts.items() for at in times]
    due = {A, B} if due is None else due
    return judge(due=due, accepts=found, kills=kills, marked=due, lease=LEASE)


def test_the_check_passes_what_is_sent_once():
    assert judged({A: [1.0], B: [2.0]}).violations == []


def test_the_check_sees_what_was_never_taken():
    assert judged({A: [1.0]}).violations == ["1 lost"]


def test_the_check_allows_one_repeat_of_a_kill_and_names_a_second():
    open_then = Kill(5.0, frozenset({A, B}))

    one = judged({A: [4.9, 8.5], B: [9.0]}, open_then)
    two = judged({A: [4.9, 8.5], B: [4.8, 9.0]}, open_then)

    assert (one.repeats, one.most_repeats_of_a_kill, one.violations) == (1, 1, [])
    assert one.slowest_recovery == 4.0
    assert "1 more than one repeat of one kill" in two.violations


def test_the_check_names_a_repeat_that_no_kill_explains():
    elsewhere = Kill(5.0, frozenset({B}))

    without_kill = judged({A: [1.0, 2.0], B: [1.0]})
    of_another_row = judged({A: [1.0, 9.0], B: [9.0]}, elsewhere)
    twice_after_one = judged({A: [4.9, 9.0, 9.5], B: [1.0]}, Kill(5.0, frozenset({A})))

    assert "1 repeats that no kill explains" in without_kill.violations
    assert "1 repeats that no kill explains" in of_another_row.violations
    assert "1 repeats that no kill explains" in twice_after_one.violations


def test_the_check_counts_a_row_that_two_kills_left_open_once_for_each_yes():
    """Taken, killed; claimed again and killed before it was sent; sent at last: one repeat, of the first."""
    kills = Kill(5.0, frozenset({A})), Kill(9.0, frozenset({A}))

    verdict = judged({A: [4.9, 12.5], B: [1.0]}, *kills)

    assert (verdict.repeats, verdict.unexplained, verdict.in_window, verdict.violations) == (1, 0, 1, [])


def test_the_check_counts_a_held_kill_only_if_the_server_had_said_yes():
    before = judged({A: [8.5], B: [1.0]}, Kill(5.0, frozenset({A}), held=True))
    inside = judged({A: [4.9, 8.5], B: [1.0]}, Kill(5.0, frozenset({A}), held=True))

    assert (before.with_claim_open, before.held) == (1, 0)
    assert (inside.with_claim_open, inside.held) == (1, 1)


def test_the_check_names_mails_that_are_not_ours():
    assert "2 Message-IDs that are not ours" in judged({A: [1.0], B: [1.0], None: [1.0], C: [2.0]}).violations
