//! What must be told, what must not, and what no text may do.

use super::script::{SCRIPTS, Script};
use super::{UNKNOWN, detect_language, languages};

const SENTENCES: [(&str, &str); 40] = [
    (
        "en",
        "Could you explain to me how the stock market works and why prices fall?",
    ),
    (
        "de",
        "Kannst du mir bitte erklären, warum der Himmel am Abend rot wird?",
    ),
    (
        "fr",
        "Pourriez-vous m'expliquer comment fonctionne ce programme, s'il vous plaît ?",
    ),
    (
        "es",
        "¿Puedes ayudarme a escribir una carta para pedir un trabajo nuevo?",
    ),
    (
        "pt",
        "Você pode me explicar por que o avião consegue voar tão alto?",
    ),
    (
        "it",
        "Vorrei sapere come si prepara una buona pizza fatta in casa.",
    ),
    (
        "nl",
        "Kun je mij uitleggen hoe ik dit probleem het beste kan oplossen?",
    ),
    (
        "pl",
        "Czy możesz mi powiedzieć, jak działa silnik spalinowy w samochodzie?",
    ),
    (
        "cs",
        "Můžeš mi prosím vysvětlit, jak funguje fotosyntéza u rostlin?",
    ),
    (
        "sv",
        "Kan du förklara för mig hur man lagar riktigt goda köttbullar?",
    ),
    (
        "fi",
        "Voisitko selittää minulle, miten tämä ohjelma oikein toimii?",
    ),
    (
        "hu",
        "El tudnád magyarázni, hogyan működik a mesterséges intelligencia?",
    ),
    (
        "tr",
        "Bana bu konuyu daha basit bir şekilde anlatabilir misin lütfen?",
    ),
    (
        "vi",
        "Bạn có thể giải thích cho tôi cách nấu món phở truyền thống không?",
    ),
    (
        "id",
        "Tolong jelaskan kepada saya bagaimana cara membuat sambal yang enak.",
    ),
    (
        "ro",
        "Îmi poți explica de ce este cerul albastru în timpul zilei?",
    ),
    (
        "ca",
        "Em pots explicar com funciona aquest programa, si us plau? Moltes gràcies.",
    ),
    (
        "et",
        "Kas sa saaksid mulle seletada, kuidas see masin täpselt töötab?",
    ),
    (
        "is",
        "Getur þú útskýrt fyrir mér hvernig þetta virkar allt saman?",
    ),
    (
        "sw",
        "Tafadhali nieleze jinsi ya kupika chakula hiki kizuri cha nyumbani.",
    ),
    (
        "ru",
        "Объясни мне, пожалуйста, как работает двигатель внутреннего сгорания.",
    ),
    (
        "uk",
        "Поясни мені, будь ласка, чому небо вдень має блакитний колір.",
    ),
    (
        "bg",
        "Можеш ли да ми обясниш защо небето е синьо през деня?",
    ),
    (
        "sr",
        "Можеш ли да ми објасниш како функционише овај уређај?",
    ),
    ("ar", "هل يمكنك أن تشرح لي كيف يعمل محرك السيارة من فضلك؟"),
    (
        "fa",
        "لطفاً برای من توضیح بده که این برنامه چگونه کار می‌کند.",
    ),
    ("ur", "براہ کرم مجھے بتائیں کہ یہ پروگرام کیسے کام کرتا ہے۔"),
    ("hi", "कृपया मुझे समझाइए कि यह कार्यक्रम कैसे काम करता है।"),
    ("mr", "कृपया मला सांगा की हा कार्यक्रम कसा काम करतो आहे."),
    ("zh", "请给我解释一下这个程序是怎么工作的。"),
    ("ja", "このプログラムの使い方を説明してください。"),
    ("ko", "이 프로그램이 어떻게 작동하는지 설명해 주세요."),
    ("th", "ช่วยอธิบายให้ฉันฟังหน่อยว่าโปรแกรมนี้ทำงานอย่างไร"),
    ("el", "Μπορείς να μου εξηγήσεις γιατί ο ουρανός είναι μπλε;"),
    ("he", "האם תוכל להסביר לי איך עובדת התוכנה הזאת?"),
    ("bn", "দয়া করে আমাকে বুঝিয়ে বলুন এটি কীভাবে কাজ করে।"),
    ("ta", "இந்த நிரல் எப்படி வேலை செய்கிறது என்று விளக்குங்கள்."),
    ("te", "ఈ ప్రోగ్రామ్ ఎలా పనిచేస్తుందో నాకు వివరించండి."),
    ("ka", "გთხოვთ ამიხსნათ, როგორ მუშაობს ეს პროგრამა."),
    (
        "hy",
        "Խնդրում եմ բացատրիր, թե ինչպես է աշխատում այս ծրագիրը։",
    ),
];

