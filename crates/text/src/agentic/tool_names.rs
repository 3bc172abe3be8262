//! What the names of tools say of the kind of task.

/// Parts of tool names, as coding, research and automation tools have them.
const PARTS: [&[&str]; 3] = [
    &[
        "edit", "editor", "bash", "shell", "terminal", "grep", "patch", "git", "code", "lint",
        "test", "tests", "compile", "repo", "replace", "cmd", "python", "notebook", "diff",
    ],
    &[
        "web",
        "browse",
        "browser",
        "wikipedia",
        "arxiv",
        "scholar",
        "news",
        "url",
        "page",
        "papers",
        "google",
        "bing",
        "research",
        "crawl",
    ],
    &[
        "email", "mail", "calendar", "event", "slack", "message", "ticket", "schedule", "reminder",
        "deploy", "send", "post", "notify", "upload", "crm", "invoice", "payment", "workflow",
        "cron",
    ],
];

/// How many of the tools speak for coding, research and automation, each tool once for each.
pub(super) fn kinds(tools: &[&str]) -> [usize; 3] {
    let speaks = |list: &[&str]| {
        let known = |name: &&&str| parts(name).iter().any(|part| list.contains(&part.as_str()));
        tools.iter().filter(known).count()
    };
    PARTS.map(speaks)
}

/// The words of a name in `snake_case`, `kebab-case`, `camelCase` or with dots.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before_lower = false;
    for character in name.chars() {
        let begins = character.is_uppercase() && before_lower;
        if begins || !character.is_alphanumeric() {
            parts.push(String::new());
        }
        if character.is_alphanumeric()
            && let Some(last) = parts.last_mut()
        {
            last.extend(character.to_lowercase());
        }
        before_lower = character.is_lowercase();
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        let table = [
            ("read_file", vec!["read", "file"]),
            ("runTerminalCmd", vec!["run", "terminal", "cmd"]),
            (
                "mcp__slack-post.message",
                vec!["mcp", "slack", "post", "message"],
            ),
            ("", vec![]),
        ];
        for (name, expected) in table {
            assert_eq!(parts(name), expected);
        }
    }

    #[test]
    fn names_speak_for_kinds() {
        assert_eq!(kinds(&["grep", "bash", "get_weather"]), [2, 0, 0]);
        assert_eq!(kinds(&["web_search", "fetch_url", "send_email"]), [0, 2, 1]);
        assert_eq!(kinds(&[]), [0, 0, 0]);
    }
}
