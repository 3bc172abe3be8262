"""Entailment rows that need a small sum: times, ends of terms, totals, shares, rises, ranges, places in a list."""

import random

from sentences import SMALL, person, stock

E, N, C = "entailment", "neutral", "contradiction"


def clock(minutes: int) -> str:
    return f"{minutes // 60 % 24}:{minutes % 60:02d}"


def ends(draw):
    start, length = draw.randrange(8 * 60, 20 * 60, 5), draw.choice([20, 30, 40, 45, 50, 60, 75, 90, 105, 120])
    what = draw.choice(["The film", "The lecture", "The exam", "The concert", "The tour", "The training", "The flight", "The call"])
    lasts = draw.choice([f"lasts {length} minutes", f"takes {length} minutes", f"goes on for {length} minutes"])
    premise = f"{what} starts at {clock(start)} and {lasts}."
    bare = draw.choice([f"{what} starts at {clock(start)}.", f"{what} {lasts}."])
    wrong = draw.choice([start + length + d for d in (-30, -15, 15, 30, 60)])
    forms = draw.choice([lambda t: f"{what} ends at {clock(t)}.", lambda t: f"{what} is over at {clock(t)}.", lambda t: f"The end of {what.lower()} is at {clock(t)}."])
    return premise, bare, forms(start + length), forms(wrong)


def term(draw):
    year, years = draw.randint(1900, 2015), draw.randint(2, 9)
    who = person(draw)
    role = draw.choice(["mayor of {}", "head of the school in {}", "conductor in {}", "bishop of {}", "editor of a paper in {}"]).format(draw.choice(stock("city")))
    premise = draw.choice([f"{who} became {role} in {year} and held the post for {SMALL[years]} years.",
                           f"In {year}, {who} was made {role}, a post left again {SMALL[years]} years later."])
    bare = draw.choice([f"{who} became {role} in {year}.", f"{who} was {role} for {SMALL[years]} years."])
    form = draw.choice(["{} left the post in {}.", "{} gave up the post in {}.", "The time of {} in the post ended in {}."])
    return premise, bare, form.format(who, year + years), form.format(who, year + years + draw.choice([-5, -2, -1, 1, 2, 4]))


def total(draw):
    a, b = draw.randint(2, 40), draw.randint(2, 40)
    x, y, both = draw.choice([("cats", "dogs", "animals"), ("men", "women", "people"), ("novels", "cookbooks", "books"), ("roses", "tulips", "flowers"),
                              ("buses", "trams", "vehicles"), ("boys", "girls", "children"), ("apples", "pears", "pieces of fruit"), ("tables", "chairs", "pieces of furniture")])
    place = draw.choice(["In the hall there are", "The list names", "On the photo you can count", "We saw", "The museum has", "The group had"])
    tail = draw.choice([" and nothing else", ", no others", ""])
    premise = f"{place} {a} {x} and {b} {y}{tail}."
    bare = f"{place} {draw.choice([f'{a} {x}', f'{b} {y}'])}, among others."
    form = draw.choice(["Taken together, {x} and {y} make {n}.", "The {x} and {y} are {n} {both} in all.", "There are {n} {both} if one adds up {x} and {y}."])
    say = lambda n: form.format(n=n, x=x, y=y, both=both)  # noqa: E731
    return premise, bare, say(a + b), say(a + b + draw.choice([-4, -2, -1, 1, 2, 3, 10]))


def share(draw):
    whole = draw.choice([20, 40, 60, 80, 100, 200, 400])
    part, word = draw.choice([(0.5, "half"), (0.25, "a quarter"), (0.75, "three quarters"), (0.2, "a fifth"), (0.1, "a tenth")])
    others = [w for w in ("half", "a quarter", "three quarters", "a fifth", "a tenth") if w != word]
    group = draw.choice(["pupils", "members", "houses", "patients", "shops", "players", "farms", "voters"])
    what = draw.choice(["took part in the test", "were chosen", "changed their name", "are on the new list", "were visited"])
    if draw.random() < 0.5:
        premise = f"Of the {whole} {group}, {int(whole * part)} {what}."
    else:
        premise = f"{int(part * 100)} percent of the {group} {what}."
    bare = draw.choice([f"Some of the {group} {what}.", f"There are {whole} {group}, some of which {what}." if "were" in what else f"{whole} {group} were asked; some {what}."])
    form = draw.choice(["{w} of the {g} {t}.", "The share of {g} that {t} is {w}."])
    say = lambda w: (lambda s: s[:1].upper() + s[1:])(form.format(w=w, g=group, t=what))  # noqa: E731
    return premise, bare, say(word), say(draw.choice(others))


