//! `config_sentence_transformers.json`: what a model wants before queries and documents.

use std::collections::BTreeMap;

use signalbox_base::Result;

use crate::folder::Folder;
use crate::keys::Keys;

const FILE: &str = "config_sentence_transformers.json";

/// Prefixes by their names: `query`, `document`, ….
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompts {
    /// Each as it goes before a text, spaces included.
    pub by_name: BTreeMap<String, String>,
    /// The one for callers who name none.
    pub default_name: Option<String>,
}

impl Prompts {
    /// Those of a folder; none where it names none.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key that is no string, or a default that is not there.
    pub fn read(home: &Folder) -> Result<Self> {
        let Some(json) = home.json_if(FILE)? else {
            return Ok(Self::default());
        };
        let root = Keys::new(FILE, &json)?;
        let mut by_name = BTreeMap::new();
        if let Some(prompts) = root.child("prompts")? {
            for (name, _) in prompts.entries() {
                let text = prompts.text(name)?.unwrap_or_default();
                by_name.insert(name.clone(), text.to_owned());
            }
        }
        let default_name = root.text("default_prompt_name")?.map(str::to_owned);
        if default_name
            .as_ref()
            .is_some_and(|name| !by_name.contains_key(name))
        {
            return Err(root.fault("default_prompt_name", "a name of prompts"));
        }
        Ok(Self {
            by_name,
            default_name,
        })
    }
}
