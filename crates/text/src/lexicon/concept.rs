//! Every concept the fast path can find, grouped by dimension: a concept is what counts, however and in whatever language it is spelled.

use crate::fast_path::{DIMENSION_COUNT, Dimension};

/// Declares the concepts of each dimension in one list; the enum, the names and the ranges follow from it.
macro_rules! concepts {
    ($($dimension:ident { $($concept:ident $name:literal),* $(,)? })*; controls { $($control:ident),* $(,)? }) => {
        /// A thing that counts once, or (the last ones) a control that changes how others count.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub(crate) enum Concept { $($($concept,)*)* $($control,)* }

        /// Concept, its dimension and its English name, in the order of the enum; without controls.
        pub(crate) const CONCEPTS: &[(Concept, Dimension, &str)] = &[$($((Concept::$concept, Dimension::$dimension, $name),)*)*];

        /// The controls.
        #[cfg(test)]
        pub(crate) const CONTROLS: &[Concept] = &[$(Concept::$control,)*];
    };
}

concepts! {
    CodePresence {
        Function "function", Class "class", Import "import", Async "async", Def "def", Variable "variable", Return "return",
        Code "code", Program "program", Python "python", JavaScript "javascript", TypeScript "typescript", Java "java",
        Rust "rust", Golang "go", CFamily "c or c++", Ruby "ruby", Php "php", Swift "swift", Kotlin "kotlin", Sql "sql",
        Html "html", Loop "loop", Array "array", Exception "exception", Regex "regular expression", Compile "compile",
        UnitTest "unit test", Pointer "pointer", Framework "framework",
        CodeFence "code fence", InlineCode "inline code", Operators "operators", Call "call", SnakeCase "snake case",
    }
    ReasoningMarkers {
        Prove "prove", Theorem "theorem", Derive "derive", StepByStep "step by step", Formally "formally", Deduce "deduce",
        ChainOfThought "chain of thought", Axiom "axiom", Induction "induction", Contradiction "contradiction", Lemma "lemma",
        Rigorous "rigorous", ShowThat "show that", NecessarySufficient "necessary and sufficient", Counterexample "counterexample",
        LogicPuzzle "logic puzzle", MathProblem "mathematical problem", Justify "justify", Posed "posed problem",
        Chance "probability", Termination "termination or running time", OpenProblem "famous problem",
        Equation "equation", Quantities "quantities to combine",
    }
    TechnicalTerms {
        Algorithm "algorithm", Optimize "optimize", Kubernetes "kubernetes", Distributed "distributed", Database "database",
        Architecture "architecture", Microservice "microservice", Concurrency "concurrency", Complexity "complexity",
        DataStructure "data structure", Api "api", Server "server", Container "container", Cloud "cloud", Pipeline "pipeline",
        Cache "cache", Encryption "encryption", Authentication "authentication", Protocol "protocol", Network "network",
        Scalability "scalability", Latency "latency", Consistency "consistency", Replication "replication", Queue "queue",
        Compiler "compiler", Kernel "kernel", Memory "memory", Machine "machine learning", NeuralNetwork "neural network",
        Recursion "recursion", Sorting "sorting", Matrix "matrix", Refactor "refactor", Index "index", Transaction "transaction",
        Middleware "middleware", Frontend "frontend", Infrastructure "infrastructure", Monitoring "monitoring", Schema "schema",
        Embedded "embedded", Simulation "simulation", Statistics "statistics", Operations "operations",
    }
    CreativeMarkers {
        Story "story", Poem "poem", Brainstorm "brainstorm", Imagine "imagine", Creative "creative", Lyrics "lyrics",
        Novel "novel", Dialogue "dialogue", Fiction "fiction", Slogan "slogan", Letter "letter", Essay "essay", Joke "joke",
        Character "character", Roleplay "roleplay", Speech "speech", Article "article", Rewrite "rewrite", Narrative "narrative",
        Summary "summary", Compare "compare", Outline "outline",
        Advice "advice",
    }
    SimpleIndicators {
        WhatIs "what is", Define "define", Translate "translate", Hello "hello", CapitalOf "capital of", WhoIs "who is",
        WhenDid "when", WhereIs "where", HowMany "how many", MeaningOf "meaning of", Thanks "thanks", YesNo "yes or no",
        WhichIs "which", Synonym "synonym", NameOne "name one", SmallTalk "small talk", WhyIs "why",
    }
    MultiStepPatterns {
        FirstThen "first … then", StepNumber "step number", AfterThat "next … after that", NumberedList "numbered list",
        Finally "finally", Phases "phases", Sequence "in sequence", Parts "several parts", ManyParts "many parts", Rank "put in order",
    }
    QuestionComplexity { Nested "nested question", WhyAndHow "why and how", Tradeoff "trade-off", Causes "causes and consequences" }
    ImperativeVerbs {
        Implement "implement", Design "design", Analyze "analyze", Build "build", Develop "develop", Deploy "deploy",
        Configure "configure", Create "create", Write "write", Generate "generate", Evaluate "evaluate", Construct "construct",
        Explain "explain", Convert "convert", Improve "improve", Solve "solve", Test "test", Integrate "integrate",
        SimpleVerb "simple verb",
    }
    ConstraintIndicators {
        Must "must", Ensure "ensure", Constraint "constraint", Within "within", AtLeast "at least", AtMost "at most",
        Only "only", Exactly "exactly", Required "required", Budget "budget", Between "between", Limit "limit",
        WordCount "word count", Avoid "avoid", Include "include",
    }
    OutputFormat {
        Json "json", Yaml "yaml", Csv "csv", Table "table", Markdown "markdown", Xml "xml", BulletList "bullet list",
        Latex "latex", Chart "chart", Template "template", FormatAs "format as",
    }
    ReferenceComplexity {
        Above "above", Previous "previous", AsMentioned "as mentioned", Following "following", Attached "attached",
        Earlier "earlier", Given "given text", Section "section",
    }
    NegationComplexity {
        Not "not", Without "without", Except "except", Dont "don't", Never "never", AvoidNegated "avoid", Neither "neither",
        InsteadOf "instead of",
    }
    DomainSpecificity {
        Medical "medical", Pharmacology "pharmacology", Legal "legal", Contract "contract law", Finance "finance",
        Accounting "accounting", Physics "physics", Quantum "quantum", Chemistry "chemistry", Biology "biology",
        Genomics "genomics", Mathematics "mathematics", Calculus "calculus", Philosophy "philosophy", Economics "economics",
        Engineering "engineering", Cryptography "cryptography", Psychology "psychology", Notation "mathematical notation",
    }
    AgenticTask {
        ReadFile "read file", WriteFile "write file", CreateFile "create", Edit "edit", Delete "delete",
        RunCommand "run command", Execute "execute", Bash "bash", Terminal "terminal", TryAgain "try again", Retry "retry",
        Fix "fix", Debug "debug", TestAndFix "test and fix", PlanStep "step number", PlanFirstThen "first … then", Plan "plan",
        PlanImplement "implement", Diff "diff", FilePath "file path", LineNumber "line number", Install "install",
        Repository "repository", Commit "commit", Browse "browse", RunTests "run tests", Tools "tools",
    };
    controls {
        // The next few words are not asked for; `NegationDense` counts characters instead of words.
        Negation, NegationDense,
        // What was negated is not, after all ("not only", "does not").
        Affirmation,
        // The few words (or characters) before are not asked for.
        TrailingNegation, TrailingNegationDense,
        // The words of this very phrase do not mean what they mean alone.
        Mask,
        // A word is asked about ("what is a …", "who proved …"): markers of reasoning in the next few words are only mentioned.
        Mention,
        // A quantity is asked for; a part or multiple that counts like a number.
        Quantity, Share,
        // The two halves of "first … then" and of "next … after that".
        First, Then, Next, After,
        // A "first" that only counts ("the first president").
        Ordinal,
        // Counts only when glued to a name by a full stop.
        Extension,
    }
}