const CODE: [&str; 25] = [
    "def add(a, b):\n    return a + b",
    "for (int i = 0; i < n; i++) {\n  sum += a[i];\n}",
    "SELECT name FROM users WHERE age > 30;",
    "console.log(\"Hello\")",
    "#include <stdio.h>\nint main(void) {\n  printf(\"hi\\n\");\n  return 0;\n}",
    "{\"name\": \"foo\", \"items\": [1, 2, 3], \"nested\": {\"deep\": true}}",
    "<div class=\"card\"><p>Hello</p></div>",
    "body { color: red; margin: 0 auto; }",
    "func main() {\n\tfmt.Println(\"hello\")\n}",
    "public static void main(String[] args) {\n    System.out.println(\"x\");\n}",
    "let x = vec![1, 2, 3];",
    "const f = async (x) => await g(x);",
    "class Foo extends Bar { constructor() { super(); } }",
    "fn main() { println!(\"hello\"); }",
    "import React from 'react';",
    "<?php echo $x; ?>",
    "a = [i for i in range(10) if i % 2 == 0]",
    "export PATH=$HOME/bin:$PATH && make -j4 install",
    "x = np.zeros((3, 4))\ny = x.reshape(-1)\nprint(y.shape)",
    "template<typename T> T max(T a, T b) { return a > b ? a : b; }",
    "val xs = List(1, 2, 3).map(_ * 2)",
    "try { foo(); } catch (e) { throw new Error(e.message); }",
    "UPDATE t SET a = 1, b = 'x' WHERE id IN (1, 2, 3);",
    "int *p = malloc(sizeof(int) * n);\nif (!p) return NULL;",
    "@app.route('/items/<int:id>')\ndef item(id):\n    return jsonify(items[id])",
];

const GIBBERISH: [&str; 16] = [
    "",
    " ",
    "12345",
    "!!! ???",
    "😀😀😀",
    "asdf",
    "qwerty",
    "asdfghjkl qwerty zxcvbnm",
    "xkcd jfqwz pqzrt bvnmx",
    "sdkfjh sdkfjhs dfkjhsdf kjshdf",
    "d41d8cd98f00b204e9800998ecf8427e",
    "wqeoiu zxmcnb qwpoei alskdj",
    "zzzzzzzz",
    "aaaaaaaaaaaaaa",
    "kjhg kjhgf mnbvc lkjhg",
    "3.14159 2.71828 1.41421",
];

#[test]
fn sentences_are_told() {
    for (language, text) in SENTENCES {
        let found = detect_language(text);
        assert_eq!(found.language, language, "{found:?} {text}");
        assert!(found.confidence > 0.5, "{found:?} {text}");
    }
}

#[test]
fn code_and_gibberish_are_unknown() {
    for text in CODE.iter().chain(&GIBBERISH) {
        assert_eq!(detect_language(text).language, UNKNOWN, "{text}");
    }
}

#[test]
fn a_question_about_code_is_in_the_language_it_is_asked_in() {
    let table = [
        (
            "en",
            "Why does this fail?\n```\nfor (let i = 0; i < 10; i++) console.log(i)\n```",
        ),
        (
            "de",
            "Wie kann ich diese Funktion verbessern?\nfunction f(x) { return x * 2; }",
        ),
        ("en", "Fix this code:\ndef add(a, b):\n    return a - b"),
        ("zh", "用Python写一个排序函数"),
    ];
    for (language, text) in table {
        assert_eq!(detect_language(text).language, language, "{text}");
    }
}

