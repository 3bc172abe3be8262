"""Numbers and identifiers that look right and check right: cards, IBANs, social security numbers, phones, licences, addresses of machines."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SHORT = "ABCDEFGHJKLMNPRSTUVWXYZ"

CARDS = [("4", 16), ("4", 16), ("4", 13), ("51", 16), ("53", 16), ("55", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16),
         ("65", 16), ("3528", 16), ("3589", 16), ("30", 14), ("36", 14), ("5018", 12), ("6304", 12), ("6759", 16), ("4", 19)]

# Country → layout of the part after the check digits: d digit, a letter, c either. From the IBAN registry's national lengths.
IBANS = {
    "GB": "aaaadddddddddddddd", "DE": "d" * 18, "FR": "d" * 10 + "c" * 11 + "dd", "ES": "d" * 20, "IT": "a" + "d" * 10 + "c" * 12,
    "NL": "aaaa" + "d" * 10, "BE": "d" * 12, "PT": "d" * 21, "SE": "d" * 20, "PL": "d" * 24, "TR": "d" * 22, "AT": "d" * 16,
    "CH": "d" * 17, "IE": "aaaa" + "d" * 14, "DK": "d" * 14, "NO": "d" * 11, "FI": "d" * 14, "CZ": "d" * 20, "GR": "d" * 23,
    "LU": "d" * 16, "HU": "d" * 24, "RO": "aaaa" + "c" * 16, "HR": "d" * 17, "SA": "d" * 20, "AE": "d" * 19,
}

# # is any digit, N one of 2..9; everything else stands for itself.
PHONES = {
    "en": ["(N##) N##-####", "N##-N##-####", "N##.N##.####", "+1 N##-N##-####", "+1 (N##) N##-####", "1-800-N##-####", "N##N######",
           "+1N##N######", "N##-N##-#### x###", "(N##)N##-#### ext. ####", "020 7### ####", "+44 20 7### ####", "07### ######",
           "+44 7### ######", "07###-###-###", "+44 (0)161 ### ####", "0141 ### ####", "+353 1 ### ####", "+61 4## ### ###",
           "04## ### ###", "(02) 9### ####", "+91 9#### #####", "09## ### ####", "+234 80# ### ####", "+27 82 ### ####",
           "N##-####", "### ## ##", "##-##-##-##", "## ### ###", "(##) ###-###"],
    "de": ["030 #######", "+49 30 #######", "0171 #######", "+49 171 #######", "0151/########", "+49 (0)89 ######", "089-######",
           "+43 664 #######", "01 ### ## ##", "+41 44 ### ## ##", "079 ### ## ##", "0049 221 ######"],
    "fr": ["01 ## ## ## ##", "06 ## ## ## ##", "+33 6 ## ## ## ##", "06.##.##.##.##", "07########", "+33 (0)4 ## ## ## ##",
           "+32 4## ## ## ##", "02 ### ## ##", "+212 6 ## ## ## ##", "0033 1 ## ## ## ##"],
    "es": ["91 ### ## ##", "6## ### ###", "+34 6## ### ###", "+34 93 ### ## ##", "+52 55 #### ####", "+54 9 11 ####-####", "+57 3## #######",
           "+56 9 #### ####", "(55) ####-####"],
    "it": ["06 ########", "02-#######", "+39 3## #######", "3## #######", "3##.###.####", "+39 06 ########", "+41 91 ### ## ##"],
    "nl": ["06 ########", "06-########", "+31 6 ########", "020 ### ####", "010-#######", "+31 (0)30 ### ####", "+32 9 ### ## ##"],
    "pt": ["21 ### ## ##", "9## ### ###", "+351 9## ### ###", "+55 11 9####-####", "(11) 9####-####", "(21) ####-####", "+244 9## ### ###"],
    "sv": ["070-### ## ##", "08-### ### ##", "+46 70 ### ## ##", "+46 (0)8 ### ### ##", "073 ### ## ##", "031-## ## ##"],
    "pl": ["5## ### ###", "+48 6## ### ###", "22 ### ## ##", "(12) ### ## ##", "+48 22 ### ## ##", "7########", "0048 5## ### ###"],
    "tr": ["0532 ### ## ##", "+90 532 ### ## ##", "0212 ### ## ##", "(0312) ### ## ##", "+90 (216) ### ## ##", "05## #######"],
}
OTHERS = ["+81 90-####-####", "03-####-####", "+82 10-####-####", "010-####-####", "+86 138 #### ####", "138########", "+852 #### ####", "+65 9### ####",
          "+971 50 ### ####", "+966 5# ### ####", "+972 5#-###-####", "+20 10 #### ####", "+7 9## ###-##-##", "8 (9##) ###-##-##",
          "+380 67 ### ## ##", "+30 69# ### ####", "+40 7## ### ###", "+420 7## ### ###", "+36 30 ### ####", "+45 ## ## ## ##", "+47 ### ## ###",
          "+358 40 ### ####", "+62 812-####-####", "+63 917 ### ####", "+66 8# ### ####", "+84 9# ### ## ##", "+92 300 #######", "+880 17##-######"]

LICENCES = ["@#######", "@############", "#########", "########", "@@######@", "###-##-####", "@###-####-####", "@@#######", "@##-##-####",
            "########@", "@@@@@######@@#@@", "@@ #######", "#######"]
PASSPORTS = ["#########", "@########", "@@#######", "@@######", "@#######", "##@@#####", "@@@######", "C01X#####", "@@###### #"]


def shape(rng, layout):
    """A layout with # and N as digits, @ as a letter."""
    out = []
    for sign in layout:
        out.append(
            rng.choice("0123456789") if sign == "#" else rng.choice("23456789") if sign == "N" else rng.choice(SHORT) if sign == "@" else sign
        )
    return "".join(out)