impl Concept {
    /// Whether it changes how others count instead of counting itself.
    pub(crate) const fn is_control(self) -> bool {
        self as usize >= CONCEPTS.len()
    }

    /// The dimension it counts for; controls have none.
    pub(crate) fn dimension(self) -> Option<Dimension> {
        CONCEPTS.get(self as usize).map(|entry| entry.1)
    }

    /// Whether meeting it again, once it is found, changes nothing: it controls no others, a file name does not hang on it, and
    /// its occurrences are not counted.
    pub(crate) fn counts_once(self) -> bool {
        self != Self::Extension
            && self
                .dimension()
                .is_some_and(|dimension| dimension != Dimension::NegationComplexity)
    }
}

/// A set of concepts, with a running count by dimension; controls are never in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ConceptSet {
    members: [u64; CONCEPTS.len().div_ceil(64)],
    counts: [u8; DIMENSION_COUNT],
}

impl ConceptSet {
    /// Adds it; true when it was not there.
    pub(crate) fn insert(&mut self, concept: Concept) -> bool {
        let fresh = !self.contains(concept);
        if let (true, Some(dimension)) = (fresh, concept.dimension()) {
            self.members[concept as usize / 64] |= 1 << (concept as usize % 64);
            self.counts[dimension.index()] += 1;
        }
        fresh
    }

