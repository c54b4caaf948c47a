"""In which encoding a text file of recipients is: said, marked in the file, proved, or else assumed and told.

UTF-8 proves itself: other text hardly ever is valid UTF-8. Of the encodings with one byte for each letter only
Windows-1252, Excel's own in Western Europe and America, is assumed, and only where every letter makes sense in it.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dovetail.errors import SettingsError

_REMEDY = "Save it as UTF-8 (in Excel: “CSV UTF-8”), or say what it is, for example: --encoding"
_CHUNK = 1 << 20
_SAMPLE = 4096

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_NAMES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252"}
_ONE_BYTE = re.compile(r"ascii|cp|iso8859|koi8|mac[-_]|hp[-_]roman|tis|kz|ptcp")

_DOUBTFUL = re.compile(
    "|".join(
        [
            "[^\\W\\d_a-zA-Z]{3}|[×÷][À-ÿ]|[À-ÿ][×÷]",  # letters with accents in a row: Cyrillic, Greek, …
            "[a-zß-ÿ][À-ÖØ-ÞŠŒŽŸ]|[a-zA-Z][‚„ˆ‰‡†]|[a-z]–[a-z]",  # a mark or a capital in a word: Mac Roman, DOS
            "(?i:[b-df-hj-np-tv-xz]š[b-df-hj-np-tv-xz])",  # Mac Roman ö
            "[a-zA-Z][^\\x00-\\x7f\\w’´·–—…\\xa0\\xad][a-zA-Z]",  # a mark inside a word
            "[a-zA-Z][²³¹ªºµ¼½¾ƒ][^\\W\\d_]|[a-z]{3}[³¹¿]|[£¥¯][a-zóÓ]",  # Polish and Romanian in Windows-1250
            "[ðýþÐÝÞŸ]|ì(?=[a-z])|õ(?![eE])|œ(?![uUiI])",  # Czech, Turkish, Hungarian, Polish; also Icelandic
        ]
    )
)
"""What hardly occurs in Western European text, and does when text of other encodings is read as Windows-1252."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How bytes are letters: Python's name of the `codec`; the file begins with a `mark` of so many bytes.

    `name`: for people. `note`: what they are to be told of it; "" where there is nothing to doubt.
    """

    codec: str = "utf-8"
    name: str = "UTF-8"
    mark: int = 0
    note: str = ""

    @property
    def errors(self) -> str:
        """The handler with which every byte becomes something: what is no letter becomes a lone surrogate."""
        return "surrogatepass" if self.codec.startswith("utf-16") else "surrogateescape"

    def size(self, line: str) -> int:
        """How many bytes a line was."""
        if self.codec == "utf-8":
            return len(line) if line.isascii() else len(line.encode("utf-8", "surrogateescape"))
        if self.codec.startswith("utf-16"):
            return len(line.encode(self.codec, "surrogatepass"))
        return len(line)


def detect(path: Path) -> Encoding:
    """The encoding of a file: of its mark, of all its bytes.

    Raises:
        SettingsError: it may be one or the other; says what to do.
        OSError: it cannot be read.
    """
    marked = _marked(path)
    if marked is not None:
        return marked
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE)
    order = _zeros(sample)
    if order:
        note = f"the recipients were read as UTF-16, which the zeros in {path.name} show; it has no mark that says so"
        return _whole(path, Encoding(order, "UTF-16", 0, note))
    if 0 in sample[:2]:
        raise SettingsError(f"{path} begins with a zero byte, as no text does that says what it is. {_REMEDY} utf-16")
    return Encoding() if _is_utf8(path) else _assumed(path)


def said(path: Path, given: str) -> Encoding:
    """The encoding that somebody names, for a file.

    Raises:
        SettingsError: there is none of that name, it is none of UTF-8, UTF-16 and those with a byte for each letter,
            or the file's mark says otherwise.
        OSError: the file cannot be read.
    """
    codec = _known(given)
    marked = _marked(path)
    if marked is not None:
        if not marked.codec.startswith(codec):
            raise SettingsError(
                f"{path} begins with the mark of {marked.name}, and --encoding says {given}. Leave out --encoding"
            )
        return Encoding(marked.codec, marked.name, marked.mark)
    if codec == "utf-16":
        with path.open("rb") as stream:
            codec = _zeros(stream.read(_SAMPLE))
        if not codec:
            raise SettingsError(f"{path} does not show the order of its bytes. Say --encoding utf-16-le or utf-16-be")
    return _whole(path, Encoding(codec, _NAMES.get(codec, given)))


def _known(given: str) -> str:
    try:
        codec = codecs.lookup(given).name
        if codec in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
            return codec.removesuffix("-sig")
        if _ONE_BYTE.match(codec) and len(bytes(range(256)).decode(codec, "replace")) == 256:
            return codec
    except (LookupError, ValueError):
        raise SettingsError(
            f"there is no encoding `{given}`. For example: --encoding windows-1252, iso-8859-2, utf-16"
        ) from None
    raise SettingsError(f"recipients are not read in the encoding `{given}`. Save the file as UTF-8")


def _marked(path: Path) -> Encoding | None:
    with path.open("rb") as stream:
        start = stream.read(4)
    if start in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        raise SettingsError(f"{path} is UTF-32 text. Save it as UTF-8")
    for mark, codec in _MARKS:
        if start.startswith(mark):
            name = _NAMES[codec]
            note = "" if codec == "utf-8" else f"the recipients were read as {name}, as the mark in {path.name} says"
            return _whole(path, Encoding(codec, name, len(mark), note))
    return None


def _whole(path: Path, encoding: Encoding) -> Encoding:
    if encoding.name == "UTF-16" and path.stat().st_size % 2:
        raise SettingsError(f"{path} is UTF-16 text that ends in the middle of a letter. Is it complete? Save it again")
    return encoding


def _zeros(sample: bytes) -> str:
    """UTF-16 without a mark: letters of most languages of Europe have a zero in one of their two bytes."""
    pairs = len(sample) // 2
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if pairs and second * 2 >= pairs and first * 8 < pairs:
        return "utf-16-le"
    if pairs and first * 2 >= pairs and second * 8 < pairs:
        return "utf-16-be"
    return ""


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _assumed(path: Path) -> Encoding:
    proper = foreign = 0
    doubtful = False
    with path.open("rb") as stream:
        for line in stream:
            for before, after in _AROUND.findall(line):
                good, bad, western = _judged(before + after)
                proper += good
                foreign += bad
                doubtful = doubtful or not western
    if proper >= foreign:
        return Encoding()  # a few broken rows in UTF-8: each is named
    if proper or doubtful:
        why = "only some of its letters are" if proper else "as Windows-1252 its letters make no words"
        raise SettingsError(
            f"{path} is not UTF-8, and what else it is cannot be told ({why}). {_REMEDY} windows-1252, iso-8859-2"
        )
    note = f"the recipients were read as Windows-1252, since {path.name} is not UTF-8; --encoding says it otherwise"
    return Encoding("cp1252", "Windows-1252", 0, note)


_AROUND = re.compile(rb"([\x00-\x7f]{0,3}[\x80-\xff]+)(?=([\x00-\x7f]?))")
"""Bytes beyond ASCII with what stands before and after them: all that `_DOUBTFUL` looks at."""


@lru_cache(maxsize=1 << 16)
def _judged(text: bytes) -> tuple[int, int, bool]:
    """How many letters beyond ASCII are UTF-8, how many bytes are not, and whether all make sense as Windows-1252."""
    letters = [letter for letter in text.decode("utf-8", "surrogateescape") if letter > "\x7f"]
    odd = sum("\udc80" <= letter <= "\udcff" for letter in letters)
    try:
        western = "\0" not in text.decode("cp1252") and _DOUBTFUL.search(text.decode("cp1252")) is None
    except UnicodeDecodeError:
        western = False
    return len(letters) - odd, odd, western
