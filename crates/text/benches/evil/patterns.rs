//! Sixty patterns that bring backtracking engines or careless compilers down, and the text each is worst on.

/// A pattern, and what is repeated to 100 KB with a last character that spoils the match. After `~` stand letters that are drawn
/// at random instead.
pub(crate) type Evil = (&'static str, &'static str, &'static str);

/// Refused ones are refused whatever the text.
pub(crate) const EVIL: [Evil; 60] = [
    // Nested and overlapping repetition.
    ("(a+)+$", "a", "!"),
    ("(a*)*$", "a", "!"),
    ("(a|a)*$", "a", "!"),
    ("(a|aa)+$", "a", "!"),
    ("(a|a?)+$", "a", "!"),
    ("([a-zA-Z]+)*$", "aZ", "!"),
    ("(.*a){20}$", "a", "!"),
    ("(.*)*=$", "x", "y"),
    ("(x+x+)+y$", "x", "z"),
    ("((a+)+)+b$", "a", "!"),
    ("(?:a?){30}a{30}$", "a", "!"),
    ("(a?){100}a{100}b", "a", "!"),
    (r"(\w+\s?)+$", "word ", "!"),
    (r"(\d+)+x$", "1", "y"),
    (r"^(\w+\s*)+:$", "word ", "!"),
    ("(?:(?:a|b)*c?)*d$", "ab", "!"),
    ("(?:.*?,){11}P", "1,", "!"),
    (".*.*.*=.*$", "=", "\n"),
    ("(a.*b.*c.*d.*e.*)+$", "abcd", "!"),
    (r"(\s*\S+)*;$", "a b ", "!"),
    // From the field: e-mail, URLs, HTML, dates, numbers.
    (
        r"^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$",
        "a",
        "!",
    ),
    (r"^(([a-z])+.)+[A-Z]([a-z])+$", "a", "!"),
    (
        r"(?:https?://)?(?:[\w-]+\.)*[\w-]+\.\w+(?:/[\w./-]*)*\?$",
        "a.b/",
        "!",
    ),
    (r"<(\w+)(\s+\w+=\S+)*\s*/?>$", "<a b=c ", "!"),
    (
        r"(?i)<script(?:\s[^>]*)?>(?:.*?)</script\s*>",
        "<script ",
        "!",
    ),
    (
        r"^(?:0?[1-9]|[12]\d|3[01])(?:[-/ .](?:0?[1-9]|1[012]))*$",
        "1-",
        "!",
    ),
    (r"(?:[0-9]{1,3},?)+\.[0-9]+$", "123,", "!"),
    ("error.{0,200}timeout", "~erro", "!"),
    (r"\s+$", " ", "x"),
    (r#""(?:[^"\\]|\\.)*"$"#, "\"\\\\", "!"),
    (r"/\*(?:.|\n)*?\*/$", "/*", "!"),
    (r"(?:\/|\\)*(?:[\w.]+(?:\/|\\)*)+#", "a/", "!"),
    (r"^(?:(?:\+?1[\s.-])?\(?\d{3}\)?[\s.-]?)+$", "555-", "!"),
    (
        r"([\w.%+-]+@[\w.-]+\.[A-Za-z]{2,}[,;]?\s*)+$",
        "a@b.cc,",
        "!",
    ),
    (r"(?:[^\s,]+,)*[^\s,]+\.$", "a,", "!"),
    // Large repetition, many states, thrashing automata.
    ("[ab]*a[ab]{12}c", "~ab", "!"),
    ("[ab]*a[ab]{18}c", "~ab", "!"),
    ("(?:a|b|ab){50}c", "~ab", "!"),
    (".{0,100}x.{0,100}y", "~xa", "!"),
    ("(?s).{500}z$", "x", "!"),
    (r"(?:\b\w+\b\s?)+!$", "é ", "?"),
    ("(?:[a-z]{1,20}-){10}!", "abc-", "?"),
    ("a{1,500}b{1,500}c", "~ab", "!"),
    ("(?:x{0,30}y{0,30}){10}z", "~xy", "!"),
    (r"\b\w{1,9}\b \b\w{1,9}\b!", "wörd ", "?"),
    (r"\p{L}{20}\p{N}{20}", "é", "!"),
    (r"(?i)(?:ſ|s|ß){40}t", "sS", "!"),
    // Too large.
    ("(a{1,1000}){1,1000}", "a", "!"),
    ("((a{0,100}){0,100}){0,100}", "a", "!"),
    (r"\w{1000}", "a", "!"),
    (r"(?:\pL{1,100}\s){100}", "é ", "!"),
    ("((((a{20}){20}){20}){20}){20}", "a", "!"),
    (".{99999999}", "a", "!"),
    // Without a linear-time algorithm.
    (r"(a+)\1+$", "a", "!"),
    (r"^(.*?)\1{3}$", "ab", "!"),
    ("(?=(a+))a*b$", "a", "!"),
    ("^(?!.*bad).*$", "good ", "\n"),
    ("(?<=a)b+$", "ab", "!"),
    ("(?<!x)y+$", "y", "!"),
    (r"(?<n>a+)\k<n>$", "a", "!"),
];

/// Bytes of a hostile text.
pub(crate) const HOSTILE_BYTES: usize = 100_000;

/// The text a pattern is worst on.
#[must_use]
pub(crate) fn hostile((_, pump, end): &Evil) -> String {
    if let Some(letters) = pump.strip_prefix('~') {
        let mut seed = 1_u64;
        let drawn = (0..HOSTILE_BYTES).map(|_| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            char::from(letters.as_bytes()[(seed >> 33) as usize % letters.len()])
        });
        return drawn.collect::<String>() + end;
    }
    pump.repeat(HOSTILE_BYTES / pump.len()) + end
}