    /// Takes it out.
    pub(crate) fn remove(&mut self, concept: Concept) {
        if let (true, Some(dimension)) = (self.contains(concept), concept.dimension()) {
            self.members[concept as usize / 64] &= !(1 << (concept as usize % 64));
            self.counts[dimension.index()] -= 1;
        }
    }

    /// Whether it is there.
    #[inline]
    pub(crate) fn contains(&self, concept: Concept) -> bool {
        self.members
            .get(concept as usize / 64)
            .is_some_and(|word| word & (1 << (concept as usize % 64)) != 0)
    }

    /// How many members belong to `dimension`.
    #[inline]
    pub(crate) fn count(&self, dimension: Dimension) -> u32 {
        u32::from(self.counts[dimension.index()])
    }

    /// The English names of the members that belong to `dimension`.
    pub(crate) fn names(&self, dimension: Dimension) -> impl Iterator<Item = &'static str> {
        CONCEPTS
            .iter()
            .filter(move |entry| entry.1 == dimension && self.contains(entry.0))
            .map(|entry| entry.2)
    }

    /// The names of those that `other` lacks.
    pub(crate) fn names_without(
        &self,
        dimension: Dimension,
        other: &Self,
    ) -> impl Iterator<Item = &'static str> {
        let lacks = move |entry: &&(Concept, Dimension, &str)| {
            entry.1 == dimension && self.contains(entry.0) && !other.contains(entry.0)
        };
        CONCEPTS.iter().filter(lacks).map(|entry| entry.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concepts_and_controls_are_told_apart() {
        for (at, (concept, dimension, name)) in CONCEPTS.iter().enumerate() {
            assert_eq!(*concept as usize, at, "{name}");
            assert_eq!(concept.dimension(), Some(*dimension), "{name}");
            assert!(!concept.is_control() && !name.is_empty());
        }
        assert!(
            CONTROLS
                .iter()
                .all(|control| control.is_control() && control.dimension().is_none())
        );
    }

    #[test]
    fn a_set_counts_by_dimension() {
        let mut set = ConceptSet::default();
        assert!(
            set.insert(Concept::Prove) && !set.insert(Concept::Prove) && set.insert(Concept::Tools)
        );
        assert_eq!(
            (
                set.count(Dimension::ReasoningMarkers),
                set.count(Dimension::AgenticTask)
            ),
            (1, 1)
        );
        set.remove(Concept::Prove);
        assert_eq!(set.names(Dimension::ReasoningMarkers).count(), 0);
    }
}
