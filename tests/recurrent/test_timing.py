"""Work that takes turns is timed fairly."""

from __future__ import annotations

from course_utils.recurrent.timing import seconds_in_turn, shortest_seconds


def test_the_works_take_turns_and_begin_once_before_they_are_timed():
    calls: list[str] = []
    works = {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}
    times = seconds_in_turn(works, 3)
    assert calls == ["a", "b"] * 4
    assert {name: len(each) for name, each in times.items()} == {"a": 3, "b": 3}
    assert all(seconds >= 0 for each in times.values() for seconds in each)


def test_longer_work_takes_longer():
    def busy(rounds):
        return lambda: sum(range(rounds))

    times = seconds_in_turn({"short": busy(1_000), "long": busy(200_000)}, 5)
    assert min(times["long"]) > min(times["short"])


def test_the_shortest_of_no_repeat_is_that_of_one():
    calls: list[int] = []
    assert shortest_seconds(lambda: calls.append(1), repeats=0) >= 0
    assert calls == [1]
