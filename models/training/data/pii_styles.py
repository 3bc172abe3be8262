"""How a text may arrive: case, accents, punctuation, slips of the keyboard, line breaks, quoting. Works on labelled pieces, so spans stay right."""

import unicodedata

NEIGHBOURS = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "t": "y", "s": "d", "r": "t", "l": "k", "h": "g", "c": "v", "u": "i"}


def lower(rng, text, labelled):
    return text.lower()


def upper(rng, text, labelled):
    return text.upper()


def unaccented(rng, text, labelled):
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def unpunctuated(rng, text, labelled):
    if labelled:
        return text
    plain = "".join(sign for sign in text if sign not in ",.;!?'\"")
    return plain if plain.strip() or not text.strip() else " "


def names_upper(rng, text, labelled):
    return text.upper() if labelled else text


def names_lower(rng, text, labelled):
    return text.lower() if labelled else text


def typing(rng, text, labelled):
    """Slips in the words around; names stay as they are written."""
    if labelled:
        return text
    out = []
    for sign in text:
        chance = rng.random()
        if not sign.isalpha() or chance > 0.03:
            out.append(sign)
        elif chance < 0.012:
            out.append(NEIGHBOURS.get(sign, sign))
        elif chance < 0.021:
            out.append(sign + sign)
    return "".join(out)


def quoted(rng, text, labelled):
    return text if labelled else text.replace("\n", "\n> ")


def escaped(rng, text, labelled):
    return text.replace("\n", "\\n")


def one_line(rng, text, labelled):
    return " ".join(part.strip() for part in text.split("\n") if part.strip()) if labelled else text.replace("\n", " ")


def windows(rng, text, labelled):
    return text.replace("\n", "\r\n")


def bullets(rng, text, labelled):
    return text if labelled else text.replace("\n", "\n- ")


def spaced(rng, text, labelled):
    return text if labelled else text.replace("\n", "\n\n").replace(". ", ".  ")


def apostrophes(rng, text, labelled):
    return text.replace("'", "’") if labelled else text.replace("'", "’").replace(' "', " “").replace('" ', "” ")


STYLES = [(None, 52), (lower, 15), (upper, 3), (unaccented, 4), (unpunctuated, 4), (typing, 5), (names_upper, 2), (names_lower, 3), (apostrophes, 3),
          (quoted, 2), (escaped, 2), (one_line, 3), (windows, 1), (bullets, 1), (spaced, 1)]


def styled(rng, pieces):
    """The pieces after one change of style, or none."""
    change = rng.choices([style for style, _ in STYLES], [weight for _, weight in STYLES])[0]
    if change is None:
        return pieces
    return [(change(rng, text, kind is not None), kind) for text, kind in pieces]
