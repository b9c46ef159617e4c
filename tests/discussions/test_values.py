import pytest

from blog.discussions.values import path_below, paths_above


def test_it_numbers_siblings_in_byte_order() -> None:
    numbers = [1, 2, 9, 10, 31, 32, 33, 1023, 1024, 32**5, 32**6 - 1]
    paths = [path_below("", number) for number in numbers]
    assert paths == sorted(paths)
    assert (paths[0], paths[5], paths[-1]) == ("000001", "000010", "vvvvvv")


def test_it_puts_a_child_right_behind_its_parent() -> None:
    first, second = path_below("", 1), path_below("", 2)
    assert sorted([second, path_below(first, 7), first]) == [first, "000001000007", second]


@pytest.mark.parametrize("number", [0, -1, 32**6])
def test_it_refuses_a_number_that_would_break_the_order(number: int) -> None:
    with pytest.raises(ValueError, match="no path segment"):
        path_below("", number)


def test_it_names_the_paths_above() -> None:
    assert paths_above("000001") == []
    assert paths_above("000001000002000003") == ["000001", "000001000002"]
