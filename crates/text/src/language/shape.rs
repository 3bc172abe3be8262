//! The shape of a line, by which prose is told from code: kinds of words, the symbols between them, and their n-grams.

/// The longest n-gram, in pieces.
const LONGEST: usize = 4;

/// The model's table has 2 to this power rows.
pub(crate) const BITS: u32 = 13;

/// Words that code is full of, kept as themselves.
const KEYWORDS: [&[u8]; 56] = [
    b"if",
    b"else",
    b"elif",
    b"for",
    b"while",
    b"return",
    b"def",
    b"function",
    b"fn",
    b"func",
    b"class",
    b"struct",
    b"enum",
    b"import",
    b"from",
    b"include",
    b"use",
    b"using",
    b"package",
    b"const",
    b"let",
    b"var",
    b"int",
    b"void",
    b"char",
    b"string",
    b"bool",
    b"public",
    b"private",
    b"static",
    b"new",
    b"this",
    b"self",
    b"null",
    b"None",
    b"nil",
    b"true",
    b"false",
    b"True",
    b"print",
    b"println",
    b"printf",
    b"echo",
    b"SELECT",
    b"FROM",
    b"WHERE",
    b"INSERT",
    b"UPDATE",
    b"CREATE",
    b"JOIN",
    b"await",
    b"async",
    b"sudo",
    b"npm",
    b"pip",
    b"git",
];

/// Pieces; symbols are themselves, keywords begin at 128.
const EDGE: u8 = 1;
const NUMBER: u8 = b'0';
const SPACE: u8 = b' ';
const INDENT: u8 = b'\t';
const LETTER: u8 = b'z';
const LOWER: u8 = b'a';
const CAPITALISED: u8 = b'A';
const CAPITALS: u8 = b'X';
const MIXED: u8 = b'c';

/// Hands the row of every n-gram of `line` to `each`. White space within the line counts as one piece, whatever its length.
pub(crate) fn rows(line: &str, mut each: impl FnMut(usize)) {
    let bytes = line.trim_end().as_bytes();
    let mut window = [EDGE; LONGEST];
    let mut pieces = 1;
    let mut push = |piece: u8| {
        window.rotate_left(1);
        window[LONGEST - 1] = piece;
        pieces = (pieces + 1).min(LONGEST);
        let mut state = 0_u64;
        for index in 0..pieces {
            let piece = u64::from(window[LONGEST - 1 - index]) + 1;
            state = (state ^ piece)
                .wrapping_mul(0x9E37_79B9_7F4A_7C15)
                .rotate_left(23);
            each((state.wrapping_mul(0xA076_1D64_78BD_642F) >> (64 - BITS)) as usize);
        }
    };
    let mut at = 0;
    while at < bytes.len() {
        let end = at + run(&bytes[at..]);
        push(piece(&bytes[at..end], at == 0));
        at = end;
    }
    push(EDGE);
}

/// The length of the word, the number or the white space at the start, or 1.
fn run(bytes: &[u8]) -> usize {
    let like: fn(&u8) -> bool = match bytes[0] {
        byte if is_letter(byte) => |byte| is_letter(*byte),
        b'0'..=b'9' => u8::is_ascii_digit,
        b' ' | b'\t' => |byte| matches!(byte, b' ' | b'\t'),
        _ => return 1,
    };
    bytes.iter().take_while(|byte| like(byte)).count()
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80
}

fn piece(bytes: &[u8], first: bool) -> u8 {
    match bytes[0] {
        b'0'..=b'9' => NUMBER,
        b' ' | b'\t' if first => INDENT,
        b' ' | b'\t' => SPACE,
        byte if is_letter(byte) => word(bytes),
        byte => byte,
    }
}

/// Whether the line begins as one of code may, and one of prose, which begins with a capital, does not.
pub(crate) fn begins_as_code(line: &str) -> bool {
    let end = line
        .find(|letter: char| !letter.is_ascii_alphabetic())
        .unwrap_or(line.len());
    line.starts_with([' ', '\t']) || keyword(&line.as_bytes()[..end]).is_some()
}

fn keyword(word: &[u8]) -> Option<usize> {
    KEYWORDS.iter().position(|keyword| *keyword == word)
}

fn word(bytes: &[u8]) -> u8 {
    if let Some(at) = keyword(bytes) {
        return u8::try_from(128 + at).expect("there are fewer than 128 keywords");
    }
    let rest = bytes.get(1..).unwrap_or_default();
    let has_upper = rest.iter().any(u8::is_ascii_uppercase);
    let has_lower = rest.iter().any(|byte| !byte.is_ascii_uppercase());
    match (bytes[0].is_ascii_uppercase(), has_upper, has_lower) {
        (_, false, false) => LETTER,
        (false, false, true) => LOWER,
        (true, false, true) => CAPITALISED,
        (true, true, false) => CAPITALS,
        _ => MIXED,
    }
}