def change(draw):
    a = draw.randint(2, 60) * 10
    b = draw.choice([a * 2, a * 3, a // 2, a + 10, a + 50, max(5, a - 10)])
    what = draw.choice(["The number of members", "The daily output", "The membership fee", "The price of the ticket", "The depth of the lake", "The number of trains a day", "The water level in centimetres"])
    span = draw.choice(["within a year", "between 2015 and 2020", "last month", "in the course of the decade"])
    premise = f"{what} went from {a} to {b} {span}."
    bare = draw.choice([f"{what} was {a} at the beginning.", f"{what} is now {b}.", f"{what} changed {span}."])
    up = ["rose", "went up", "increased", "became larger", "did not fall"] + ["doubled"] * 3 * (b == 2 * a) + ["tripled"] * 3 * (b == 3 * a)
    down = ["fell", "went down", "decreased", "became smaller", "did not rise"] + ["was halved"] * 3 * (b * 2 == a)
    say = lambda words: f"{what} {draw.choice(words)} {span}."  # noqa: E731
    return (premise, bare, say(up), say(down)) if b > a else (premise, bare, say(down), say(up))


def limits(draw):
    low = draw.randint(8, 60)
    high = low + draw.randint(4, 40)
    unit, what = draw.choice([("euros", "A room costs"), ("minutes", "The trip takes"), ("degrees", "The temperature is"), ("grams", "One egg weighs"), ("days", "Delivery takes"), ("pages", "Each chapter has")])
    premise = f"{what} between {low} and {high} {unit}."
    bare = draw.choice([f"{what} more than {low - 4} {unit}.", f"{what} at least {low - 3} {unit}."])
    good = draw.choice([f"{what} no more than {high + draw.choice([0, 5, 10])} {unit}.", f"{what} less than {high + 7} {unit}."])
    bad = draw.choice([f"{what} more than {high + draw.choice([2, 8])} {unit}.", f"{what} no more than {low - draw.choice([1, 2])} {unit}."])
    return premise, bare, good, bad


def places(draw):
    names = draw.sample(stock("city"), 4)
    what = draw.choice(["Cleanest cities", "Most visited cities", "Cities with the highest rents", "Safest cities", "Greenest cities"])
    premise = f"{what}: " + ", ".join(f"{i}. {n}" for i, n in enumerate(names, 1)) + "."
    i, j = sorted(draw.sample(range(4), 2))
    bare = f"{what}, in alphabetical order: " + ", ".join(sorted(names)) + "."
    form = draw.choice(["On the list \"{w}\", {a} is ahead of {b}.", "{a} is placed higher than {b} on the list \"{w}\".", "{b} comes after {a} on the list \"{w}\"."])
    say = lambda a, b: form.format(a=a, b=b, w=what.lower())  # noqa: E731
    return premise, bare, say(names[i], names[j]), say(names[j], names[i])


def days(draw):
    week = stock("day")
    at, gap = draw.randrange(7), draw.randint(1, 5)
    who = draw.choice([*stock("first_f"), *stock("first_m")])
    did = draw.choice(["sent the parcel", "ordered the book", "applied for the visa", "handed in the report", "booked the flight"])
    got = draw.choice(["an answer came", "there was a reply", "the confirmation arrived"])
    after = "the next day" if gap == 1 else f"{SMALL[gap]} days later"
    premise = f"{who} {did} on {week[at]}; {after} {got}."
    bare = draw.choice([f"{who} {did} on {week[at]}; later {got}.", f"{who} {did}, and {after} {got}."])
    form = draw.choice(["It was {} when {}.", "On {}, {}."])
    say = lambda day: form.format(day, got)  # noqa: E731
    wrong = draw.choice([d for d in week if d != week[(at + gap) % 7]])
    return premise, bare, say(week[(at + gap) % 7]), say(wrong)


MAKERS = [ends, term, total, share, change, limits, places, days]


def rows(draw: random.Random, count: int):
    for index in range(count):
        make = MAKERS[(index // 3) % len(MAKERS)]
        premise, bare, right, wrong = make(draw)
        label = (E, N, C)[index % 3]
        if label == N:
            pair = (bare, draw.choice([right, wrong]))
        else:
            pair = (premise, right if label == E else wrong)
        kind = "sums-time" if make in (ends, term, days) else "sums"
        yield {"text": pair[0], "pair": pair[1], "label": label, "kind": kind, "style": "", "language": "en"}
