"""Chat-style questions and requests with one of the 14 MMLU-Pro domains, and `chat_style`, which turns an exam stem into such a question."""

import random as random_module
import re

from phrasing import LEAD_INS, STORIES, casual, dressed, dressed_foreign, row, stock, unique

HEAD = "domain"
LABELS = [
    "biology", "business", "chemistry", "computer science", "economics", "engineering", "health", "history",
    "law", "math", "other", "philosophy", "physics", "psychology",
]  # fmt: skip

QUESTIONS = [
    "what should I know about {t}", "can you help me understand {t}", "I don't really get {t}", "give me the short version of {t}",
    "tell me something interesting about {t}", "what do most people get wrong about {t}", "where do I start if I want to learn about {t}",
    "I'm confused about {t}, could you walk me through it", "how would you explain {t} to a child", "why does {t} matter",
    "I heard someone mention {t} yesterday. fill me in", "got a question about {t}", "{t}: how does that work",
    "{t}, in a nutshell", "someone said I've got {t} all wrong", "could we talk about {t} for a bit",
    "I have ten minutes, teach me about {t}", "is there an easy way to think about {t}", "what's a good example for {t}",
    "{t} please", "need some background on {t}", "tell me more about {t}", "how do I deal with {t}", "what are good resources on {t}",
    "what's the first thing to look at with {t}", "any tips on {t}?", "I have a problem with {t} and don't know where to begin",
    "which questions should I ask about {t}", "what's new in {t} these days", "do I have to worry about {t}",
    "does anybody really understand {t}", "let's go deeper into {t}", "compare two views on {t}", "help! {t}", "so what's the deal with {t}",
]  # fmt: skip
NOUN_QUESTIONS = [
    "what is {t}", "what exactly is meant by {t}", "who deals with {t} as a job", "is {t} as hard as they say", "how important is {t}",
    "{t} - yes or no?", "how come nobody talks about {t}", "what would change without {t}", "what's behind {t}",
    "can you sum up {t} in three lines", "my notes on {t} make no sense", "what does {t} have to do with my life",
]
TASKS = [
    "write an email to my teacher with two questions about {t}", "draft a short article on {t}", "make flashcards about {t}",
    "I have to hold a five minute talk on {t}, give me an outline", "quiz me on {t}", "write a paragraph on {t} for a website",
    "make a mind map in text form about {t}", "write a script for a short video about {t}", "turn this into a table: the main facts on {t}",
    "give me three discussion questions about {t}", "help me write a forum post asking about {t}", "summarise what is known about {t}",
    "write the intro of my essay on {t}", "make a list of the ten most important words around {t} and what they mean",
    "help me prepare for a conversation with an expert about {t}", "prepare a worksheet on {t}", "write a mail to my cousin explaining {t}",
    "check my understanding of {t}, ask me one thing at a time", "plan a one hour lesson on {t}", "write a Q&A page about {t}",
    "draft a reply to someone who asked me about {t}", "make up a true/false round on {t}", "give me a reading list on {t}",
    "help me with my assignment on {t}", "I need a caption and a short text for a poster about {t}", "write a blog post about {t}, friendly tone",
    "explain this and correct me where I go wrong, topic is {t}", "put {t} into a story so I can remember it", "act as a tutor for {t}",
]  # fmt: skip
TERM_FORMS = [
    "what's the difference between {x} and {y}", "what is {x}", "{x}?", "{x}, {y} and {z}: how do they hang together", "I always mix up {x} and {y}",
    "define {x} and use it in a sentence", "what do people mean by {x}", "{x} or {y}, which one comes first", "meaning of {x}",
    "is {x} the same as {y}", "explain {x}, {y}, {z} in one line each", "does {x} always come with {y}", "give me an example of {x}",
    "my notes just say '{x} - {y} - {z}'. what was that about", "spotted the word {x} in a text about {y}, what's it mean there",
    "what has {x} to do with {y}", "help, {x} again", "can there be {x} without {y}", "make a tiny quiz: {x}, {y}, {z}",
    "how would you tell {x} from {y}", "everything I should know on {x} in 50 words", "{x} vs {y}",
]  # fmt: skip
CONTEXT = [
    "{s}Anyway, what I'd like to know: {a}", "{s}{a}", "{a}\n\n{s}", "{s}So here's the thing. {a}", "{l}{s}{a}",
    "{s}I looked at a few pages and they all say something different. {a}", "Context: {s}\nQuestion: {a}",
    "{s}Long story short: {a} I'd rather have a real answer than a list of links.",
]
CLAUSE = re.compile(r"^(how|why|what|whether|where|which|the way|when|if|who)\b", re.I)


TERMS_EACH = 58
TOPICS_EACH = 98  # so that the widest stock (`other`) does not outnumber the rest


