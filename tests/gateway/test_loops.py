"""What a site does by itself goes on for as long as the site does."""

from __future__ import annotations

import itertools

from tewatashi.sitekit.loops import Loop


def test_a_loop_that_failed_all_weekend_is_tried_again_within_a_quarter_of_a_minute() -> None:
    loop = Loop("mihon", 1.0, lambda: None)
    waits = [loop.wait_after(failures) for failures in (0, 1, 2, 3, 4, 1_100, 20_000)]
    assert waits == [1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0]
    assert all(before <= after for before, after in itertools.pairwise(waits))
