//! Phrases that tell kinds of tasks apart, beyond the concepts of the fast path.

use std::sync::LazyLock;

use crate::keyword::{KeywordMatcher, KeywordRule, Method, Operator};

/// Work on code, by its vocabulary. Says nothing on whether anything is to be done.
const CODING: &str = "code, function, unit test, unit tests, compile, compile error, compile errors, endpoint, import, \
    imports, module, refactor, stack trace, exception, null pointer, race condition, memory leak, git, Dockerfile, \
    package.json, build, parser, API, Test, Tests, Code, Funktion, Klasse, fonction, función, función, pruebas, testes, \
    testi, тест, тесты, код, 测试, 代码, 函数, テスト, コード, 関数, 테스트, 코드, الاختبارات, الكود, testleri, kod";

/// Work that finds things out from sources.
const RESEARCH: &str = "literature review, search for, find sources, with sources, several sources, cite, citing, \
    citations, research our, do research, research the, gather, collect evidence, collect data, investigate, \
    fact check, check the facts, peer-reviewed sources, key studies, recent papers, latest papers, latest research, \
    recent studies, press articles, competitors, write a report, compile a report, prepare a briefing, market analysis, \
    find me, look up, recherchiere, recherche, Quellen, Studien, im Internet, sources, recherchez, sur Internet, \
    busca en la web, busca, fuentes, estudios, pesquise, fontes, cerca sul web, fonti, найди, источники, исследования, \
    调研, 搜索, 来源, 調べて, 出典, 검색, 출처, ابحث, مصادر, araştır, kaynak";

/// Work that is done for somebody, now or again and again.
const AUTOMATION: &str = "cron, cron job, every day, every morning, every night, every hour, every week, every monday, \
    each morning, each day, daily, whenever, by email, send an email, sends an alert, send the result, email the, \
    email them, my inbox, my calendar, forward them, restart, restart the, monitor the, back up, backs up, backup, \
    rename all, rename the files, move every, move all, all the files, duplicates, download, upload, fill in, click on, \
    submit, book a, reserve a, remind me, service, server, kubectl, script, folder, smoke tests, automatisch, \
    jeden Tag, Skript, starte, chaque jour, script, cada día, todos os dias, ogni giorno, каждый день, команду, скрипт, \
    每天, 自动, 备份, 命令, 毎日, 自動, コマンド, 매일, 자동, 명령, النسخ الاحتياطي, her gün, komut";

/// Of those, what makes a request agentic by itself, more or less.
const RESEARCH_STRONG: &str = "literature review, find sources, with sources, several sources, collect evidence, \
    do research, research our, check the facts, peer-reviewed sources, key studies, recent papers, latest papers, \
    press articles, gather, investigate, cite, with citations, write a report, compile a report, prepare a briefing, \
    busca en la web, with their sources, recherchiere, cite the sources";
const AUTOMATION_STRONG: &str = "cron, cron job, every morning, every night, every hour, by email, send an email, \
    sends an alert, send the result, email them, my inbox, my calendar, forward them, rename all, move every, move all, \
    fill in, click on, book a, remind me, restart, monitor the, backs up, kubectl, all the files, download the, 备份, 每天, \
    毎日, 自动, 自動";

/// Things to be done, beyond those that are concepts.
const ACTIONS: &str = "add, annotate, append, build, check, cite, click, compare, compile, configure, convert, copy, \
    deploy, download, export, extract, fetch, fill in, find, forward, gather, import, insert, label, merge, migrate, \
    monitor, move, notify, open, post, prepare, publish, push, refactor, rename, replace, report, restart, save, \
    schedule, search, send, start, stop, submit, summarize, summarise, update, upload, verify, wait, write, commit, \
    book, remove, rebuild, rerun, review, sort, filter";

/// Words that put one step after another.
const JOINERS: &str = "then, and then, after that, afterwards, until, finally, once done, when done, dann, danach, \
    anschließend, puis, ensuite, luego, después, depois, em seguida, poi, quindi, затем, потом, 然后, 接着, 最后, その後, してから, \
    次に, 그런 다음, 다음, ثم, sonra, ardından, फिर, इसके बाद";

/// How many phrases of each list a text holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Phrases {
    /// For coding, research and automation.
    pub(super) kinds: [usize; 3],
    /// For research and automation: those that make a request agentic.
    pub(super) strong: [usize; 2],
    /// Things to be done.
    pub(super) actions: usize,
    /// Words that put one step after another.
    pub(super) joiners: usize,
}

static MATCHER: LazyLock<KeywordMatcher> = LazyLock::new(|| {
    let lists = [
        CODING,
        RESEARCH,
        AUTOMATION,
        RESEARCH_STRONG,
        AUTOMATION_STRONG,
        ACTIONS,
        JOINERS,
    ];
    let rule = |(at, list): (usize, &&str)| KeywordRule {
        name: at.to_string(),
        operator: Operator::Or,
        keywords: list.split(", ").map(str::to_owned).collect(),
        patterns: Vec::new(),
        case_sensitive: false,
        method: Method::Exact,
    };
    let rules = lists.iter().enumerate().map(rule).collect();
    KeywordMatcher::new(rules).expect("the lists above hold words only, which a test compiles")
});

/// Compiles the lists now rather than at the first text.
pub(super) fn load() {
    LazyLock::force(&MATCHER);
}

pub(super) fn phrases(text: &str) -> Phrases {
    let mut counts = [0; 7];
    for found in MATCHER.matches(text) {
        counts[found.rule] = found.matched.len();
    }
    let [
        coding,
        research,
        automation,
        strong_research,
        strong_automation,
        actions,
        joiners,
    ] = counts;
    Phrases {
        kinds: [coding, research, automation],
        strong: [strong_research, strong_automation],
        actions,
        joiners,
    }
}
