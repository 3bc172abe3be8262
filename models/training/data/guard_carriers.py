"""The everyday documents in which an instruction can hide, with or without one: e-mails, pages, files, tool results."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from guard_grammar import has, join, say, sentences

_HOSTS = ("example.com", "example.org", "mail.example.net", "shop.example")
_IDENTIFIERS = ("order_total", "parse_line", "load_notes", "merge_days", "user_rules", "next_prompt", "override", "Session")


class Body:
    """Paragraphs of ordinary text, one of which may be followed by a planted line."""

    def __init__(self, rng: random.Random, language: str, plant: str, size: int) -> None:
        self.rng, self.language, self.plant = rng, language, plant
        lines = sentences(rng, language, size)
        for key, chance in (("human_line", 0.6), ("ai_mention", 0.3)):
            if has(language, key) and rng.random() < chance:
                lines.insert(rng.randrange(len(lines) + 1), say(rng, language, key))
        self.lines = lines

    def name(self) -> str:
        return say(self.rng, self.language, "name") if has(self.language, "name") else self.rng.choice(("Ana", "Lee", "Sam"))

    def text(self, glue: str = " ", planted: bool = True) -> str:
        """The lines as paragraphs, the plant at the start, in the middle or at the end."""
        lines = list(self.lines)
        if planted:
            place = self.rng.choice((0, len(lines) // 2, len(lines), len(lines)))
            lines.insert(place, self.plant)
        if glue == " ":
            return join(self.language, lines)
        return glue.join(lines)


def email(rng: random.Random, body: Body) -> str:
    sender, receiver = body.name(), body.name()
    host = rng.choice(_HOSTS)
    head = f"From: {sender} <{rng.choice(('info', 'office', 'm.k', 'team', 'hello'))}@{host}>\nTo: {receiver}\n"
    subject = f"{rng.choice(('Subject', 'Re', 'Fwd', 'Subject: Re'))}: {body.lines[0][:40].rstrip('.')}\n\n"
    if rng.random() < 0.35:
        return body.text("\n\n")
    if rng.random() < 0.3:
        return head + subject + body.text(" ", planted=False) + f"\n\n-- \n{sender}\n{body.plant}"
    return head + subject + body.text(rng.choice((" ", "\n\n"))) + f"\n\n{sender}"


def web_page(rng: random.Random, body: Body) -> str:
    title = body.lines[0][:50]
    paragraphs = "\n".join(f"<p>{line}</p>" for line in body.lines)
    hidden = rng.choice((
        "<!-- {} -->", '<div style="display:none">{}</div>', '<span style="color:#fff;font-size:1px">{}</span>',
        '<meta name="description" content="{}">', '<img src="/a.png" alt="{}">', "<footer>{}</footer>", "<p>{}</p>",
        '<p aria-hidden="true">{}</p>', "<noscript>{}</noscript>",
    )).replace("{}", body.plant)
    parts = [f"<title>{title}</title>", paragraphs]
    parts.insert(rng.randrange(len(parts) + 1), hidden)
    return rng.choice(("<html><body>\n{}\n</body></html>", "{}", "<article>\n{}\n</article>")).replace("{}", "\n".join(parts))


def document(rng: random.Random, body: Body) -> str:
    if rng.random() < 0.4:
        return body.text(rng.choice((" ", "\n\n")))
    head = rng.choice(("# ", "", "1. ", "== ")) + body.lines[0][:45].rstrip(".")
    foot = rng.choice(("Page 3 of 7", "(c) 2024", "v1.2", "---"))
    return "\n\n".join((head, body.text(rng.choice((" ", "\n\n"))), foot))


def resume(rng: random.Random, body: Body) -> str:
    years = [rng.randrange(2001, 2024) for _ in range(2)]
    jobs = [f"{years[0]}-{years[0] + rng.randrange(1, 6)}: {body.lines[0]}", f"{years[1]}: {body.lines[-1]}"]
    head = f"{rng.choice(('Curriculum Vitae', 'CV', 'Resume'))} - {body.name()}"
    parts = [head, *jobs, *(f"* {line}" for line in body.lines[1:4])]
    parts.insert(rng.randrange(1, len(parts) + 1), body.plant)
    return "\n".join(parts)


def review(rng: random.Random, body: Body) -> str:
    stars = rng.randrange(1, 6)
    head = rng.choice((f"{'★' * stars}{'☆' * (5 - stars)} {body.name()}", f"{stars}/5 - {body.name()}", f"Review by {body.name()}"))
    return f"{head}\n{body.text(' ')}"


def code(rng: random.Random, body: Body) -> str:
    name = rng.choice(_IDENTIFIERS)
    comment = rng.choice((body.lines[0], body.lines[-1]))
    shapes = (
        f"def {name}(rows):\n    # {comment}\n    # {body.plant}\n    return [row for row in rows if row]",
        f'def {name}(value):\n    """{comment}\n\n    {body.plant}\n    """\n    return value or None',
        f"// {comment}\nfunction {name}(items) {{\n  /* {body.plant} */\n  return items.length;\n}}",
        f"/*\n * {comment}\n * {body.plant}\n */\nint {name}(void) {{ return 0; }}",
        f"<!-- {comment} -->\n<!-- {body.plant} -->\n<template><slot /></template>",
        f"-- {comment}\nSELECT id, day FROM notes; -- {body.plant}",
        f'{name} = "{body.plant}"  # {comment}\nprint(len({name}))',
    )
    return rng.choice(shapes)


def tool_result(rng: random.Random, body: Body) -> str:
    item: dict[str, object] = {
        "id": rng.randrange(1000, 99999),
        rng.choice(("title", "name", "subject")): body.lines[0][:50],
        rng.choice(("content", "snippet", "description", "text")): body.text(" "),
        "score": round(rng.random(), 2),
    }
    if rng.random() < 0.5:
        item[rng.choice(("note", "comment", "footer", "memo"))] = body.plant
        for key in ("content", "snippet", "description", "text"):
            if key in item:
                item[key] = body.text(" ", planted=False)
    wrapped = rng.choice(({"results": [item]}, item, [item], {"tool": "search", "output": item}, {"status": "ok", "data": item}))
    head = rng.choice(("", "", "Tool result: ", "function_response: ", "Observation: ", "search() ->\n"))
    return head + json.dumps(wrapped, ensure_ascii=False, indent=rng.choice((None, 2)))


def ticket(rng: random.Random, body: Body) -> str:
    number = rng.randrange(100, 9999)
    state = rng.choice(("open", "waiting", "closed", "new"))
    rank = rng.choice(("prio 2", "low", "urgent", "bug"))
    text = body.text(rng.choice((" ", "\n")))
    return f"Ticket #{number} [{state}] {rank}\n{body.name()}: {text}"


def calendar(rng: random.Random, body: Body) -> str:
    day, hour = rng.randrange(1, 29), rng.randrange(8, 19)
    note = body.text(" ")
    if rng.random() < 0.5:
        return (f"BEGIN:VEVENT\nDTSTART:202406{day:02d}T{hour:02d}0000Z\nSUMMARY:{body.lines[0][:40]}\n"
                f"DESCRIPTION:{note}\nEND:VEVENT")
    return f"{day}.6. {hour}:00 - {body.name()}\n{note}"


def readme(rng: random.Random, body: Body) -> str:
    name = rng.choice(("tidy-notes", "harbor", "fastmaps", "kettle-js", "prompt-box", "override-kit"))
    steps = "\n".join(f"{index + 1}. {line}" for index, line in enumerate(body.lines[:3]))
    rest = join(body.language, body.lines[3:])
    parts = [f"# {name}", rest, "## Install", f"```\nnpm install {name}\n```", steps]
    parts.insert(rng.randrange(1, len(parts) + 1), rng.choice((body.plant, f"> {body.plant}", f"<!-- {body.plant} -->")))
    return "\n\n".join(part for part in parts if part)


def chat_log(rng: random.Random, body: Body) -> str:
    people = [body.name(), body.name()]
    lines = list(body.lines)
    lines.insert(rng.randrange(len(lines) + 1), body.plant)
    return "\n".join(f"[{9 + index // 6}:{(index * 7) % 60:02d}] {people[index % 2]}: {line}" for index, line in enumerate(lines))


def table(rng: random.Random, body: Body) -> str:
    if rng.random() < 0.5:
        rows = [f"{index};{line}" for index, line in enumerate([*body.lines[:5], body.plant])]
        return "id;text\n" + "\n".join(rows)
    rows = [f"| {index} | {line} |" for index, line in enumerate([*body.lines[:4], body.plant])]
    rng.shuffle(rows)
    return "| no | remark |\n|---|---|\n" + "\n".join(rows)


# Family name, the document, and the key of plants made for it, if there is one.
CARRIERS: tuple[tuple[str, Callable[[random.Random, Body], str], str], ...] = (
    ("email", email, "inject"),
    ("web-page", web_page, "inject"),
    ("document", document, "inject"),
    ("resume", resume, "inject_cv"),
    ("review", review, "inject_review"),
    ("code-comment", code, "inject"),
    ("tool-result", tool_result, "inject"),
    ("ticket", ticket, "inject"),
    ("calendar", calendar, "inject"),
    ("readme", readme, "inject"),
    ("chat-log", chat_log, "inject"),
    ("table-cell", table, "inject"),
)


def carry(rng: random.Random, language: str, shape: Callable[[random.Random, Body], str], plant: str, size: int) -> str:
    """A document with this plant in it, often with the user's request before or after."""
    text = shape(rng, Body(rng, language, plant, size))
    if has(language, "ask_doc") and rng.random() < 0.5:
        ask = say(rng, language, "ask_doc")
        frame = rng.choice(("{ask}\n\n{text}", "{text}\n\n{ask}", "{ask}\n\"\"\"\n{text}\n\"\"\"", "{ask}\n<data>\n{text}\n</data>",
                            "{ask}\n---\n{text}\n---"))
        text = frame.replace("{ask}", ask).replace("{text}", text)
    return text