def digits(rng, count):
    return "".join(rng.choice("0123456789") for _ in range(count))


def luhn_digit(body):
    """The check digit that makes `body` pass Luhn's test (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, sign in enumerate(reversed(body)):
        value = int(sign) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def card(rng):
    prefix, length = rng.choice(CARDS)
    body = prefix + digits(rng, length - len(prefix) - 1)
    number = body + luhn_digit(body)
    if rng.random() < 0.5:
        return number
    gap = rng.choice(" -")
    if length == 15:
        return gap.join((number[:4], number[4:10], number[10:]))
    return gap.join(number[at : at + 4] for at in range(0, length, 4))


def bad_card(rng):
    """Sixteen digits in a row that are no card."""
    body = rng.choice("789") + digits(rng, 14)
    return body + str((int(luhn_digit(body)) + rng.randint(1, 9)) % 10)


def iban(rng):
    """An IBAN with right check digits (ISO 13616: mod 97 of the rearranged number is 1)."""
    country = rng.choice(list(IBANS) + ["GB"] * 5 + ["DE"] * 4)
    rest = "".join(
        rng.choice(LETTERS) if kind == "a" else rng.choice("0123456789") if kind == "d" else rng.choice("0123456789" + LETTERS)
        for kind in IBANS[country]
    )
    number = int("".join(str(int(sign, 36)) for sign in rest + country + "00"))
    plain = f"{country}{98 - number % 97:02d}{rest}"
    return plain if rng.random() < 0.5 else " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def ssn(rng):
    area = rng.choice([value for value in (rng.randint(1, 899), rng.randint(1, 665)) if value != 666] or [123])
    gap = rng.choice(["-"] * 8 + [" ", ""])
    return gap.join((f"{area:03d}", f"{rng.randint(1, 99):02d}", f"{rng.randint(1, 9999):04d}"))


def phone(rng, language):
    layouts = PHONES.get(language, PHONES["en"]) if rng.random() < 0.75 else OTHERS
    return shape(rng, rng.choice(layouts))


def ip(rng):
    if rng.random() < 0.72:
        first = rng.choice([10, 172, 192, rng.randint(11, 223), rng.randint(11, 223), rng.randint(11, 223)])
        second = {192: 168, 172: rng.randint(16, 31)}.get(first, rng.randint(0, 255))
        return f"{first}.{second}.{rng.randint(0, 255)}.{rng.randint(1, 254)}"
    groups = [f"{rng.randint(0, 65535):x}" for _ in range(8)]
    if rng.random() < 0.4:
        kept = rng.randint(1, 3)
        return ":".join(["2001", "db8"] + groups[:kept]) + "::" + groups[-1]
    return ":".join(groups)


def licence(rng):
    return shape(rng, rng.choice(LICENCES))


def passport(rng):
    return shape(rng, rng.choice(PASSPORTS))


def account(rng):
    """A national account number, with or without the bank's own code before it."""
    return rng.choice(
        [
            lambda: digits(rng, rng.randint(8, 12)),
            lambda: digits(rng, 10),
            lambda: f"{shape(rng, '##-##-##')} {digits(rng, 8)}",
            lambda: f"{digits(rng, 4)} {digits(rng, 4)} {digits(rng, 2)} {digits(rng, 10)}",
            lambda: f"{digits(rng, 4)}-{digits(rng, 7)}",
            lambda: f"{digits(rng, 3)}-{digits(rng, 6)}-{digits(rng, 2)}",
        ]
    )()
