"""Entailment rows from scenes: who does what and where, told again, made wider, narrower, denied or changed."""

import random

from sentences import capital, load, stock

PLACES = ["in a park", "on the street", "near a lake", "in front of a house", "at a market", "in a small town",
          "under a bridge", "next to a red car", "outside", "in the rain", "on a sunny day", "at night",
          "behind a school", "by the sea", "in an old building", "beside a fountain"]
# Text, plural, wider names, a narrower name.
PEOPLE = [
    ("a man", False, ["a person", "someone", "an adult"], "an old man"),
    ("a woman", False, ["a person", "someone", "an adult"], "a young woman"),
    ("a boy", False, ["a child", "a kid", "someone"], "a little boy"),
    ("a girl", False, ["a child", "a kid", "a young person"], "a girl with braids"),
    ("a child", False, ["a person", "somebody", "a young person"], "a boy"),
    ("a teenager", False, ["a young person", "someone"], "a teenager in a green shirt"),
    ("an old man", False, ["a man", "an elderly person", "someone"], "an old man with glasses"),
    ("a young woman", False, ["a woman", "a young person", "someone"], "a young woman in a blue dress"),
    ("a man in a red jacket", False, ["a man", "a person in a jacket", "someone"], "a tall man in a red jacket"),
    ("a lady with a scarf", False, ["a woman", "a person", "a lady"], "a lady with a yellow scarf"),
    ("a soldier", False, ["a person", "someone"], "a wounded soldier"),
    ("a chef", False, ["a cook", "a person", "someone"], "a French chef"),
    ("two men", True, ["two people", "men", "some men", "two adults"], "two bearded men"),
    ("two women", True, ["two people", "women", "some people"], "two women in uniform"),
    ("three girls", True, ["three children", "some girls", "some kids"], "three little girls"),
    ("several boys", True, ["boys", "some children", "some boys"], "several tall boys"),
    ("a group of students", True, ["some people", "students", "several people"], "a group of foreign students"),
    ("a man and a woman", True, ["two people", "a couple of people", "two adults"], "a young man and a tall woman"),
    ("a family", True, ["some people", "a group of people"], "a family of five"),
]
DOGS = [
    ("a dog", False, ["an animal", "a pet", "a four-legged animal"], "a brown dog"),
    ("a black dog", False, ["a dog", "an animal"], "a big black dog"),
    ("a puppy", False, ["a young dog", "a dog", "an animal"], "a spotted puppy"),
    ("two dogs", True, ["dogs", "two animals", "some animals"], "two white dogs"),
    ("a wet dog with a collar", False, ["a dog", "a wet animal"], "a wet dog with a blue collar"),
]
CATS = [
    ("a cat", False, ["an animal", "a pet"], "a grey cat"),
    ("a white kitten", False, ["a kitten", "a young cat", "an animal"], "a tiny white kitten"),
    ("two cats", True, ["cats", "two animals"], "two striped cats"),
]


def subjects(scene: dict) -> list:
    if scene["who"] == "h":
        return PEOPLE
    return CATS if any(w in scene["does"] for w in ("tree", "wall", "window")) else DOGS


def be(plural: bool) -> str:
    return "are" if plural else "is"


def say(who: str, plural: bool, does: str, draw: random.Random, place: str = "") -> str:
    """The scene as one plain sentence, in one of several orders."""
    verb, tail = be(plural), f" {place}" if place else ""
    way = draw.random()
    if way < 0.12:
        return capital(f"there {'is' if who.startswith('a ') else verb} {who} {does}{tail}.")
    if way < 0.2 and place:
        return capital(f"{place}, {who} {verb} {does}.")
    if way < 0.32 and who.startswith(("a ", "an ")):
        return capital(f"the {who.split(' ', 1)[1]} {verb} {does}{tail}.")
    return capital(f"{who} {verb} {does}{tail}.")


def deny(who: str, plural: bool, does: str, draw: random.Random, place: str = "") -> str:
    verb, tail = be(plural), f" {place}" if place else ""
    way = draw.randrange(4)
    bare = who.split(" ", 1)[1] if who.startswith(("a ", "an ")) and " and " not in who else None
    if way == 0 and bare:
        return capital(f"there is no {bare} {does}{tail}.")
    if way == 1 and bare:
        return capital(f"no {bare} is {does}{tail}.")
    if way == 2 and bare:
        return capital(f"the {bare} is not {does}{tail}.")
    return capital(f"{who} {verb} not {does}{tail}.")


def nobody(does: str, draw: random.Random) -> str:
    return draw.choice([f"Nobody is {does}.", f"No one is {does}.", f"There is nobody {does}."])


def passive(scene: dict, who: str, draw: random.Random, no: bool = False) -> str:
    text = scene["passive"]
    if no:
        text = text.replace(" being ", " not being ", 1).replace("is not being", "is not being")
    by = f" by {who}" if draw.random() < 0.7 else ""
    return capital(f"{text}{by}.")


