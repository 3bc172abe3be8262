"""Look-alikes that are nobody's data: versions, UUIDs, ISBNs, prices, part numbers, products, works, code names."""

import pii_pools as pools
import pii_values as values

HEX = "0123456789abcdef"


def hexes(rng, count):
    return "".join(rng.choice(HEX) for _ in range(count))


def isbn(rng):
    body = "978" + values.digits(rng, 9)
    check = -sum(int(sign) * (3 if place % 2 else 1) for place, sign in enumerate(body)) % 10
    return rng.choice([f"{body}{check}", f"978-{body[3]}-{body[4:8]}-{body[8:12]}-{check}"])


def formula(rng):
    return rng.choice([f"{rng.randint(2, 99)}x + {rng.randint(1, 99)} = {rng.randint(100, 999)}", f"{rng.randint(100, 999)} - {rng.randint(10, 99)} - {rng.randint(1000, 9999)}", f"{rng.random():.4f}"])


MAKERS = {
    "uuid": lambda rng: "-".join(hexes(rng, size) for size in (8, 4, 4, 4, 12)),
    "sha": lambda rng: hexes(rng, rng.choice([7, 12, 40])),
    "version": lambda rng: rng.choice([f"{rng.randint(0, 20)}.{rng.randint(0, 30)}.{rng.randint(0, 99)}", f"v{rng.randint(1, 9)}.{rng.randint(0, 9)}", f"{rng.randint(1, 12)}.{rng.randint(0, 9)}.{rng.randint(0, 9)}.{rng.randint(1000, 9999)}", f"{rng.randint(1, 3)}.0.0-rc.{rng.randint(1, 9)}"]),
    "isbn": isbn,
    "price": lambda rng: rng.choice([f"${rng.randint(1, 9999):,}.{rng.randint(0, 99):02d}", f"€{rng.randint(1, 900)}", f"{rng.randint(1, 9999)} EUR", f"£{rng.randint(1, 99)}k", f"{rng.randint(10, 999)},{rng.randint(0, 99):02d} €"]),
    "part": lambda rng: values.shape(rng, rng.choice(["@@-####-@", "###-@@##", "@@@#####", "####-####-##", "@#-##-###", "SKU-######", "P/N ###-####", "@@######"])),
    "order": lambda rng: values.shape(rng, rng.choice(["#######", "ORD-######", "#########", "####-######", "INV-20##-####", "##########", "@@-#####", "###-#######-#######"])),
    "badcard": lambda rng: values.bad_card(rng),
    "int": lambda rng: str(rng.randint(2, 999)),
    "small": lambda rng: str(rng.randint(2, 12)),
    "big": lambda rng: f"{rng.randint(1000, 9999999):,}" if rng.random() < 0.5 else str(rng.randint(1000, 9999999)),
    "percent": lambda rng: f"{rng.randint(1, 99)}%",
    "float": lambda rng: f"{rng.random() * rng.choice([1, 10, 1000]):.{rng.randint(1, 5)}f}",
    "formula": formula,
    "digits": lambda rng: values.digits(rng, rng.randint(6, 14)),
    "mac": lambda rng: ":".join(hexes(rng, 2) for _ in range(6)),
    "hexcolour": lambda rng: "#" + hexes(rng, 6),
    "matrix": lambda rng: "[" + ", ".join(str(rng.randint(0, 255)) for _ in range(4)) + "]",
    "ratio": lambda rng: f"{rng.randint(1, 9)}-{rng.randint(0, 9)}",
    "mask": lambda rng: rng.choice(["255.255.255.0", "/24", "XXX-XX-XXXX", "****-****-****-1234", "<email>", "[NAME]", "{{ user.email }}", "$USER", "name@domain", "xxx@xxx"]),
    "port": lambda rng: str(rng.choice([80, 443, 3000, 5432, 8080, 9092, 27017])),
    "history": lambda rng: rng.choice(["1066", "1492", "1776", "1789", "1848", "1914", "1945", "1969", "1989", "44 BC", "the 18th century", "the 1960s"]),
    "size": lambda rng: rng.choice([f"{rng.randint(1, 900)} MB", f"{rng.randint(10, 300)} x {rng.randint(10, 300)} cm", f"{rng.randint(1, 90)} kg", f"{rng.randint(100, 9000)} rpm", f"{rng.randint(1, 50)} km"]),
    "count": lambda rng: str(rng.randint(2, 60)),
}
LISTS = {
    "work": "works", "product": "products", "tech": "tech_terms", "concept": "concepts", "animal": "animals", "thing": "things", "file": "files",
    "function": "functions", "colour": "colours", "topic": "topics",
}


def make(rng, name):
    if name in LISTS:
        return rng.choice(pools.words("noise")[LISTS[name]])
    return MAKERS[name](rng)
