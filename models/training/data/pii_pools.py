"""Names and places by locale: drawn once from Faker with fixed seeds, joined with our own lists, and folded to Latin letters where asked."""

import json
import pathlib
import re
import unicodedata
from functools import lru_cache

from faker import Faker

FOLDER = pathlib.Path(__file__).parent / "words"
POOL_SEED = 20240611
FIRST, LAST, CITIES, STREETS = 260, 320, 120, 120

LATIN = (
    "en_US en_GB en_IN en_AU en_CA en_IE en_NG en_PK en_KE de_DE de_AT de_CH fr_FR fr_CA fr_BE es_ES es_MX es_AR es_CO it_IT "
    "nl_NL nl_BE pt_PT pt_BR sv_SE da_DK no_NO fi_FI pl_PL cs_CZ sk_SK sl_SI hr_HR hu_HU ro_RO tr_TR lt_LT lv_LV et_EE az_AZ "
    "id_ID ga_IE tw_GH yo_NG zu_ZA is_IS"
).split()
FOLDED = "bg_BG el_GR ru_RU uk_UA".split()
SCRIPTS = "ar_SA fa_IR he_IL hi_IN ko_KR th_TH zh_CN zh_TW ka_GE hy_AM ja_JP vi_VN".split()
LOCALES = LATIN + FOLDED + SCRIPTS
OWN = "arabic persian hebrew indic korean thai vietnamese chinese georgian armenian african pacific hispanic".split()
ENGLISH = [locale for locale in LATIN if locale.startswith("en_")]
BY_LANGUAGE = {
    language: [locale for locale in LATIN if locale.startswith(language + "_")]
    for language in ("de", "fr", "es", "it", "nl", "pt", "sv", "pl", "tr")
}
# Locales whose cities and streets Faker knows; the others fall back on English inventions, which we leave out.
PLACES = set(
    "en_US en_GB en_IN en_AU de_DE de_AT de_CH fr_FR fr_CA es_ES es_MX es_AR es_CO it_IT nl_NL nl_BE pt_PT pt_BR sv_SE da_DK no_NO "
    "fi_FI pl_PL cs_CZ sk_SK sl_SI hr_HR hu_HU ro_RO az_AZ id_ID el_GR ru_RU uk_UA".split()
)

CYRILLIC = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ",
        "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya i yi ye g".replace("_", "").split(" "),
    )
) | {"ё": "yo", "ў": "w", "ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz"}
GREEK = dict(
    zip("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o".split(" "))
)


@lru_cache(maxsize=None)
def words(name):
    """The word list `words/pii_<name>.json`."""
    return json.loads((FOLDER / f"pii_{name}.json").read_text(encoding="utf-8"))


def romanised(text):
    """Cyrillic and Greek letters as Latin ones; everything else stays."""
    out = []
    text = text.replace("ου", "ou").replace("ού", "ou").replace("Ου", "Ou")
    for letter in text:
        base = unicodedata.normalize("NFD", letter)[0]
        table = CYRILLIC if letter.lower() in CYRILLIC else GREEK
        found = table.get(letter.lower(), table.get(base.lower()))
        if found is None:
            out.append(letter)
        else:
            out.append(found.capitalize() if letter.isupper() else found)
    return "".join(out)


def folded(text):
    """ASCII letters of a name, as they stand in addresses of mail and in user names."""
    plain = romanised(text).replace("ß", "ss").replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("Ł", "L")
    plain = plain.replace("æ", "ae").replace("ı", "i").replace("ð", "d").replace("þ", "th").replace("Ə", "E").replace("ə", "e")
    return "".join(letter for letter in unicodedata.normalize("NFD", plain) if letter.isascii())


def drawn(make, count):
    """Up to `count` distinct values of `make`, in the order of drawing."""
    seen = {}
    for _ in range(count):
        seen[make().strip()] = True
    return list(seen)


@lru_cache(maxsize=None)
def pool(locale):
    """`first`, `last`, `cities`, `streets` of a locale, in its own script."""
    if locale in OWN:
        own = words("names")["scripts"][locale]
        return {"first": own["first"], "last": own["last"], "cities": [], "streets": []}
    faker = Faker(locale)
    faker.seed_instance(POOL_SEED)
    first, last = drawn(faker.first_name, FIRST), drawn(faker.last_name, LAST)
    if locale == "ru_RU":
        last = [name for name in last if not name.endswith("а")]
    cities = drawn(faker.city, CITIES) if locale in PLACES else []
    streets = drawn(faker.street_address, STREETS) if locale in PLACES else []
    if locale in ("ru_RU", "uk_UA"):
        cities = [re.sub(r" \(.*", "", city.partition(" ")[2]) for city in cities]
    cities = [city for city in cities if 0 < len(city) < 34]
    return {"first": first, "last": last, "cities": cities, "streets": [" ".join(street.split()) for street in streets]}


@lru_cache(maxsize=None)
def latin_pool(locale):
    """The pool in Latin letters: folded for Cyrillic and Greek, our own lists (or Faker's romanised names) for other scripts."""
    if locale in OWN or locale in LATIN:
        return pool(locale)
    if locale in FOLDED:
        return {key: [romanised(value) for value in values] for key, values in pool(locale).items()}
    if locale == "ja_JP":
        faker = Faker(locale)
        faker.seed_instance(POOL_SEED)
        return {
            "first": drawn(faker.first_romanized_name, FIRST),
            "last": drawn(faker.last_romanized_name, LAST),
            "cities": [],
            "streets": [],
        }
    return pool(words("names")["script_of_locale"][locale])
