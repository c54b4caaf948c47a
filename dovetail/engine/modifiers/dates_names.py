"""Names of days and months by language (Unicode CLDR, formatting forms)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple


class Names(NamedTuple):
    """Full and short names, Monday and January first."""

    days: tuple[str, ...]
    months: tuple[str, ...]
    short_days: tuple[str, ...]
    short_months: tuple[str, ...]

    def text(self, letter: str, when: datetime) -> str | None:
        """What a letter of strftime or PHP's date() prints, where it prints a name."""
        match letter:
            case "A" | "l":
                return self.days[when.weekday()]
            case "a" | "D":
                return self.short_days[when.weekday()]
            case "B" | "F":
                return self.months[when.month - 1]
            case "b" | "h" | "M":
                return self.short_months[when.month - 1]
            case _:
                return None


def _names(days: str, months: str, short_days: str = "", short_months: str = "") -> Names:
    return Names(
        tuple(days.split()),
        tuple(months.split()),
        tuple(short_days.split()) or tuple(day[:3] for day in days.split()),
        tuple(short_months.split()) or tuple(month[:3] for month in months.split()),
    )


NAMES: Mapping[str, Names] = {
    "de": _names(
        "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Mo Di Mi Do Fr Sa So",
        "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
    ),
    "en": _names(
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "January February March April May June July August September October November December",
    ),
    "es": _names(
        "lunes martes miércoles jueves viernes sábado domingo",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        short_months="ene feb mar abr may jun jul ago sept oct nov dic",
    ),
    "fr": _names(
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "lun. mar. mer. jeu. ven. sam. dim.",
        "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    ),
    "nl": _names(
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "ma di wo do vr za zo",
        "jan feb mrt apr mei jun jul aug sep okt nov dec",
    ),
}

ENGLISH = NAMES["en"]


def names_of(language: str) -> Names:
    """The names of a language (`nl`, `nl_NL`, `nl-BE`); English for one that is not known."""
    return NAMES.get(language.lower().replace("_", "-").split("-")[0], ENGLISH)
