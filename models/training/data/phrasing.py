"""Ways people type the same request: case, punctuation, typos, lead-ins, closings and stories, alike for every label."""

import functools
import json
import pathlib
import re

WORDS = pathlib.Path(__file__).resolve().parent / "words"


@functools.cache
def stock(name):
    """The word list `name`.json beside this file."""
    return json.loads((WORDS / f"{name}.json").read_text(encoding="utf-8"))


ABBREVIATIONS = [
    (r"\byou\b", "u"), (r"\bplease\b", "pls"), (r"\bbecause\b", "cuz"), (r"\byour\b", "ur"), (r"\band\b", "&"),
    (r"\bwithout\b", "w/o"), (r"\bpeople\b", "ppl"), (r"\bthough\b", "tho"), (r"\bI don't know\b", "idk"), (r"\bwith\b", "w/"),
]
MISSPELLINGS = [
    (r"\bthe\b", "teh"), (r"\bthat\b", "taht"), (r"\bdifference\b", "diference"), (r"\bbecause\b", "becuase"),
    (r"\breally\b", "realy"), (r"\bexplain\b", "expalin"), (r"\bwhich\b", "wich"), (r"\btheir\b", "thier"),
    (r"\bbetween\b", "betwen"), (r"\bwould\b", "woud"), (r"\bshould\b", "shoud"), (r"\bwhat\b", "waht"), (r"\bwrite\b", "wrtie"),
    (r"\bwith\b", "wiht"), (r"\bfrom\b", "form"), (r"\bdoes\b", "dose"), (r"\babout\b", "abuot"), (r"\bhelp\b", "hlep"),
]

LEAD_INS = [
    "hey, ", "Hi there, ", "hi! ", "ok so ", "So, ", "quick question: ", "Quick one: ", "random question, ", "stupid question maybe but ",
    "Can you tell me: ", "I was wondering, ", "sorry to bother you, ", "Please help: ", "um, ", "Question: ", "hello, ",
    "Good evening. ", "bit of a weird one, ", "another one: ", "no rush but ", "need this fast: ", "Hey assistant, ", "alright, ",
    "Could you help me out? ", "been thinking about this: ", "one more thing, ", "for real now, ", "my question is this: ",
    "I keep coming back to this: ", "asking for a friend: ", "Serious question: ", "Curious: ", "just checking, ", "ugh, ",
]
CLOSINGS = [
    " thanks!", " Thank you in advance.", " thx", " pls", " Please keep it short.", " in simple words please", " I'm lost here.",
    " Any help is welcome.", " No need for a long answer.", " Cheers.", " what do you think?", " Take your time.", " asap please",
    " Use bullet points.", " Just the main points.", " I'd like to understand it properly.", " Reply in English please.", " :)", " lol",
    " Two or three sentences are fine.", " and give me an example", " be honest", " ty", " Sorry if this was asked before.",
]
STORIES = [
    "My sister and I were talking about this over dinner and neither of us could settle it. ",
    "I'm on the train with nothing to do, so here goes. ",
    "We had a bit of an argument at work today. ",
    "My daughter came home from school with this and I had to admit I don't know. ",
    "I read something online last night that confused me more than it helped. ",
    "I've got to hand something in on Monday and I'm behind. ",
    "Been at this since seven this morning and my coffee is cold. ",
    "My neighbour, who is seventy and very curious, asked me this. ",
    "I'm a carpenter by trade, so talk to me like I know nothing of it. ",
    "I work nights at a petrol station and I like to read up on things. ",
    "I'm a nurse, but this is for my own interest. ",
    "I'm a lawyer, but outside my job I'm clueless. ",
    "As an accountant I should stick to my numbers, and yet. ",
    "I teach kids of eleven and they ask the hardest things. ",
    "I'm a developer and this isn't my field at all. ",
    "I used to study physics, but this is something else. ",
    "My therapist said I should feed my curiosity, so: ",
    "I run a small shop and a customer brought this up. ",
    "My doctor's waiting room has terrible magazines, but one of them got me thinking. ",
    "I'm writing a novel and one of the characters needs to know this. ",
    "I am preparing for a pub quiz and a friend dared me. ",
    "I saw a short video about this, but it went too fast. ",
    "I'm learning English, so please use easy words. ",
    "There's a presentation next week and I drew this out of the hat. ",
    "I've asked two other chatbots and got two different answers. ",
    "My professor went over this in about ten seconds. ",
    "In the office we have a betting pool on this. ",
    "I'm retired now and finally have time for such things. ",
    "My son (9) wants to know, and he won't go to bed until he does. ",
    "The history channel was on in the background and the talk drifted. ",
    "We were stuck in traffic and the radio said something about it. ",
    "I promised to write something for our club newsletter. ",
]

FOREIGN_LEAD_INS = {
    "de": ["Hallo, ", "kurze Frage: ", "Hey, ", "Sag mal, ", "Ich brauche Hilfe: "],
    "fr": ["Bonjour, ", "petite question : ", "Salut, ", "Dis-moi, ", "J'ai besoin d'aide : "],
    "es": ["Hola, ", "una pregunta: ", "Oye, ", "Buenas, ", "Necesito ayuda: "],
    "it": ["Ciao, ", "una domanda: ", "Senti, ", "Buongiorno, ", "Mi serve aiuto: "],
    "pt": ["Oi, ", "uma pergunta: ", "Bom dia, ", "Olá, ", "Preciso de ajuda: "],
    "nl": ["Hoi, ", "vraagje: ", "Hallo, ", "Zeg, ", "Ik heb hulp nodig: "],
    "zh": ["你好,", "请问", "想问一下,", "帮帮我,", "急!"],
    "ja": ["こんにちは。", "質問です。", "すみません、", "教えてください。", "ちょっと聞きたいのですが、"],
    "ru": ["Привет, ", "вопрос: ", "Здравствуйте, ", "Слушай, ", "Нужна помощь: "],
}
FOREIGN_CLOSINGS = {
    "de": [" Danke!", " bitte kurz"], "fr": [" Merci !", " réponse courte svp"], "es": [" Gracias.", " por favor, breve"],
    "it": [" Grazie!", " in breve"], "pt": [" Obrigado!", " resposta curta"], "nl": [" Dank je!", " kort graag"],
    "zh": ["谢谢", "简单说就行"], "ja": [" お願いします。", " 短くお願いします"], "ru": [" Спасибо!", " коротко, пожалуйста"],
}