def no_one(who: str, does: str) -> str:
    """That none of this kind does it."""
    bare = who.split(" ", 1)[1] if who.startswith(("a ", "an ")) and " and " not in who else "person"
    return f"No {bare} is {does}."


def two_things(scene, subject, draw):
    """A sentence with the scene and a second one by somebody else."""
    who, plural, *_ = subject
    second = draw.choice([s for s in load("pair_scenes.jsonl") if s is not scene and s["who"] == "h"])
    who2, plural2, *_ = draw.choice([p for p in PEOPLE if p[0] != who and p[1] != plural and " and " not in p[0]])
    link = draw.choice([" and ", " while ", ", and ", "; "])
    text = f"{who} {be(plural)} {scene['does']}{link}{who2} {be(plural2)} {second['does']}."
    return capital(text), who2, plural2, second["does"]


def entailed(scene, subject, draw):
    who, plural, wider, narrower = subject
    does, place = scene["does"], draw.choice(PLACES)
    ways = ["wider-who", "drop-place", "order"]
    ways += ["same"] * 2 * bool(scene["same"]) + ["wider"] * 2 * bool(scene["wider"])
    ways += ["passive"] * 2 * bool(scene["passive"]) + ["opposite"] * 2 * bool(scene["opposite"])
    ways += ["narrower"] * bool(scene["narrower"]) + ["no-wider"] * 2 * bool(scene["wider"])
    ways += ["no-same"] + ["not-but"] * 2 + ["two"] * 2
    way = draw.choice(ways)
    if way == "no-same":
        return way, nobody(does, draw), draw.choice([nobody, lambda d, r: no_one(who, d)])(draw.choice(scene["same"] or [does]), draw)
    if way == "not-but":
        other = draw.choice(scene["other"])
        text = capital(f"{who} {be(plural)} not {other} but {does}{draw.choice(['', ' ' + place])}.")
        return way, text, capital(f"{who} {be(plural)} not {other}.")
    if way == "two":
        text, who2, plural2, does2 = two_things(scene, subject, draw)
        return way, text, draw.choice([say(who2, plural2, does2, draw), say(who, plural, does, draw)])
    if way == "same":
        pair = [say(who, plural, does, draw), say(who, plural, draw.choice(scene["same"]), draw)]
        draw.shuffle(pair)
        return way, *pair
    if way == "wider":
        up = draw.choice([who, draw.choice(wider)])
        return way, say(who, plural, does, draw, draw.choice(["", place])), say(up, plural, draw.choice(scene["wider"]), draw)
    if way == "wider-who":
        return way, say(who, plural, does, draw), say(draw.choice(wider), plural, does, draw)
    if way == "drop-place":
        return way, say(who, plural, does, draw, place), say(who, plural, draw.choice(scene["same"] or [does]), draw)
    if way == "passive":
        pair = [say(who, plural, does, draw), passive(scene, who, draw)]
        if who in pair[1] and draw.random() < 0.4:
            pair.reverse()
        return way, *pair
    if way == "opposite":
        return way, say(who, plural, does, draw), capital(f"{who} {be(plural)} not {draw.choice(scene['opposite'])}.")
    if way == "narrower":
        return way, say(who, plural, draw.choice(scene["narrower"]), draw), say(draw.choice([who, *wider]), plural, does, draw)
    if way == "no-wider":
        return way, nobody(draw.choice(scene["wider"]), draw), draw.choice([nobody(does, draw), capital(f"no one is {does} {place}.")])
    return way, capital(f"{who} {be(plural)} {does} {place}."), capital(f"{place}, {who} {be(plural)} {does}.")


