"""Fills the slots of a template: `{{p.first}}`, `{{org}}`, `{{date2}}` become labelled pieces, `{{=PERSON:Rose}}` a given one, `{{#uuid}}` a look-alike."""

import re

import pii_addresses as addresses
import pii_dates as dates
import pii_noise as noise
import pii_people as people
import pii_pools as pools
import pii_values as values

SLOT = re.compile(r"\{\{(#?)([a-z_]+)(\d?)(?:\.([a-z]+))?\}\}|\{\{=([A-Z_]+):([^}]+)\}\}")
ARTICLE = re.compile(r"(the|der) ", re.IGNORECASE)

PERSON, EMAIL, PHONE = "PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER"


class Scene:
    """What one text holds: persons by number (the same person each time), and values that were given a number."""

    def __init__(self, rng, language):
        self.rng, self.language = rng, language
        self.people, self.kept = {}, {}

    def person(self, number):
        if number not in self.people:
            self.people[number] = people.Person(self.rng, self.language)
        return self.people[number]

    def work(self, name):
        lists = pools.words("work")
        own = lists.get(f"{name}_by_language", {}).get(self.language)
        return self.rng.choice(own if own and self.rng.random() < 0.8 else lists[name])

    def place(self, name):
        lists = pools.words("places")
        own = lists.get(f"{name}_by_language", {}).get(self.language)
        return self.rng.choice(own or lists[name])


def belief(scene):
    names = pools.words("places")
    if scene.language in names["nationalities_by_language"]:
        return scene.rng.choice(names["nationalities_by_language"][scene.language])
    return scene.rng.choice(names["beliefs"])


def place_of_any_kind(scene):
    kind = scene.rng.random()
    if kind < 0.55:
        return addresses.city(scene.rng, scene.language)
    return scene.place("countries") if kind < 0.8 else scene.rng.choice(pools.words("places")["regions"])


# slot → (type, how it is made); the order is that of the brief's list of types
MAKERS = {
    "phone": (PHONE, lambda scene: values.phone(scene.rng, scene.language)),
    "ssn": ("US_SSN", lambda scene: values.ssn(scene.rng)),
    "cc": ("CREDIT_CARD", lambda scene: values.card(scene.rng)),
    "iban": ("IBAN_CODE", lambda scene: values.iban(scene.rng)),
    "ip": ("IP_ADDRESS", lambda scene: values.ip(scene.rng)),
    "street": ("STREET_ADDRESS", lambda scene: addresses.street(scene.rng, scene.language)),
    "unit": ("STREET_ADDRESS", lambda scene: addresses.unit(scene.rng)),
    "number": ("STREET_ADDRESS", lambda scene: str(scene.rng.randint(1, 99999))),
    "zip": ("STREET_ADDRESS", lambda scene: addresses.postcode(scene.rng, scene.language)),
    "addr": ("STREET_ADDRESS", lambda scene: addresses.line(scene.rng, scene.language)),
    "addrml": ("STREET_ADDRESS", lambda scene: addresses.block(scene.rng, scene.language)),
    "org": ("ORGANIZATION", lambda scene: people.organisation(scene.rng, scene.language)),
    "company": ("ORGANIZATION", lambda scene: scene.rng.choice(pools.words("work")["companies"])),
    "city": ("LOCATION", lambda scene: addresses.city(scene.rng, scene.language)),
    "country": ("LOCATION", lambda scene: scene.place("countries")),
    "region": ("LOCATION", lambda scene: scene.rng.choice(pools.words("places")["regions"])),
    "state": ("LOCATION", lambda scene: scene.rng.choice(pools.words("places")["us_states"])),
    "loc": ("LOCATION", place_of_any_kind),
    "date": ("DATE_TIME", lambda scene: dates.date(scene.rng, scene.language)),
    "birth": ("DATE_TIME", lambda scene: dates.date(scene.rng, scene.language, (1935, 2012))),
    "iso": ("DATE_TIME", lambda scene: dates.iso(scene.rng)),
    "stamp": ("DATE_TIME", lambda scene: dates.stamp(scene.rng)),
    "time": ("DATE_TIME", lambda scene: dates.clock(scene.rng)),
    "weekday": ("DATE_TIME", lambda scene: dates.weekday(scene.rng, scene.language)),
    "month": ("DATE_TIME", lambda scene: dates.month(scene.rng, scene.language)),
    "year": ("DATE_TIME", lambda scene: str(scene.rng.randint(1950, 2027))),
    "url": ("URL", lambda scene: addresses.url(scene.rng)),
    "passport": ("PASSPORT", lambda scene: values.passport(scene.rng)),
    "dl": ("DRIVER_LICENSE", lambda scene: values.licence(scene.rng)),
    "account": ("BANK_ACCOUNT", lambda scene: values.account(scene.rng)),
    "age": ("AGE", lambda scene: str(scene.rng.randint(18, 92))),
    "kidage": ("AGE", lambda scene: str(scene.rng.randint(1, 17))),
    "nrp": ("NRP", lambda scene: scene.place("nationalities")),
    "belief": ("NRP", belief),
    "job": ("TITLE", lambda scene: scene.work("jobs")),
    "hon": ("TITLE", lambda scene: scene.rng.choice(pools.words("work")["honorifics"][scene.language])),
}
OF_PERSON = {"email": (EMAIL, people.Person.email), "user": ("USERNAME", people.Person.user)}


def fill(scene, hidden, name, number, form):
    """The piece (text, type or None) of one slot."""
    if hidden:
        return noise.make(scene.rng, name), None
    if name == "p":
        person = scene.person(number)
        if form in OF_PERSON:
            kind, make = OF_PERSON[form]
            return make(person), kind
        return person.form(form), PERSON
    if name in OF_PERSON:
        kind, make = OF_PERSON[name]
        return make(people.Person(scene.rng, scene.language)), kind
    kind, make = MAKERS[name]
    if number:
        key = name + number
        if key not in scene.kept:
            scene.kept[key] = make(scene)
        text = scene.kept[key]
    else:
        text = make(scene)
    return {"": text, "up": text.upper(), "low": text.lower()}[form or ""], kind


def outside(piece):
    """An article stands before the place, not in it."""
    text, kind = piece
    article = ARTICLE.match(text) if kind == "LOCATION" else None
    return [(article.group(), None), (text[article.end() :], kind)] if article else [piece]


def render(rng, language, template):
    """The pieces of a template, in order."""
    scene, pieces, at = Scene(rng, language), [], 0
    for slot in SLOT.finditer(template):
        if slot.start() > at:
            pieces.append((template[at : slot.start()], None))
        *made, kind, given = slot.groups()
        pieces += outside((given, kind) if kind else fill(scene, *made))
        at = slot.end()
    if at < len(template):
        pieces.append((template[at:], None))
    return pieces
