//! Written by hand: what people say in one or two words, and English that names parts of code.

/// Greetings, thanks and the like, by language, separated by bars.
pub(crate) const PHRASES: [(&str, &str); 31] = [
    (
        "en",
        "hi|hello|hey|hi there|hello there|ok|okay|yes|no|thanks|thank you|please|help|help me|sure|bye|goodbye|good morning|good night|test|testing|continue|go on|stop|why|how|what|who|when|summarize|summarize this|translate|explain|explain this|write a poem|tell me a joke|hello world|python|next|again|sorry|cool|great|nice|wow|yep|nope|hmm|what is this|who are you",
    ),
    (
        "es",
        "hola|buenos días|buenas tardes|gracias|muchas gracias|sí|por favor|ayuda|adiós|hasta luego|qué tal|cómo estás|vale|de nada|ayúdame|hola mundo",
    ),
    (
        "fr",
        "bonjour|bonsoir|salut|merci|merci beaucoup|oui|non|s'il vous plaît|s'il te plaît|aide|au revoir|ça va|comment ça va|d'accord|de rien|aidez-moi|pourquoi",
    ),
    (
        "de",
        "hallo|guten Tag|guten Morgen|guten Abend|danke|danke schön|vielen Dank|ja|nein|bitte|hilfe|tschüss|auf Wiedersehen|wie geht's|warum|genau|hallo Welt",
    ),
    (
        "it",
        "ciao|buongiorno|buonasera|grazie|grazie mille|prego|per favore|aiuto|arrivederci|come stai|perché|va bene|salve",
    ),
    (
        "pt",
        "olá|oi|bom dia|boa tarde|boa noite|obrigado|obrigada|sim|não|por favor|ajuda|tchau|tudo bem|como vai|muito obrigado|porquê",
    ),
    (
        "nl",
        "hallo|goedemorgen|goedenavond|dank je|dank u|bedankt|alsjeblieft|ja|nee|tot ziens|hoe gaat het|waarom|hoi|doei",
    ),
    (
        "pl",
        "cześć|dzień dobry|dobry wieczór|dziękuję|proszę|tak|nie|pomoc|do widzenia|jak się masz|dlaczego|dzięki",
    ),
    (
        "sv",
        "hej|hejsan|god morgon|tack|tack så mycket|snälla|ja|nej|hjälp|hej då|hur mår du|varför|varsågod",
    ),
    (
        "da",
        "hej|god morgen|tak|mange tak|ja|nej|hjælp|farvel|hvordan går det|hvorfor",
    ),
    (
        "nb",
        "hei|god morgen|takk|tusen takk|ja|nei|hjelp|ha det|hvordan går det|hvorfor",
    ),
    (
        "fi",
        "hei|moi|huomenta|kiitos|kiitos paljon|ole hyvä|kyllä|ei|apua|näkemiin|mitä kuuluu|miksi",
    ),
    (
        "tr",
        "merhaba|selam|günaydın|iyi akşamlar|teşekkürler|teşekkür ederim|lütfen|evet|hayır|yardım|güle güle|nasılsın|neden|tamam",
    ),
    (
        "vi",
        "xin chào|chào|cảm ơn|cảm ơn bạn|vâng|không|làm ơn|giúp tôi|tạm biệt|bạn khỏe không|tại sao",
    ),
    (
        "id",
        "halo|hai|selamat pagi|selamat malam|terima kasih|tolong|ya|tidak|bantuan|apa kabar|kenapa|sampai jumpa",
    ),
    (
        "ro",
        "bună|salut|bună ziua|mulțumesc|te rog|da|nu|ajutor|la revedere|ce mai faci|de ce",
    ),
    (
        "hu",
        "szia|sziasztok|jó napot|jó reggelt|köszönöm|kérem|igen|nem|segítség|viszlát|hogy vagy|miért",
    ),
    (
        "cs",
        "ahoj|dobrý den|dobré ráno|děkuji|díky|prosím|ano|ne|pomoc|na shledanou|jak se máš|proč",
    ),
    (
        "sk",
        "ahoj|dobrý deň|ďakujem|prosím|áno|nie|pomoc|dovidenia|ako sa máš|prečo",
    ),
    (
        "hr",
        "bok|dobar dan|hvala|molim|da|ne|pomoć|doviđenja|kako si|zašto",
    ),
    (
        "sw",
        "habari|jambo|asante|asante sana|tafadhali|ndiyo|hapana|msaada|kwaheri|kwa nini",
    ),
    (
        "tl",
        "kumusta|salamat|maraming salamat|oo|hindi|paki|tulong|paalam|bakit|magandang umaga",
    ),
    (
        "ca",
        "hola|bon dia|bona tarda|gràcies|si us plau|sí|ajuda|adéu|com estàs|per què",
    ),
    (
        "ru",
        "привет|здравствуйте|спасибо|пожалуйста|да|нет|помощь|помоги|пока|до свидания|как дела|почему|добрый день",
    ),
    (
        "uk",
        "привіт|дякую|будь ласка|так|ні|допоможіть|до побачення|як справи|чому|добрий день",
    ),
    (
        "bg",
        "здравей|здравейте|благодаря|моля|да|не|помощ|довиждане|как си|защо",
    ),
    (
        "ar",
        "مرحبا|السلام عليكم|شكرا|شكرا جزيلا|نعم|لا|من فضلك|مساعدة|كيف حالك|لماذا|صباح الخير",
    ),
    (
        "fa",
        "سلام|ممنون|متشکرم|بله|نه|لطفا|کمک|خداحافظ|حال شما چطور است|چرا",
    ),
    (
        "ur",
        "شکریہ|ہاں|نہیں|براہ کرم|مدد|خدا حافظ|آپ کیسے ہیں|کیوں",
    ),
    (
        "mr",
        "नमस्कार|धन्यवाद|हो|नाही|कृपया|मदत|मला मदत करा|तुम्ही कसे आहात|का|काय|कसे|कुठे|कधी|हे काय आहे|मला सांगा|मी|आम्ही|तुम्ही|तो आहे|ती आहे|ते आहेत|होते|होता|झाले|केले|करतो|करते|करा|आणि|पण|साठी|मध्ये|वर|खाली|त्याला|तिला|आपण|चांगले|माझे नाव",
    ),
    (
        "hi",
        "मैं|हम|आप|यह क्या है|मुझे बताइए|क्या|कैसे|कहाँ|कब|है|हैं|था|थे|और|लेकिन|के लिए|में|पर|करो|करना|किया|मेरा नाम|अच्छा|नमस्ते|धन्यवाद|शुक्रिया|हाँ|नहीं|कृपया|मदद|अलविदा|आप कैसे हैं|क्यों",
    ),
];

