//! `config_sentence_transformers.json`: what a model wants before queries and documents.

use signalbox_base::Result;
use signalbox_core::Prompts;

use crate::folder::Folder;
use crate::keys::Keys;

const FILE: &str = "config_sentence_transformers.json";

/// The prompts of a folder, by name in the order of the alphabet; none where it names none.
///
/// # Errors
/// `ModelInvalid` naming the key that is no string, or a default that is not there.
pub fn read(home: &Folder) -> Result<Prompts> {
    let Some(json) = home.json_if(FILE)? else {
        return Ok(Prompts::default());
    };
    let root = Keys::new(FILE, &json)?;
    let mut by_name = Vec::new();
    if let Some(prompts) = root.child("prompts")? {
        for (name, _) in prompts.entries() {
            let text = prompts.text(name)?.unwrap_or_default();
            by_name.push((name.clone(), text.to_owned()));
        }
    }
    by_name.sort();
    let usual = root.text("default_prompt_name")?.map(str::to_owned);
    let known = |usual: &String| by_name.iter().any(|(name, _)| name == usual);
    if usual.as_ref().is_some_and(|usual| !known(usual)) {
        return Err(root.fault("default_prompt_name", "a name of prompts"));
    }
    Ok(Prompts { by_name, usual })
}
