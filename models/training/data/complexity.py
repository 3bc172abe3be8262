"""Requests of low, medium and high complexity, by how capable a model must be for a good answer and not by how long they are."""

import itertools
import random as random_module

from phrasing import dressed, dressed_foreign, filled, foreign_topics, framed, row, stock, unique

HEAD = "complexity"
LABELS = ["low", "medium", "high"]
PER_LEVEL = 520
TOPIC_TRIPLES = 520
PASSAGES = 190
LANGUAGE_TOPICS = 11
PER_LANGUAGE = 26

TOPIC_FORMS = {
    "low": [
        "how do you spell {t}", "translate '{t}' to Spanish", "what is the first letter of {t}", "write {t} in capital letters",
        "is {t} a thing people talk about, yes or no", "say hello and mention {t}", "give me a title for a page on {t}",
        "name one word that goes with {t}", "I'm reading about {t}, wish me luck",
        "make a hashtag out of {t}", "I'd like to look up {t} later today when I'm home from {city}, remind me in one line what I wanted to look up",
        "{n1} just gave a talk on {t} in front of {a} people, it went well, everyone clapped, {n2} brought flowers and we all went for dinner. say well done",
        "put these in alphabetical order: {t}, {city}, {item}, {n1}",
        "fix the spelling, nothing more: i am intrested in {t} and wud like to no more",
        "I've just come back from {city}, where {n1} showed me a poster on {t} that took {a} weeks to print and hung upside down all day. Say something nice about it to {n1}, one line.",
        "this is the title of our talk: {t}. {n1} wants it in capitals, {n2} doesn't. write it in capitals please, and once more without",
        "there are {s} books on {t} in the library of {city}, {n1} has borrowed two of them, and I'm number {s} in the queue. what's a friendly word for waiting?",
        "how many words are in this: {t}", "turn this into a question: we talked about {t} on {day}",
        "my list for {day} says: call {n1}, buy {item}, read up on {t}, water the plants, answer {n2}, pay {k}. what's the third point?",
    ],
    "medium": [
        "explain {t} with an example", "write a one-page summary of {t}", "what are the main points about {t} and why do they matter",
        "make a quiz with ten questions on {t}", "{t} for beginners, please", "how does one get started with {t}, in five steps",
        "write a blog post on {t}", "compare two common views on {t}", "explain {t} to a 12-year-old", "I need notes on {t}",
        "outline a talk of {a} minutes about {t} for people who know nothing of it", "pros and cons around {t}",
        "common mistakes in {t} and how to avoid them", "write an email to {n1} that explains {t} in a friendly way",
        "My class of {a} starts on {t} next {day}. {n1} and {n2} are ahead, some others need more time, and we've only {b} minutes and no computers. Make me a lesson plan.",
        "a short FAQ on {t}", "{t}?", "tell me about {t}",
        "I'm {a}, I work as a {job} in {city} and left school early. Lately I've been curious about {t}, but each text I find starts in the middle. Give me an overview with plain words, two examples and where to go on from there.",
        "{n1} and {n2} both asked me about {t} at dinner. {n1} knows nothing, {n2} has read a book. Write two short explanations, one for each, and keep them under {k} words.",
    ],
    "high": [
        "formalise {t}", "open problems in {t}, ranked", "overturn the consensus on {t}", "a novel theory of {t}", "model {t} rigorously",
        "unify rival accounts of {t}", "{t}: what do the experts still get wrong",
        "{t}: the deepest open problem, and your best attack on it", "a rigorous, original critique of the received view on {t}",
        "derive from first principles whatever can be derived about {t}, and say exactly where that stops",
        "design a study with {k} subjects that could overturn what we believe of {t}, with power and confounders",
        "reconcile the conflicting evidence on {t} in one model and derive a prediction that could refute it",
        "argue about {t} like two leading experts who disagree, at the level of a journal, then referee them",
        "write a grant proposal on {t}: gap, hypothesis, methods, risks, rival explanations",
        "what would have to be false for {t} not to hold? prove it's minimal", "formalise {t} and prove something non-trivial",
        "build a simulation of {t}, justify each equation, validate it and bound the error",
        "where do experts err on {t}, and how could that be shown",
        "Our group has {a} months and {k} thousand euros for a project on {t}. Two earlier ones failed, one on data, one since the question was ill posed. Devise a programme with decision points that would teach us something even if the main idea is wrong.",
        "synthesise {s} decades of research on {t}, weigh the methods, take a stand",
        "advise a government on {t} under deep uncertainty, with second-order effects and who loses",
    ],
}  # fmt: skip


def _seeds(random):
    for label, seeds in sorted(stock("complexity_seeds").items()):
        for seed in seeds:
            yield row(HEAD, label, filled(seed, random), "requests", "complexity")
        # Hard requests come out longer than easy ones: the further draws favour long easy and short hard ones.
        weights = {"low": [min(len(seed), 240) for seed in seeds], "medium": None, "high": [1 / max(len(seed), 25) for seed in seeds]}
        for seed in random.choices(seeds, weights[label], k=PER_LEVEL - len(seeds)):
            yield row(HEAD, label, dressed(filled(seed, random), random, story=0.15), "requests", "complexity")


def _topics(random):
    topics = sorted({topic for some in stock("domain_topics").values() for topic in some})
    for topic in random.sample(topics, TOPIC_TRIPLES):
        for label in LABELS:
            text = filled(random.choice(TOPIC_FORMS[label]).replace("{t}", topic), random)
            yield row(HEAD, label, dressed(text, random), "topic-triples", "complexity")


def _passages(random):
    for label in LABELS:
        for _at in range(PASSAGES):
            yield row(HEAD, label, framed(label, random, *((3, 7) if label == "low" else (1, 5))), "passages", "complexity")


def _languages(random):
    for key, seeds in sorted(stock("complexity_seeds_other_languages").items()):
        label, language = key.split("/")
        for _at, seed in zip(range(PER_LANGUAGE), itertools.cycle(seeds), strict=False):
            yield row(HEAD, label, dressed_foreign(filled(seed, random), language, random), "languages", "complexity", language)

    for label, language, text in foreign_topics(LABELS, LANGUAGE_TOPICS, random):
        yield row(HEAD, label, text, "language-topics", "complexity", language)


def rows(seed):
    """Rows for the complexity head: the same for the same seed, no text twice, the three levels alike in number and length."""
    random = random_module.Random(seed)
    made = list(unique([*_seeds(random), *_topics(random), *_passages(random), *_languages(random)]))
    random.shuffle(made)
    yield from made
