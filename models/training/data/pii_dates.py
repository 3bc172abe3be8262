"""Dates and times as people of ten languages write them."""

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
}
WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    "sv": "måndag tisdag onsdag torsdag fredag lördag söndag",
    "pl": "poniedziałek wtorek środę czwartek piątek sobotę niedzielę",
    "tr": "Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi Pazar",
}
WORDED = {
    "en": ["{month} {day}, {year}", "{day} {month} {year}", "{month} {day}{th}, {year}", "{day}{th} of {month} {year}", "{short} {day}, {year}",
           "{day} {short} {year}", "{month} {day}", "{day}-{short}-{year}"],
    "de": ["{day}. {month} {year}", "{day2}.{number}.{year}", "{day}.{plain}.{year}", "{day}. {month}"],
    "fr": ["{day} {month} {year}", "{day2}/{number}/{year}", "{day} {month}"],
    "es": ["{day} de {month} de {year}", "{day2}/{number}/{year}", "{day} de {month}"],
    "it": ["{day} {month} {year}", "{day2}/{number}/{year}", "{day} {month}"],
    "nl": ["{day} {month} {year}", "{day2}-{number}-{year}", "{day} {month}"],
    "pt": ["{day} de {month} de {year}", "{day2}/{number}/{year}", "{day} de {month}"],
    "sv": ["{day} {month} {year}", "{year}-{number}-{day2}", "{day} {month}"],
    "pl": ["{day} {month} {year}", "{day2}.{number}.{year}", "{day} {month}"],
    "tr": ["{day} {month} {year}", "{day2}.{number}.{year}", "{day} {month}"],
}
NUMERIC = ["{plain}/{day}/{year}", "{day2}/{number}/{year}", "{year}-{number}-{day2}", "{number}/{day2}/{two}", "{day2}.{number}.{year}", "{day2}-{number}-{year}",
           "{year}/{number}/{day2}"]


def ordinal(day):
    return "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def parts(rng, language, years=(1935, 2027)):
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(*years)
    name = MONTHS.get(language, MONTHS["en"]).split()[month - 1]
    return {
        "day": day, "day2": f"{day:02d}", "th": ordinal(day), "month": name, "short": name[:3], "plain": month, "number": f"{month:02d}",
        "year": year, "two": f"{year % 100:02d}",
    }


def date(rng, language, years=(1935, 2027)):
    forms = WORDED[language] if rng.random() < 0.6 else NUMERIC
    return rng.choice(forms).format(**parts(rng, language, years))


def iso(rng):
    return NUMERIC[2].format(**parts(rng, "en", (1990, 2027)))


def clock(rng):
    hour, minute = rng.randint(0, 23), rng.choice([0, 15, 30, 45, rng.randint(0, 59)])
    return rng.choice(
        [f"{hour:02d}:{minute:02d}", f"{hour % 12 + 1}:{minute:02d} {rng.choice(['am', 'pm', 'AM', 'PM'])}", f"{hour % 12 + 1}{rng.choice(['am', 'pm'])}"]
    )


def stamp(rng):
    seconds = f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}"
    return rng.choice([f"{iso(rng)} {seconds}", f"{iso(rng)}T{seconds}Z", f"{iso(rng)}T{seconds}+02:00", f"{iso(rng)} {seconds}.{rng.randint(0, 999):03d}"])


def month(rng, language):
    names = MONTHS.get(language, MONTHS["en"]).split()
    return f"{rng.choice(names)} {rng.randint(1960, 2027)}"


def weekday(rng, language):
    return rng.choice(WEEKDAYS.get(language, WEEKDAYS["en"]).split())
