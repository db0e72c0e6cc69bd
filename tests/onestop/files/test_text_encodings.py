"""Encodings of text files: read if certain, refused with a sample line otherwise; texts that were encoded twice."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.files.text_encodings import CANDIDATES, detect_encoding, repaired
from onestop.files.unreadable import CannotReadFile

WORDS = (
    "niños", "José Muñoz", "Señora", "teléfono", "español", "¿Qué?", "Orléans", "Ángel", "PIÑA", "café", "Peña",
    "según", "día", "información", "pingüino", "½ day", "façade", "“quoted”", "it’s", "don’t", "Monday – Friday",  # noqa: RUF001
    "Niñez Ávila", "ÚNICO",
)  # fmt: skip


def encoding_of(data: bytes) -> str:
    return detect_encoding(io.BytesIO(b"Name,Notes and other words about it\n" * 3 + data))


@pytest.mark.parametrize("encoding", CANDIDATES)
@pytest.mark.parametrize("word", ["niños", "José", "Señora Peña", "teléfono", "PIÑA"])
def test_words_are_read_in_their_encoding(encoding: str, word: str) -> None:
    assert word.encode(encoding).decode(encoding_of(word.encode(encoding))) == word


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), st.sampled_from(sorted(CANDIDATES)))
def test_words_are_read_as_they_are_or_refused(words: list[str], encoding: str) -> None:
    text = "\n".join(words)
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        return
    try:
        found = encoding_of(data)
    except CannotReadFile:
        return
    assert data.decode(found) == text


def test_an_uncertain_file_is_refused_with_a_sample_line() -> None:
    with pytest.raises(CannotReadFile, match=r"fits best. Line 4 would be: “A.*, and more"):
        encoding_of(b"A\xd5\xd5B, and more words behind it\n")


def test_a_file_in_two_encodings_is_refused_with_a_sample_line() -> None:
    mixed = "Niño,x\n".encode() + "Señor,x\n".encode("cp1252")
    with pytest.raises(CannotReadFile, match=r"line 4 is, line 5 is not. Read as Windows-1252, line 5 is: “Señor,x”"):
        encoding_of(mixed)


@pytest.mark.parametrize("text", ["CITÉ", "São Paulo", "Château", "niños", "Ã", "plain"])
def test_correct_text_is_not_repaired(text: str) -> None:
    assert repaired(text) == text


@given(st.text(alphabet="abc áéíóúüñÑÉ¿¡’“”–½", max_size=40))  # noqa: RUF001
def test_text_that_was_encoded_twice_is_repaired(text: str) -> None:
    garbled = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())
    assert repaired(garbled) == text


@given(st.text(max_size=60))
def test_repairing_never_fails_and_keeps_ascii(text: str) -> None:
    assert [sign for sign in repaired(text) if sign.isascii()] == [sign for sign in text if sign.isascii()]
