"""One invented person or organisation: the ways it is written, and what belongs to it (mail, user name, web site)."""

import pii_pools as pools

DEGREES = ["Jr.", "Sr.", "II", "III", "Jr"]


def locale_for(rng, language):
    """Where a person of a text in `language` comes from: mostly there, often elsewhere."""
    home = pools.ENGLISH if language == "en" else pools.BY_LANGUAGE[language]
    if rng.random() < (0.34 if language == "en" else 0.7):
        return rng.choice(home)
    return rng.choice(pools.LOCALES + pools.OWN * 2)


class Person:
    """`rng` decides once; every form of the name then agrees with the others."""

    def __init__(self, rng, language):
        self.rng = rng
        self.locale = locale_for(rng, language)
        native = rng.random() < 0.06 and self.locale in pools.FOLDED + pools.SCRIPTS
        source = pools.pool(self.locale) if native else pools.latin_pool(self.locale)
        lists = pools.words("names")
        self.first = rng.choice(source["first"])
        self.last = rng.choice(source["last"])
        if not native and rng.random() < 0.13:
            self.first = rng.choice(lists["word_first"])
        if not native and rng.random() < 0.1:
            self.last = rng.choice(lists["word_last"])
        if not native and rng.random() < 0.06:
            self.last = f"{self.last}-{rng.choice(source['last'])}".replace(" ", "-")
        if not native and rng.random() < 0.03:
            self.first = f"{self.first}-{rng.choice(source['first'])}".replace(" ", "-")
        self.middle = rng.choice(source["first"])
        self.initial = pools.folded(self.middle)[:1].upper() or "J"
        self.first_initial = self.first[:1].upper()
        self.degree = rng.choice(DEGREES)
        self.tag = rng.choice(["", "", str(rng.randint(1, 99)), str(rng.randint(1950, 2012))])
        self.gap = rng.choice([".", "_", "", "."])
        self.domain = rng.choice(pools.words("work")["mail_domains"]) if rng.random() < 0.6 else domain(rng)

    def form(self, name):
        """A way of writing: full (drawn), plain, first, last, lf, il, iil, mid, fi, nick, up, low."""
        first, last = self.first, self.last
        forms = {
            "plain": f"{first} {last}", "first": first, "last": last, "lf": f"{last}, {first}", "il": f"{self.first_initial}. {last}",
            "iil": f"{self.first_initial}.{self.initial}. {last}", "mid": f"{first} {self.initial}. {last}", "fi": f"{first} {last[:1]}.",
            "up": f"{first} {last}".upper(), "low": f"{first} {last}".lower(), "lfm": f"{last}, {first} {self.initial}.",
            "two": f"{first} {self.middle} {last}", "nopoint": f"{first} {self.initial} {last}", "jr": f"{first} {last} {self.degree}",
            "ulast": f"{last.upper()} {first}", "lastfirst": f"{last} {first}",
        }
        if name:
            return forms[name]
        drawn = self.rng.choices(["plain", "mid", "two", "nopoint", "jr", "iil", "ulast"], [74, 8, 6, 4, 3, 3, 2])[0]
        return forms[drawn]

    def ascii(self):
        keep = lambda text: "".join(letter for letter in pools.folded(text).lower() if letter.isalnum())
        return keep(self.first) or "user", keep(self.last) or "name"

    def email(self):
        first, last = self.ascii()
        local = self.rng.choice(
            [f"{first}{self.gap}{last}", f"{first}{self.gap}{last}{self.tag}", f"{first[0]}{last}", f"{first}{self.tag or last[0]}", f"{last}{self.gap}{first[0]}",
             f"{first.capitalize()}{last.capitalize()}", f"{first}+{self.rng.choice(['news', 'shop', 'work', 'test'])}"]
        )
        return f"{local}@{self.domain}"

    def user(self):
        first, last = self.ascii()
        odd = self.rng.choice(["x", "the_real_", "mr", "its", "just", "dj_", "coach", "captain_", "not_"])
        return self.rng.choice(
            [f"{first}{self.gap}{last}{self.tag}", f"{first[0]}{last}{self.tag}", f"{odd}{first}{self.tag}", f"{first}{self.rng.randint(1, 9999)}", f"{last}_{first[:2]}",
             f"{first}{last[:3]}{self.tag}", f"{odd}{last}", f"{first}-{last}"]
        )


def coined(rng):
    work = pools.words("work")
    return rng.choice(work["coined_heads"]) + rng.choice(work["coined_tails"])


def domain(rng):
    head = coined(rng).lower() if rng.random() < 0.6 else f"{coined(rng)}-{rng.choice(['shop', 'group', 'online', 'hr', 'mail'])}".lower()
    return f"{head}.{rng.choice(pools.words('work')['top_domains'])}"


def organisation(rng, language):
    """A company, office, school, club or firm; a third of them real."""
    work, kind = pools.words("work"), rng.random()
    surname = lambda: rng.choice(pools.latin_pool(locale_for(rng, language))["last"])
    if kind < 0.24:
        return rng.choice(work["companies"])
    if kind < 0.46:
        return coined(rng) + (f" {rng.choice(work['company_forms'])}" if rng.random() < 0.55 else "")
    if kind < 0.58:
        return f"{surname()} {rng.choice(work['company_forms'])}"
    if kind < 0.68:
        return rng.choice([f"{surname()}-{surname()}", f"{surname()}, {surname()} and {surname()}", f"{surname()} & {surname()} LLP"])
    place = rng.choice(pools.words("places")["cities"])
    if kind < 0.86:
        return f"{rng.choice([place, place, surname(), coined(rng), 'St. ' + rng.choice(['Mary', 'Luke', 'Anne', 'John']) + chr(39) + 's'])} {rng.choice(work['company_kinds'])}"
    if kind < 0.93:
        return f"University of {place}" if language == "en" else rng.choice([f"Universität {place}", f"Université de {place}", f"Universidad de {place}"])
    return "".join(rng.choice("ABCDEFGHIKLMNOPRST") for _ in range(rng.randint(3, 4)))
