"""Streets, towns, postcodes and whole addresses, the way each country writes them, and web addresses."""

import pii_people as people
import pii_pools as pools
import pii_values as values

POSTCODES = {
    "de": ["#####"], "fr": ["#####"], "es": ["#####"], "it": ["#####"], "nl": ["#### @@", "####@@"], "pt": ["####-###", "#####-###"],
    "sv": ["### ##"], "pl": ["##-###"], "tr": ["#####"], "en": ["#####", "#####-####", "@# #@@", "@@## #@@", "@#@ #@#", "####", "######"],
}


def local_pool(rng, language):
    """The places of a country where `language` is spoken; for English texts, of any country in half of the cases."""
    homes = [name for name in (pools.ENGLISH if language == "en" else pools.BY_LANGUAGE[language]) if name in pools.PLACES]
    if not homes or (language == "en" and rng.random() < 0.5):
        homes = sorted(pools.PLACES)
    return pools.latin_pool(rng.choice(homes))


def city(rng, language):
    if rng.random() < 0.45:
        return rng.choice(pools.words("places")["cities"])
    return rng.choice(local_pool(rng, language)["cities"])


def english_street(rng):
    lists = pools.words("places")
    number = rng.choice([str(rng.randint(1, 250)), str(rng.randint(100, 19999)), f"{rng.randint(1, 90)}{rng.choice('abAB')}"])
    name, kind = rng.choice(lists["street_names"]), rng.choice(lists["street_kinds"])
    side = rng.choice(["", "", "", "", " NW", " South"])
    return f"{number} {name} {kind}{side}"


def street(rng, language):
    """House and street, without the town."""
    kind = rng.random()
    if language == "tr":
        name = rng.choice(pools.latin_pool("tr_TR")["last"])
        return rng.choice([f"{name} Caddesi No: {rng.randint(1, 200)}", f"{name} Sok. {rng.randint(1, 90)}/{rng.randint(1, 20)}", f"{name} Mah. {rng.randint(100, 2000)}. Sokak No:{rng.randint(1, 60)}"])
    if language == "en" and kind < 0.55:
        return english_street(rng)
    if kind < 0.6:
        return rng.choice([f"P.O. Box {rng.randint(1, 9999)}", f"PO Box {rng.randint(1, 99999)}"]) if language == "en" else rng.choice(local_pool(rng, language)["streets"])
    return rng.choice(local_pool(rng, language)["streets"])


def unit(rng):
    number = rng.choice([str(rng.randint(1, 999)), f"{rng.randint(1, 40)}{rng.choice('ABCD')}"])
    return rng.choice(["Apt. {}", "Apt {}", "Suite {}", "Unit {}", "Flat {}", "#{}", "Floor {}", "Building {}", "Room {}"]).format(number)


def postcode(rng, language):
    return values.shape(rng, rng.choice(POSTCODES[language]))


def parts(rng, language):
    """(street with perhaps a flat, town, postcode, state or country or nothing)."""
    lists = pools.words("places")
    first = street(rng, language)
    if rng.random() < 0.25 and language == "en":
        first += rng.choice([", ", " "]) + unit(rng)
    last = ""
    if language == "en":
        last = rng.choice([rng.choice(lists["us_states"]), rng.choice(lists["us_states"]), rng.choice(lists["countries"]), ""])
    elif rng.random() < 0.3:
        last = rng.choice(lists["countries_by_language"][language])
    return first, city(rng, language), postcode(rng, language), last


def odd(rng):
    """Military mail and crossings."""
    lists = pools.words("places")
    number = lambda: values.digits(rng, 4)
    end = f"{rng.choice(['APO', 'DPO', 'FPO'])} {rng.choice(['AA', 'AE', 'AP'])} {values.digits(rng, 5)}"
    corner = lambda: f"{rng.choice(lists['street_names'])} {rng.choice(lists['street_kinds'])}"
    return rng.choice(
        [lambda: f"PSC {number()}, Box {number()}\n{end}", lambda: f"Unit {number()} Box {number()}\n{end}", lambda: f"the corner of {corner()} and {corner()}"]
    )()


def line(rng, language):
    """A whole address on one line: one span."""
    if language == "en" and rng.random() < 0.07:
        return odd(rng).replace("\n", rng.choice([" ", ", "]))
    first, town, code, last = parts(rng, language)
    after = f", {last}" if last else ""
    if language == "en":
        forms = [f"{first}, {town}, {last} {code}", f"{first}, {town} {code}{after}", f"{first}, {code} {town}{after}", f"{first} {town} {last} {code}", f"{first}, {town}{after} {code}"]
        return " ".join(rng.choice(forms).split()).replace(" ,", ",").replace(",,", ",")
    return rng.choice([f"{first}, {code} {town}{after}", f"{first}, {code} {town}", f"{first} - {code} {town}", f"{first}, {town}"])


def block(rng, language):
    """A whole address over several lines: one span."""
    if language == "en" and rng.random() < 0.12:
        return odd(rng)
    first, town, code, last = parts(rng, language)
    indent = rng.choice(["", "", "", " ", "  "])
    if language == "en" and rng.random() < 0.6:
        lines = [first, f"{town}, {last} {code}".strip()] if last else [first, town, code]
        if rng.random() < 0.25:
            lines.insert(1, unit(rng))
    else:
        lines = [first, f"{code} {town}"] + ([last] if last else [])
    return f"\n{indent}".join(lines)


def url(rng):
    host = people.domain(rng)
    path = rng.choice(["", "", "/", "/about", "/u/" + people.coined(rng).lower(), f"/orders/{rng.randint(100, 99999)}?ref=mail", "/profile/" + values.digits(rng, 6), "/reset?token=" + values.digits(rng, 8)])
    shown = host if rng.random() < 0.7 else "".join(part.capitalize() if at == 0 else part for at, part in enumerate(host.partition(".")))
    return rng.choice(["https://", "https://www.", "http://", "www.", "https://", "http://www."]) + shown + path