#[test]
fn short_words_are_those_of_common_languages() {
    for (language, text) in [
        ("en", "hello"),
        ("en", "thanks"),
        ("es", "gracias"),
        ("de", "danke"),
        ("ru", "привет"),
        ("ja", "こんにちは"),
    ] {
        assert_eq!(detect_language(text).language, language, "{text}");
    }
}

#[test]
fn a_mixed_text_is_told_with_less_confidence() {
    let (one, other) = (SENTENCES[0].1, SENTENCES[1].1);
    let alone = detect_language(one).confidence;
    assert!(detect_language(&format!("{one} {other}")).confidence < alone);
    let scripts = detect_language(&format!("{one} {}", SENTENCES[20].1));
    assert!(scripts.confidence < 0.75, "{scripts:?}");
}

#[test]
fn a_long_text_is_read_from_end_to_end() {
    let long = format!("{}{}", SENTENCES[0].1, SENTENCES[1].1.repeat(1000));
    assert_eq!(detect_language(&long).language, "de");
}

#[test]
fn case_and_repetition_change_little() {
    for (language, text) in SENTENCES {
        assert_eq!(
            detect_language(&text.to_uppercase()).language,
            language,
            "{text}"
        );
        assert_eq!(
            detect_language(&format!("{text} ").repeat(40)).language,
            language,
            "{text}"
        );
    }
}

/// Any characters, cut anywhere: an answer of the list, sure within 0..1, and the same again.
#[test]
fn any_text_has_an_answer() {
    let known: Vec<&str> = languages().chain([UNKNOWN]).collect();
    let mut state = 5_u64;
    let mut next = move |bound: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    for round in 0..3000 {
        let (low, span) = [
            (0x20, 0x60),
            (0, 0x300),
            (0, 0x11_0000),
            (0x370, 0x2000),
            (0x3000, 0xD000),
        ][round % 5];
        let length = next(if round % 50 == 0 { 3000 } else { 60 });
        let text: String = (0..length)
            .filter_map(|_| char::from_u32(low + u32::try_from(next(span)).expect("below a u32")))
            .collect();
        let found = detect_language(&text);
        assert!(known.contains(&found.language), "{found:?}");
        assert!(
            (0.0..=1.0).contains(&found.confidence),
            "{found:?} {text:?}"
        );
        assert_eq!(detect_language(&text), found);
    }
}

#[test]
fn languages_are_iso_codes_each_once() {
    let mut all: Vec<&str> = languages().collect();
    assert!(all.len() >= 75 && all.iter().all(|code| code.len() == 2));
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), languages().count());
}

#[test]
fn the_table_of_scripts_agrees_with_unicode() {
    let table = [
        (r"\p{Latin}", Script::Latin),
        (r"\p{Cyrillic}", Script::Cyrillic),
        (r"\p{Arabic}", Script::Arabic),
        (r"\p{Devanagari}", Script::Devanagari),
        (r"\p{Han}", Script::Han),
        (r"\p{Hangul}", Script::Hangul),
        (r"\p{Greek}", Script::Greek),
        (r"\p{Hebrew}", Script::Hebrew),
        (r"\p{Thai}", Script::Thai),
        (r"\p{Bengali}", Script::Bengali),
        (r"\p{Tamil}", Script::Tamil),
        (r"\p{Georgian}", Script::Georgian),
    ];
    for (pattern, script) in table {
        let pattern =
            regex::Regex::new(&format!(r"^[{pattern}&&\p{{L}}]$")).expect("a class of Unicode");
        let mut buffer = [0; 4];
        let mut agreed = 0;
        for character in (0x20..0x3_0000).filter_map(char::from_u32) {
            if Script::of(character) == script
                && character.is_alphabetic()
                && pattern.is_match(character.encode_utf8(&mut buffer))
            {
                agreed += 1;
            }
        }
        assert!(agreed >= 20, "{script:?}: {agreed}");
        assert!((script as usize) < SCRIPTS);
    }
}
