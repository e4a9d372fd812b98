"""The PIN: what is kept of it, and how the question for it behaves."""

import pytest

from wallboard.ui.kiosk_pin import PATIENCE_MS, PENALTY_MS, Lock, hash_pin, matches

SALT = bytes(16)


@pytest.fixture(scope="module")
def hashed() -> str:
    return hash_pin("4711", SALT)


def given(lock: Lock, pin: str, now: int = 0) -> bool:
    for digit in pin:
        lock.press(digit, now)
    return lock.submit(now)


def test_a_hash_knows_its_pin_and_no_other(hashed: str) -> None:
    assert matches("4711", hashed)
    assert not matches("4712", hashed)
    assert "4711" not in hashed


def test_two_hashes_of_one_pin_differ() -> None:
    assert hash_pin("4711") != hash_pin("4711")


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "12a4", "\N{ARABIC-INDIC DIGIT ONE}234"])
def test_what_is_no_pin_is_refused(pin: str) -> None:
    with pytest.raises(ValueError, match="a PIN is 4 to 12 digits"):
        hash_pin(pin)


def test_without_a_pin_the_chord_is_enough() -> None:
    assert Lock("").ask(0)


def test_the_right_pin_opens(hashed: str) -> None:
    lock = Lock(hashed)
    assert not lock.ask(0)
    assert lock.asking
    assert given(lock, "4711")


def test_a_wrong_pin_is_told_and_asked_for_again(hashed: str) -> None:
    lock = Lock(hashed)
    lock.ask(0)
    assert not given(lock, "9999")
    assert (lock.asking, lock.digits, lock.told) == (True, "", "wrong PIN")


def test_a_digit_can_be_taken_back(hashed: str) -> None:
    lock = Lock(hashed)
    lock.ask(0)
    lock.press("4", 0)
    lock.press("8", 0)
    lock.erase(0)
    assert given(lock, "711")


def test_after_three_wrong_ones_even_the_right_pin_has_to_wait(hashed: str) -> None:
    lock = Lock(hashed)
    lock.ask(0)
    for _ in range(3):
        given(lock, "0000", 1000)
    assert lock.told == "wrong PIN; wait 30 s"
    assert not given(lock, "4711", 1000 + PENALTY_MS - 500)
    assert lock.told == "wait 1 s"
    assert given(lock, "4711", 1000 + PENALTY_MS)


def test_asking_again_does_not_shorten_the_wait(hashed: str) -> None:
    lock = Lock(hashed)
    lock.ask(0)
    for _ in range(3):
        given(lock, "0000")
    lock.cancel()
    lock.ask(100)
    assert not given(lock, "4711", 200)


def test_a_question_nobody_answers_goes_away(hashed: str) -> None:
    lock = Lock(hashed)
    lock.ask(0)
    lock.press("4", 5000)
    lock.tick(5000 + PATIENCE_MS - 1)
    assert lock.asking
    lock.tick(5000 + PATIENCE_MS)
    assert not lock.asking
