//! What is learned from beside drawn words: every second row of the corpora, and lines of code.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::phrases;

/// Files that are code.
const CODE: [&str; 22] = [
    "rs", "ts", "js", "mjs", "cjs", "py", "c", "h", "json", "toml", "yml", "yaml", "sh", "css",
    "html", "java", "go", "rb", "php", "sql", "xml", "lua",
];

/// Lines of one file, at most, so that no file fills the sample.
const LINES_A_FILE: usize = 150;

/// The same of comments.
const COMMENTS_A_FILE: usize = 40;

/// Code that the folders hold too little of: queries and shells.
const QUERIES: [&str; 16] = [
    "SELECT name, price FROM products WHERE price > 100 ORDER BY name;",
    "SELECT COUNT(*) FROM orders GROUP BY customer_id HAVING COUNT(*) > 5",
    "select u.id, u.email from users u join orders o on o.user_id = u.id where o.total > 10",
    "INSERT INTO users (name, email) VALUES ('Bob', 'bob@example.org');",
    "UPDATE accounts SET balance = balance - 10 WHERE id = 7;",
    "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL);",
    "ALTER TABLE users ADD COLUMN age INT DEFAULT 0;",
    "DELETE FROM sessions WHERE expires_at < NOW()",
    "git commit -m \"fix\" && git push origin main",
    "docker run -it --rm -p 8080:80 -v $(pwd):/app nginx:latest",
    "npm install --save-dev typescript @types/node",
    "pip install -r requirements.txt",
    "curl -X POST https://api.example.org/v1/items -H 'Accept: application/json'",
    "ls -la /var/log | grep error | wc -l",
    "sudo apt-get install -y build-essential",
    "kubectl get pods -n default -o wide",
];

/// Texts by what they teach. Each list is in the order of its file.
pub(crate) struct Corpus {
    /// Language and sentence of the rows that are learned from.
    pub(crate) sentences: Vec<(String, String)>,
    /// Of the rows kept aside, those that set how sure the model is; the other half is for figures and never read here.
    pub(crate) calibration: Vec<(String, String)>,
    /// English requests.
    pub(crate) english: Vec<String>,
    /// Lines of code.
    pub(crate) code: Vec<String>,
    /// English about code: comments, and requests that name parts of it.
    pub(crate) technical: Vec<String>,
}

impl Corpus {
    pub(crate) fn read(corpora: &Path, code: &[PathBuf]) -> Result<Self, Box<dyn Error>> {
        let mut sentences = Vec::new();
        let mut calibration = Vec::new();
        for (index, row) in rows(&corpora.join("language.jsonl"))?
            .into_iter()
            .enumerate()
        {
            let pair = (text(&row, "language"), text(&row, "text"));
            match index % 4 {
                1 | 3 => sentences.push(pair),
                0 => calibration.push(pair),
                _ => {}
            }
        }
        let mut english = Vec::new();
        for (file, left_out) in [("prompts.jsonl", "code-alpaca"), ("intent.jsonl", "")] {
            let rows = rows(&corpora.join(file))?.into_iter().enumerate();
            let learned = rows.filter(|(index, row)| index % 2 == 1 && row["source"] != left_out);
            english.extend(learned.map(|(_, row)| text(&row, "text")));
        }
        let mut lines: Vec<String> = QUERIES
            .iter()
            .cycle()
            .take(2000)
            .map(|line| (*line).to_owned())
            .collect();
        let mut technical = phrases::requests();
        for folder in code {
            read_code(folder, &mut lines, &mut technical)?;
        }
        Ok(Self {
            sentences,
            calibration,
            english,
            code: lines,
            technical,
        })
    }
}

fn rows(file: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    text.lines()
        .map(|line| serde_json::from_str(line).map_err(Into::into))
        .collect()
}

fn text(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or_default().to_owned()
}

fn read_code(
    folder: &Path,
    lines: &mut Vec<String>,
    comments: &mut Vec<String>,
) -> Result<(), Box<dyn Error>> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() && !path.is_symlink() {
            read_code(&path, lines, comments)?;
        } else if path
            .extension()
            .is_some_and(|end| CODE.iter().any(|one| end == *one))
        {
            let text = String::from_utf8(fs::read(&path)?).unwrap_or_default();
            lines.extend(
                text.lines()
                    .filter(|line| is_code(line))
                    .take(LINES_A_FILE)
                    .map(str::to_owned),
            );
            comments.extend(
                text.lines()
                    .filter_map(comment)
                    .take(COMMENTS_A_FILE)
                    .map(str::to_owned),
            );
        }
    }
    Ok(())
}

/// Leaves out comments, prose in strings of several lines, and lines of data.
fn is_code(line: &str) -> bool {
    let trimmed = line.trim();
    let comment = ["//", "/*", "*", "#", "--", "<!--", "\"\"\"", ";", ".. "]
        .iter()
        .any(|start| trimmed.starts_with(start));
    let marks = trimmed
        .chars()
        .filter(|letter| "(){}[]=<>;_$&|:\"'".contains(*letter))
        .count();
    !comment
        && (1..200).contains(&trimmed.len())
        && (marks > 1 || trimmed.ends_with([';', '{', '}', ',', ':']))
}

/// The prose of a comment that has a line of its own.
fn comment(line: &str) -> Option<&str> {
    let trimmed = line.trim();
    let text = ["///", "//!", "//", "* ", "# "]
        .iter()
        .find_map(|start| trimmed.strip_prefix(start))?
        .trim();
    let marks = text
        .chars()
        .filter(|letter| "{}[]=;<>|&".contains(*letter))
        .count();
    (marks == 0 && text.split(' ').count() > 4 && text.is_ascii()).then_some(text)
}