def unsettled(scene, subject, draw, scenes):
    who, plural, wider, narrower = subject
    does, place = scene["does"], draw.choice(PLACES)
    ways = ["narrow-who", "add-place", "elsewhere", "other", "other", "not-other"]
    ways += ["narrower"] * 2 * bool(scene["narrower"]) + ["reverse-wider"] * bool(scene["wider"])
    ways += ["no-narrower"] * bool(scene["narrower"]) + ["not-narrower"] * 2 * bool(scene["narrower"])
    ways += ["someone"] * 2 + ["no-one-else"] + ["two"]
    way = draw.choice(ways)
    if way == "not-narrower":
        return way, say(who, plural, does, draw), deny(who, plural, draw.choice(scene["narrower"]), draw)
    if way == "someone":
        peers = [s for s in scenes if s is not scene and s["who"] == scene["who"]]
        second = draw.choice(peers)
        claims = [say(draw.choice(wider), plural, draw.choice([second["does"], *second["same"], *second["other"]]), draw)]
        claims += [passive(second, who, draw)] * bool(second["passive"])
        return way, say(who, plural, does, draw, draw.choice(["", place])), draw.choice(claims)
    if way == "no-one-else":
        second = draw.choice([s for s in scenes if s is not scene])
        return way, say(who, plural, does, draw), nobody(draw.choice([second["does"], *second["same"]]), draw)
    if way == "two":
        text, who2, plural2, _ = two_things(scene, subject, draw)
        return way, text, say(who2, plural2, draw.choice(scene["other"]), draw)
    if way == "narrower":
        return way, say(who, plural, does, draw, draw.choice(["", place])), say(who, plural, draw.choice(scene["narrower"]), draw)
    if way == "narrow-who":
        return way, say(draw.choice([who, *wider[:2]]), plural, does, draw), say(narrower, plural, does, draw)
    if way == "add-place":
        return way, say(who, plural, does, draw), say(who, plural, does, draw, place)
    if way == "reverse-wider":
        return way, say(draw.choice([who, wider[0]]), plural, draw.choice(scene["wider"]), draw), say(who, plural, does, draw)
    if way == "no-narrower":
        return way, deny(who, plural, draw.choice(scene["narrower"]), draw), nobody(does, draw)
    if way == "other":
        return way, say(who, plural, does, draw, draw.choice(["", place])), say(who, plural, draw.choice(scene["other"]), draw)
    if way == "not-other":
        return way, say(who, plural, does, draw), deny(who, plural, draw.choice(scene["other"]), draw)
    second = draw.choice([s for s in scenes if s is not scene])
    who2, plural2, *_ = draw.choice([s for s in subjects(second) if s[0] != who])
    no = draw.random() < 0.3
    return way, say(who, plural, does, draw, draw.choice(["", place])), (deny if no else say)(who2, plural2, second["does"], draw)


def contradicted(scene, subject, draw):
    who, plural, wider, narrower = subject
    does, place = scene["does"], draw.choice(PLACES)
    ways = ["not", "nobody", *["denied-first"] * 4, "not-but", "not-but", "two"]
    ways += ["denied-wider"] * 3 * bool(scene["wider"]) + ["denied-passive"] * 3 * bool(scene["passive"])
    ways += ["opposite"] * 4 * bool(scene["opposite"]) + ["not-wider"] * bool(scene["wider"])
    ways += ["not-passive"] * bool(scene["passive"]) + ["not-same"] * bool(scene["same"])
    ways += ["nobody-narrower"] * bool(scene["narrower"])
    way = draw.choice(ways)
    if way == "not":
        return way, say(who, plural, does, draw, draw.choice(["", place])), deny(who, plural, does, draw)
    if way == "nobody":
        return way, say(who, plural, does, draw), nobody(does, draw)
    if way == "not-but":
        other = draw.choice(scene["other"])
        text = capital(f"{who} {be(plural)} not {other} but {does}{draw.choice(['', ' ' + place])}.")
        return way, text, say(who, plural, other, draw)
    if way == "two":
        text, who2, plural2, does2 = two_things(scene, subject, draw)
        return way, text, draw.choice([nobody(does2, draw), nobody(does, draw), deny(who2, plural2, does2, draw)])
    if way == "denied-wider":
        text = nobody(draw.choice(scene["wider"]), draw)
        return way, text, say(draw.choice([who, *wider]), plural, draw.choice([does, *scene["narrower"]]), draw)
    if way == "denied-passive":
        return way, draw.choice([nobody(does, draw), passive(scene, who, draw, no=True)]), passive(scene, who, draw)
    if way == "denied-first":
        return way, draw.choice([deny(who, plural, does, draw), nobody(does, draw)]), say(who, plural, does, draw)
    if way == "opposite":
        pair = [does, draw.choice(scene["opposite"])]
        draw.shuffle(pair)
        return way, say(who, plural, pair[0], draw, draw.choice(["", place])), say(who, plural, pair[1], draw)
    if way == "not-wider":
        return way, say(who, plural, does, draw), draw.choice([nobody, lambda d, r: deny(who, plural, d, r)])(draw.choice(scene["wider"]), draw)
    if way == "not-passive":
        return way, say(who, plural, does, draw), passive(scene, who, draw, no=True)
    if way == "not-same":
        return way, say(who, plural, draw.choice(scene["same"]), draw), deny(who, plural, does, draw)
    return way, say(who, plural, draw.choice(scene["narrower"]), draw, draw.choice(["", place])), nobody(does, draw)


def rows(draw: random.Random, count: int):
    scenes = load("pair_scenes.jsonl")
    for index in range(count):
        scene = scenes[(index // 3) % len(scenes)]
        subject = draw.choice(subjects(scene))
        label = ("entailment", "neutral", "contradiction")[index % 3]
        if label == "entailment":
            way, text, pair = entailed(scene, subject, draw)
        elif label == "neutral":
            way, text, pair = unsettled(scene, subject, draw, scenes)
        else:
            way, text, pair = contradicted(scene, subject, draw)
        yield {"text": text, "pair": pair, "label": label, "kind": "scenes", "style": way, "language": "en"}