const TASKS: [&str; 24] = [
    "Write a {lang} function to {task}.",
    "Write a {lang} function called `{name}` that takes a list and returns {thing}.",
    "Create a {lang} program to {task}",
    "Create an SQL query to select the column '{name}' from a table named '{name}' where the {name} is equal to 'x'.",
    "Create a MySQL table called '{name}' with the fields 'id', '{name}' and '{name}'.",
    "Find the root cause of the error \"{error}\".",
    "What is the result of calling the function with the argument {name}('{name}')?",
    "Construct an HTML element with a class of \"{name}\" and two elements inside it with the classes of \"{name}\".",
    "Explain the difference between `{name}` and `{name}` in {lang}.",
    "How do I {task} in {lang}?",
    "Given a list `{name}` and an element `x`, write a function to insert `x` at the end of the list.",
    "Given an array of integers nums, return {thing}.",
    "Generate a regex to match {thing}.",
    "Why does my {lang} code throw {error}?",
    "Convert this {lang} code to {lang}:",
    "Edit the following {lang} code so that it can {task}.",
    "What does `{name}()` do?",
    "Design a class in {lang} to {task}.",
    "Fix the bug in the following code: it should {task}, but it returns null.",
    "Add a new column \"{name}\" to the table \"{name}\".",
    "Rewrite the following for loop to use a while loop.",
    "Create a CSS class named '.{name}' that sets the font size to 16px.",
    "Insert the values (1, 'a') into the table {name}.",
    "Print the numbers from 1 to 10 (inclusive), one a line.",
];
const LANGS: [&str; 14] = [
    "Python",
    "JavaScript",
    "Java",
    "C++",
    "C#",
    "Rust",
    "Go",
    "SQL",
    "TypeScript",
    "PHP",
    "Ruby",
    "Bash",
    "HTML/CSS",
    "Node.js",
];
const NAMES: [&str; 12] = [
    "users",
    "name",
    "count_words",
    "foo",
    "isValid",
    "box-2",
    "first_name",
    "price",
    "customers",
    "container",
    "city",
    "email",
];
const WORK: [&str; 10] = [
    "sort a list of numbers",
    "reverse a string",
    "find the largest number",
    "check if a string is a palindrome",
    "read a file line by line",
    "import data from a CSV file",
    "print the first n primes",
    "merge two dictionaries",
    "select all rows from a table",
    "return true if x is in the array",
];
const THINGS: [&str; 6] = [
    "the sum of all even numbers",
    "an email address",
    "the two numbers that add to 10",
    "true or false",
    "the length of the longest word",
    "the median",
];
const ERRORS: [&str; 4] = [
    "TypeError: cannot concatenate 'str' and 'int' objects",
    "IndexError: list index out of range",
    "undefined is not a function",
    "NullPointerException",
];

/// Requests made of the lists above, each blank filled in turn.
pub(crate) fn requests() -> Vec<String> {
    let mut turn = 0;
    let mut filled = |text: String, blank: &str, from: &[&str]| {
        let mut text = text;
        while text.contains(blank) {
            turn += 1;
            text = text.replacen(blank, from[turn % from.len()], 1);
        }
        text
    };
    let mut all = Vec::new();
    for _ in 0..60 {
        for task in TASKS {
            let mut text = task.to_owned();
            for (blank, from) in [
                ("{lang}", &LANGS[..]),
                ("{name}", &NAMES),
                ("{task}", &WORK),
                ("{thing}", &THINGS),
                ("{error}", &ERRORS),
            ] {
                text = filled(text, blank, from);
            }
            all.push(text);
        }
    }
    all
}