def _asks(random):
    # `boundary` holds requests near a neighbour: economics or business, physics or engineering, biology or health, …
    for family in ("asks", "boundary"):
        for label, asks in sorted(stock(f"domain_{family}").items()):
            for ask in asks:
                yield row(HEAD, label, casual(ask, random), family, "domain")
                yield row(HEAD, label, dressed(ask, random), family, "domain")
                if random.random() < 0.45:
                    parts = {"s": random.choice(STORIES), "a": ask, "l": random.choice(LEAD_INS)}
                    text = re.sub(r"\{([sal])\}", lambda slot, parts=parts: parts[slot[1]], random.choice(CONTEXT))
                    yield row(HEAD, label, text, f"{family}-in-story", "domain")


def _paragraphs(random):
    for label, texts in sorted(stock("domain_paragraphs").items()):
        for text in texts:
            yield row(HEAD, label, text, "paragraphs", "domain")
            yield row(HEAD, label, random.choice(["", *LEAD_INS]) + casual(text, random), "paragraphs", "domain")
            sentences = re.split(r"(?<=[.?!])\s+", text)
            at = random.randrange(max(1, len(sentences) - 1))
            yield row(HEAD, label, casual(" ".join(sentences[:at] + sentences[at + 1 :]), random), "paragraphs", "domain")


def _topics(random):
    for label, topics in sorted(stock("domain_topics").items()):
        for topic in random.sample(topics, min(len(topics), TOPICS_EACH)):
            forms = QUESTIONS if CLAUSE.match(topic) else QUESTIONS + NOUN_QUESTIONS
            for form in random.sample(forms, 2):
                yield row(HEAD, label, dressed(form.format(t=topic), random), "topic-questions", "domain")
            yield row(HEAD, label, dressed(random.choice(TASKS).format(t=topic), random), "topic-tasks", "domain")


def _terms(random):
    for label, terms in sorted(stock("domain_terms").items()):
        order = random.sample(terms, len(terms))
        for at, x in enumerate(order[:TERMS_EACH]):
            y, z = order[at - 1], order[at - 2]
            text = random.choice(TERM_FORMS).replace("{x}", x).replace("{y}", y).replace("{z}", z)
            yield row(HEAD, label, dressed(text, random), "terms", "domain")


def _languages(random):
    for key, asks in sorted(stock("domain_asks_other_languages").items()):
        language, label = key.split("/")
        for ask in asks:
            yield row(HEAD, label, dressed_foreign(ask, language, random), "languages", "domain", language)
            if random.random() < 0.25:
                yield row(HEAD, label, dressed_foreign(ask, language, random), "languages", "domain", language)
    forms = stock("forms_other_languages")["domain"]
    for key, topics in sorted(stock("domain_topics_other_languages").items()):
        language, label = key.split("/")
        for topic in random.sample(topics, 4):
            text = random.choice(forms[language]).replace("{t}", topic)
            yield row(HEAD, label, dressed_foreign(text, language, random), "language-topics", "domain", language)


def rows(seed):
    """Rows for the domain head: the same for the same seed, no text twice, labels within a third of each other in number."""
    random = random_module.Random(seed)
    made = list(unique([*_asks(random), *_paragraphs(random), *_topics(random), *_terms(random), *_languages(random)]))
    random.shuffle(made)
    yield from made


REWORDINGS = [
    (r"^This question refers to the following information\.\s*", ""),
    (r"(?i)^(read|use|refer to|consider) the (following|passage|information|table|figure)[^.:\n]*[.:]\s*", ""),
    (r"(?i)\bwhich (?:one )?of the following (?:statements|sentences|claims|assertions) (?:about|concerning|regarding|on) (.+?) (?:is|are) (?:not |in)(?:true|correct|accurate)\b", r"what is wrong to say about \1"),
    (r"(?i)\bwhich (?:one )?of the following (?:statements|sentences|claims|assertions) (?:about|concerning|regarding|on) (.+?) (?:is|are) (?:true|correct|accurate|false)\b", r"what is true about \1"),
    (r"(?i)\bwhich (?:one )?of the following (?:statements )?(?:best |most accurately |most closely )?(?:describes|characterizes|explains|defines|summarizes) why\b", "why is it that"),
    (r"(?i)\bwhich (?:one )?of the following (?:statements )?(?:best |most accurately |most closely )?(?:describes|characterizes|explains|defines|summarizes)\b", "how would you describe"),
    (r"(?i)\bwhich (?:one )?of the following (?:would |will |could |can |may |might )?(?:most likely |best |probably )?(?:is|are|be) (?:an? |the )?(example|type|form|kind|cause|result|part|characteristic|feature|function|symptom|reason)s? (of|for)\b", r"what is a good \1 \2"),
    (r"(?i)\bwhich (?:one )?of the following (\w+)s (is|was|has|does)\b", r"which \1 \2"),
    (r"(?i)\bwhich (?:one )?of the following (?:statements|options|choices|answers)?\s*(?=(?:is|are|was|were|has|have|does|do|would|will|can|could|might|may|must|should|best|most)\b)", "what "),
    (r"(?i)\bwhich (?:one )?of the following\s*", "which "),
    (r"(?i)\b(?:each|all) of the following\b(.+?)\bexcept\b:?", r"what does not fit here:\1"),
    (r"(?i)\bone of the following\b", "something"), (r"(?i)\b(?:of|among) the following\b", ""), (r"(?i)\bthe following\b", "this"),
    (r"(?i),? (?:EXCEPT|except)[:.]?$", ", and what does not"),
    (r"(?i)\b(?:select|choose|mark) the (?:best|correct|right) (?:answer|option)[^.]*\.?", ""),
]  # fmt: skip
STEM_LEAD_INS = [
    "", "", "", "hey, ", "quick question: ", "can you tell me ", "I'm stuck on this: ", "help me with this one: ", "my homework says: ",
    "do you know ", "so ", "ok, ", "my teacher asked ", "I need to know: ", "from my exam prep: ", "Could you explain this to me? ",
    "I don't get this: ", "someone asked me this today: ", "not sure about this one. ", "can u help, ",
]  # fmt: skip
OPEN_LEAD_INS = [
    "how does this sentence end: ", "finish this for me: ", "what comes next: ", "fill in the rest: ", "I wrote down half a sentence: ", "complete: ",
]  # fmt: skip


