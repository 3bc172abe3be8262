//! The thirteen languages: a greeting is SIMPLE, a proof is REASONING, ordinary markers are found.

use super::{evidence, score};
use crate::fast_path::{Dimension, Tier};

#[test]
fn proofs_are_reasoning_in_every_language() {
    let table = [
        ("en", "Prove the theorem step by step"),
        ("zh", "请一步一步证明这个定理"),
        ("zh traditional", "請證明這個定理，並逐步推導"),
        ("ja", "この定理を段階的に証明してください"),
        ("ko", "이 정리를 증명하고 공식을 유도하세요"),
        ("ru", "Докажите теорему шаг за шагом"),
        ("de", "Beweise das Theorem Schritt für Schritt"),
        ("fr", "Démontrez le théorème étape par étape"),
        ("es", "Demuestra el teorema paso a paso"),
        ("pt", "Demonstre o teorema passo a passo"),
        ("it", "Dimostra il teorema passo dopo passo"),
        ("ar", "أثبت النظرية خطوة بخطوة"),
        ("hi", "प्रमेय को चरण दर चरण सिद्ध कीजिए"),
        ("tr", "Teoremi adım adım kanıtlayın"),
    ];
    for (language, text) in table {
        let scored = score(text);
        assert_eq!(
            scored.tier,
            Tier::Reasoning,
            "{language}: {:?}",
            scored.evidence()
        );
        assert!(scored.confidence >= 0.85, "{language}");
    }
}

#[test]
fn greetings_and_look_ups_are_simple_in_every_language() {
    let table = [
        ("hello", "What is the capital of Japan?"),
        ("你好", "日本的首都是什么？"),
        ("こんにちは", "日本の首都は何ですか？"),
        ("안녕하세요", "일본의 수도는 어디입니까?"),
        ("Привет", "Что такое столица?"),
        ("Hallo", "Was ist die Hauptstadt von Japan?"),
        ("Bonjour", "Quelle est la capitale du Japon ?"),
        ("Hola", "¿Cuál es la capital de Japón?"),
        ("Olá", "Qual é a capital do Japão?"),
        ("Ciao", "Qual è la capitale del Giappone?"),
        ("مرحبا", "ما هي عاصمة اليابان؟"),
        ("नमस्ते", "जापान की राजधानी क्या है?"),
        ("Merhaba", "Japonya'nın başkenti nedir?"),
    ];
    for (greeting, question) in table {
        for text in [greeting, question] {
            let scored = score(text);
            assert_eq!(scored.tier, Tier::Simple, "{text}: {:?}", scored.evidence());
            assert!(
                !scored.ambiguous && !evidence(text, Dimension::SimpleIndicators).is_empty(),
                "{text}"
            );
        }
    }
}

#[test]
fn first_then_is_found_in_every_language() {
    let table = [
        "first wash it and then dry it",
        "首先洗，然后晾",
        "まず洗って、次に干す",
        "먼저 씻고 그다음 말려",
        "сначала помой, потом высуши",
        "zuerst waschen, dann trocknen",
        "d'abord laver, ensuite sécher",
        "primero lava, luego seca",
        "primeiro lave, depois seque",
        "prima lava, poi asciuga",
        "أولا اغسل ثم جفف",
        "पहले धोएँ, फिर सुखाएँ",
        "ilk önce yıka, sonra kurut",
    ];
    for text in table {
        assert!(
            evidence(text, Dimension::MultiStepPatterns).contains("first … then"),
            "{text}"
        );
    }
}

#[test]
fn technical_markers_are_found_in_every_language() {
    let table = [
        "distributed algorithm",
        "分布式算法",
        "分散システムのアルゴリズム",
        "분산 시스템 알고리즘",
        "распределённый алгоритм",
        "verteilter Algorithmus",
        "algorithme distribué",
        "algoritmo distribuido",
        "algoritmo distribuído",
        "algoritmo distribuito",
        "الخوارزمية الموزعة",
        "वितरित एल्गोरिथ्म",
        "dağıtık algoritma",
    ];
    for text in table {
        assert_eq!(
            evidence(text, Dimension::TechnicalTerms),
            "algorithm, distributed",
            "{text}"
        );
    }
}