SLOT = re.compile(r"\{(a|b|c|s|p|q|k|n[1-4]|item|city|day|job)\}")


def filled(text, random):
    """`text` with its slots ({a} {b} {c} two digits, {s} one, {p} {q} primes, {k} hundreds, {n1}.. names, …) filled at random."""
    slots = stock("slots")
    names = random.sample(slots["n"], 4)
    values = {name: str(random.choice(choices)) for name, choices in slots.items() if name != "n"}
    values.update({f"n{at + 1}": name for at, name in enumerate(names)})
    return SLOT.sub(lambda match: values[match[1]], text)


def passage(random, low=3, high=8):
    """A text of `low` to `high` sentences that somebody might paste with a request."""
    count = random.randint(low, high)
    return filled(" ".join(random.sample(stock("passages")["sentences"], count)), random)


PASSAGE_FRAMES = ["{ask}\n\n{text}", "{text}\n\n{ask}", "{text} {ask}", '"{text}" {ask}', "Text: {text}\nTask: {ask}", "{ask} Here it is: {text}"]


def framed(kind, random, low=3, high=8):
    """A pasted passage with a request of `kind`, in one of the ways people put the two together."""
    frame = random.choice(PASSAGE_FRAMES)
    return frame.replace("{ask}", random.choice(stock("passages")[kind])).replace("{text}", passage(random, low, high))


def slip(text, random):
    """`text` with one typing slip in a longer word: two letters swapped, one lost or one doubled."""
    words = [match for match in re.finditer(r"[A-Za-z]{5,}", text)]
    if not words:
        return text
    word = random.choice(words)
    at = random.randrange(word.start() + 1, word.end() - 1)
    kind = random.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :] if kind == 1 else text[:at] + text[at] + text[at:]


def _respell(text, random, table, share):
    for pattern, spelt in table:
        if random.random() < share:
            text = re.sub(pattern, spelt, text, count=1)
    return text


def casual(text, random):
    """One way to type `text`: as it stands, or in lower case, unpunctuated, with slips or short forms. Code is left alone."""
    if re.search(r"[{};=<>`]|\n", text):
        return text
    kind = random.random()
    if kind < 0.30:
        return text
    if kind < 0.45:
        return text[0].upper() + text[1:]
    if random.random() < 0.6:
        text = text.lower()
    if random.random() < 0.4:
        text = text.rstrip("?.!")
    if random.random() < 0.25:
        text = re.sub(r"[,'’]", "", text)
    if random.random() < 0.18:
        text = _respell(text, random, ABBREVIATIONS, 0.5)
    if random.random() < 0.14:
        text = _respell(text, random, MISSPELLINGS, 0.4)
    if random.random() < 0.2:
        text = slip(text, random)
    return text


def dressed(text, random, story=0.12):
    """`text` typed in one of its ways, now and then with a lead-in, a closing or a story before it; the same odds for every label."""
    text = casual(text, random)
    kind = random.random()
    if kind < story:
        return random.choice(STORIES) + text
    if kind < story + 0.22:
        text = random.choice(LEAD_INS) + (text if re.match(r"I\b|[A-Z]{2}", text) else text[0].lower() + text[1:])
    if random.random() < 0.14:
        if text[-1].isalnum():
            text += random.choice([".", "?", ",", ""]) if "?" not in text else "."
        text += random.choice(CLOSINGS)
    return text


def dressed_foreign(text, language, random):
    """`text` in `language`, now and then with that language's lead-in or closing, in lower case or without its last mark."""
    if random.random() < 0.25:
        text = random.choice(FOREIGN_LEAD_INS[language]) + text
    if random.random() < 0.1:
        text += random.choice(FOREIGN_CLOSINGS[language])
    if random.random() < 0.25:
        text = text.lower()
    if random.random() < 0.2:
        text = text.rstrip("?!.")
    return text


def foreign_topics(labels, count, random):
    """(label, language, text) with `count` topics a language, each once under every label."""
    forms = stock("forms_other_languages")
    for language in sorted(FOREIGN_LEAD_INS):
        stocked = sorted(stock("domain_topics_other_languages").items())
        topics = [topic for key, some in stocked if key.startswith(f"{language}/") for topic in some]
        for topic in random.sample(topics, count):
            for label in labels:
                text = filled(random.choice(forms[label][language]).replace("{t}", topic), random)
                yield label, language, dressed_foreign(text, language, random)


def row(head, label, text, family, generator, language="en"):
    """One training row in the contract's shape."""
    return {"text": text.strip(), "head": head, "label": label, "source": f"generated/{generator}/{family}", "language": language}


def unique(rows):
    """`rows` without a text that came before under the same head."""
    seen = set()
    for one in rows:
        if one["text"] not in seen:
            seen.add(one["text"])
            yield one