TURNED = [  # an open stem as a question: "The cell that carries oxygen is" -> "what is the cell that carries oxygen"
    (r"(?i)^(the |an? )?(.{5,110}?) (is|are|was|were)( called| known as| termed)?[ :.]*$", lambda m: f"what {m[3]} {(m[1] or '').lower()}{m[2]}{m[4] or ''}"),
    (r"(?i)^(the |an? )?(.{3,110}?) (stand|refer|mean|belong|lead|contribute|apply)s?( for| to)?[ :.]*$", lambda m: f"what does {(m[1] or '').lower()}{m[2]} {m[3]}{m[4] or ''}"),
]  # fmt: skip
EMPTY = set("what which following statement statements true false correct incorrect most likely least describe best these this that would will about with from answer".split())


def _says_something(text):
    return len({word for word in re.findall(r"[^\W\d_]{4,}|\d+", text.lower()) if word not in EMPTY}) >= 1


def _scenario(stem, random):
    scenes = [part.strip() for part in re.split(r"Scenario [12] \|", stem)[1:] if part.strip()]
    return random.choice(["was this wrong of me? {}", "{} Did I do something bad?", "am I the bad guy here? {}", "morally speaking, is this ok: {}"]).format(random.choice(scenes))


def _short(stem, random):
    """The part of a long stem that somebody would type: its last sentences, or its beginning."""
    sentences = re.split(r"(?<=[.?!])\s+", stem)
    if len(stem) <= 220 or len(sentences) < 2:
        return stem if len(stem) <= 420 else stem[:400].rsplit(" ", 1)[0]
    kept = sentences[-1:] if random.random() < 0.3 else sentences[-random.randint(2, 4) :]
    text = " ".join(kept)
    return text if 40 <= len(text) <= 420 else " ".join(sentences)[: random.randint(220, 420)].rsplit(" ", 1)[0]


def chat_style(stem, random):
    """An exam stem as a person would type it to an assistant: no talk of options, often shorter, in lower case or with a lead-in.

    A stem that says nothing without its options ("Which statement is true?") comes back nearly as it was: leave such stems out."""
    stem = re.sub(r"\s+", " ", stem).strip()
    if "Scenario 1 |" in stem:
        return casual(_scenario(stem, random), random)
    whole = stem
    for pattern, spelt in REWORDINGS:
        stem = re.sub(pattern, spelt, stem).strip()
    stem = _short(stem, random)
    if not _says_something(stem):
        stem = re.sub(r"(?i)\bof the following\b", "of these", whole)
    if random.random() < 0.7 and "_" not in stem:
        for pattern, turned in TURNED:
            stem = re.sub(pattern, turned, stem) if not re.match(r"(?i)(what|which|who|when|where|how|why|if)\b", stem) else stem
    if "_" in stem:
        stem = random.choice(["what goes in the gap: ", "fill the blank: ", "missing word? ", ""]) + re.sub(r"_+", random.choice(["___", "...", "(blank)"]), stem)
    elif not stem.endswith(("?", ".", "!")) and not re.match(r"(?i)(what|which|who|when|where|how|why|is|are|does|do|can)\b", stem):
        stem = random.choice(OPEN_LEAD_INS) + stem.rstrip(":;, ") + random.choice([" ...", "...", "", "?"])
    else:
        stem = random.choice(STEM_LEAD_INS) + stem
    if random.random() < 0.5:
        stem = stem[0].lower() + stem[1:]
    text = casual(stem, random).strip()
    return random.choice(STORIES) + text if random.random() < 0.05 else text
