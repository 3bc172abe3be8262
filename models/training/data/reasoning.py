"""Requests that need several steps of derivation and requests that do not, with every topic, length and manner under both labels."""

import itertools
import random as random_module

from phrasing import dressed, dressed_foreign, filled, foreign_topics, framed, row, stock, unique

HEAD = "reasoning"
LABELS = ["reasoning", "non-reasoning"]
PER_AREA = 220
WRAPPED = 330
TOPIC_TWINS = 420
LANGUAGE_TOPICS = 22
PER_LANGUAGE = 46
PASSAGES = {"non-reasoning": 420, "reasoning": 240}  # more long ones without reasoning: the other seeds are shorter there

WRAPS = {
    "non-reasoning": [
        "translate this into German, don't solve it: {t}", "just fix the spelling here, I know the answer already: {t}",
        "put the following into capital letters: {t}", "how many words are in this: {t}", "make this sound friendlier, no answer needed: {t}",
        "shorten this so it fits on a card, leave the question open: {t}", "turn this exercise into French. Only the translation. {t}",
        "{t}\n\nThat's from my book. Don't work it out, just tell me which school subject it belongs to.",
        "{t} <- which language is this written in?", "copy the first sentence of this: {t}", "read this and give it a title: {t}",
        "Summarise in a few words what this asks, without answering: {t}", "replace every name in this by X: {t}",
        "list the numbers that occur in: {t}", "write this out as bullet points, nothing more: {t}",
        "say this again in simpler English, my pupils should solve it themselves: {t}",
        "My friend sent me this and I solved it after an hour, so proud! {t} Just congratulate me :)",
        "put quotation marks around this and add a full stop: {t}",
    ],
    "reasoning": [
        "someone was asked: '{t}' and answered wrongly but confidently. Work out which wrong answers are likely, which mistake leads to each, and how one question could tell the mistakes apart.",
        "'{t}' - a bot answered that in 3 seconds, a person in 40, and both got paid the same. Over {a} such tasks with {s} percent bot errors that cost {k} each to repair, which is cheaper? show the steps",
        "I get '{t}' {a} times a day in support and each takes {s} minutes. A macro costs {k} and handles two in three. When does it pay off, and what changes if half of those come back?",
        "three people reply to '{t}'. {n1} only if {n2} doesn't, {n2} only after {n3}, and exactly two do. who replies?",
        "deduce what you can, and only that, about the person who writes: '{t}' and separate what is certain from what is a guess",
        "prove or refute: every message that contains '{t}' must be longer than one that doesn't",
        "my classifier puts '{t}' in the wrong bin since the update, but only in lower case and only on the second server. Reason through the possible causes and the order to test them",
        "a message reads '{t}'. It's encrypted by moving each letter by the length of its word. encrypt it and prove that one can always get it back",
        "'{t}' was sent at 9:{b}, read {a} minutes later and answered before ten, yet {n1} says it came after lunch. who's wrong, what must have happened?",
        "if '{t}' costs {s} tokens in one model and {a} in another but the second is half the price per token and fails one in {s}, which should I use for {k} of them?",
        "design a fair test with at most {a} people of whether adding 'please' to '{t}' gets better answers, rule out the three likeliest confounders one by one",
        "Arrange the words of '{t}' so no two neighbours share a letter, or show that it can't be done",
    ],
}  # fmt: skip
TOPIC_FORMS = {
    "reasoning": [
        "two claims about {t} can't both be right: {n1} says it's mostly chance, {n2} that it had to be so. find out which holds, each step shown",
        "build the strongest case against the usual view on {t}, find its weakest step, then repair it",
        "design an experiment or a check that tells two rival explanations of {t} apart, and say which outcome rules out which",
        "I've {s} days, {a} hours in all, not on {day}, to learn {t}, and need two rounds of revision. make it add up",
        "estimate with all your assumptions how many people in {city} think of {t} on a given day",
        "if what we know of {t} were the other way round, what else would have to change? follow the chain to the end",
        "my argument on {t}: most experts say so, the graph goes up, so I'm right. where does it break and what would make it hold",
        "a quiz on {t}: {n1} got more right than {n2}, {n3} got half of {n1}'s, all three together {a} of {b}. how many each, and is there only one way",
        "weigh {t} against doing nothing about it, with costs of {k} now or {s} percent more each year, and defend a decision",
        "cause or coincidence in {t}? argue it out", "find the flaw in 'it's obvious' when it comes to {t}",
        "hardest exam problem on {t}, fully worked", "prove what can be proved on {t}", "{t}: which step fails without luck",
        "{t}, backwards: from the end to what must have been so", "what follows from {t} and what doesn't",
        "derive the main point of {t} from first principles, without saying 'it is known'",
        "in {t}, what's cause and what's only a companion? reason it out and name what would change your mind",
        "{n1} explains {t} to {n2}, who tells {n3}, each dropping a third. with how many people left does the last one hear less than {s} percent?",
    ],
    "non-reasoning": [
        "what is meant by {t}", "I've read half a book on {t} in the garden today and the neighbour's radio was on all afternoon, so I remember little. just name the title of one that's easier to read",
        "please write two friendly lines to {n1}: thanks for the talk on {t} on {day}, the class loved it, and we'd be glad to have you again next year in {city}", "list five facts on {t}", "tell me a joke about {t}", "give me the short version of {t}",
        "write a title for a post on {t}", "translate into Spanish: I read a book about {t}", "name a famous person in connection with {t}",
        "recommend a book on {t}", "write a short poem about {t}", "define {t} for a glossary", "tell me about {t}",
        "I'd like to hear something on {t}, nothing deep, I'm cooking for {n1} and {n2} and have the radio off for once",
        "rewrite this so that it's more formal: hey, wanna talk about {t} on {day}?",
        "when I was in {city} with {n1} for {a} days we visited a museum with a whole floor on {t}, and I liked it. write that as a diary entry, two sentences",
        "format this as a list: {t}, {city}, {n1}, {a} euros", "write a mail to {n1} that our lesson on {t} moves to {day} at {s}",
        "I'm in a quiz with {n1}, {n2} and {n3}, we lead by {s} points and the next round is about {t}. what are the main words I should have heard of?",
        "correct the typos: my presntation about {t} is on {day}, it take {a} minuts and {n1} bring the slides",
    ],
}  # fmt: skip


def _seeds(random):
    for key, seeds in sorted(stock("reasoning_seeds").items()):
        label, area = key.split("/")
        for seed in seeds:
            yield row(HEAD, label, filled(seed, random), area, "reasoning")
        # Derivations come out longer than look-ups: the further draws favour what is rare, short ones there and long ones here.
        weights = [min(len(seed), 240) if label == "non-reasoning" else 1 / max(len(seed), 25) for seed in seeds]
        for seed in random.choices(seeds, weights, k=PER_AREA - len(seeds)):
            yield row(HEAD, label, dressed(filled(seed, random), random, story=0.2), area, "reasoning")


def _wrapped(random):
    by_label = {label: [] for label in LABELS}
    for key, seeds in sorted(stock("reasoning_seeds").items()):
        by_label[key.split("/")[0]].extend(seed for seed in seeds if "\\n" not in seed)
    inside = {"non-reasoning": by_label["reasoning"], "reasoning": by_label["non-reasoning"]}
    for label in LABELS:
        wraps = itertools.cycle(WRAPS[label])
        for wrap in itertools.islice(wraps, WRAPPED):
            text = filled(wrap.replace("{t}", random.choice(inside[label])), random)
            yield row(HEAD, label, dressed(text, random, story=0.1), "wrapped", "reasoning")


def _passages(random):
    for label in LABELS:
        for _at in range(PASSAGES[label]):
            yield row(HEAD, label, framed(label, random, *((2, 5) if label == "non-reasoning" else (2, 3))), "passages", "reasoning")


def _topics(random):
    topics = sorted({topic for some in stock("domain_topics").values() for topic in some})
    for topic in random.sample(topics, TOPIC_TWINS):
        for label in LABELS:
            text = filled(random.choice(TOPIC_FORMS[label]).replace("{t}", topic), random)
            yield row(HEAD, label, dressed(text, random), "topic-twins", "reasoning")


def _languages(random):
    for key, seeds in sorted(stock("reasoning_seeds_other_languages").items()):
        label, language = key.split("/")
        for _at, seed in zip(range(PER_LANGUAGE), itertools.cycle(seeds), strict=False):
            yield row(HEAD, label, dressed_foreign(filled(seed, random), language, random), "languages", "reasoning", language)

    for label, language, text in foreign_topics(LABELS, LANGUAGE_TOPICS, random):
        yield row(HEAD, label, text, "language-topics", "reasoning", language)


def rows(seed):
    """Rows for the reasoning head: the same for the same seed, no text twice, both labels in every area and language."""
    random = random_module.Random(seed)
    made = list(unique([*_seeds(random), *_wrapped(random), *_passages(random), *_topics(random), *_languages(random)]))
    random.shuffle(made)
    yield from made
