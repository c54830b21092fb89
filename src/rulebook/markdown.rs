//! Codes as pages under `docs/rules`: a table of all of them, and a page for each pack.
//!
//! The texts of packs are Markdown already as far as they go (code in backticks); what else could act as markup is
//! escaped. Links between pages are relative.

use super::book::{Chapter, Rulebook};
use super::entry::{Asked, Entry, Instance};

/// What each page begins with.
const HEAD: &str = "<!-- Made from the rule packs. Do not edit: `ROLECALL_BLESS=1 cargo test --test rule_pages` writes it \
                    anew. -->\n\n";

/// The page with the table of all codes.
pub fn index(book: &Rulebook) -> String {
    let mut page = format!(
        "{HEAD}# Rules\n\nEvery code of this version. `rolecall rules show CODE` says the same at the terminal. How grave \
         a finding is can be changed with `--severity CODE=LEVEL`.\n"
    );
    for chapter in &book.chapters {
        let Chapter { pack, title, .. } = chapter;
        page.push_str(&format!("\n## [{pack}]({pack}.md): {}\n", escaped(title)));
        if !chapter.entries.is_empty() {
            page.push_str("\n| code | severity | what holds |\n|---|---|---|\n");
        }
        for entry in &chapter.entries {
            let row = format!(
                "| [`{}`]({pack}.md#{}) | {} | {} |\n",
                entry.code,
                anchor(&entry.code),
                entry.severity.as_str(),
                escaped(&entry.title).replace('|', "\\|")
            );
            page.push_str(&row);
        }
    }
    page
}

/// The page of a pack.
pub fn page(chapter: &Chapter) -> String {
    let mut page = format!("{HEAD}# {}\n\n", escaped(&chapter.title));
    let from = match (&chapter.file, chapter.version) {
        (Some(file), Some(version)) => format!(
            "The pack `{}`, version {version}, from [{file}](../../{file}). [All rules](README.md)\n",
            chapter.pack
        ),
        _ => "The codes of `rolecall lint`, which `rolecall check` reports too: [docs/LINT.md](../LINT.md) says how each \
              is decided. [All rules](README.md)\n"
            .to_owned(),
    };
    page.push_str(&from);
    for entry in &chapter.entries {
        push_entry(&mut page, entry);
    }
    if !chapter.classes.is_empty() {
        page.push_str("\n## Connector classes\n\n| direction | names |\n|---|---|\n");
        for class in &chapter.classes {
            let names: Vec<String> = class.names.iter().map(|name| format!("`{name}`")).collect();
            page.push_str(&format!("| {} | {} |\n", class.direction, names.join(", ")));
        }
    }
    page
}

fn push_entry(page: &mut String, entry: &Entry) {
    let Entry { code, title, .. } = entry;
    page.push_str(&format!("\n## {code}\n\n"));
    page.push_str(&format!("{}: {}.\n", entry.severity.as_str(), escaped(title)));
    page.push_str(&format!("\n{}\n", escaped(&entry.why)));
    page.push_str(&format!("\n**What to do.** {}\n", escaped(&entry.help)));
    if !entry.when.is_empty() {
        page.push_str(&format!("\n**Asked when** {}.\n", entry.when.join(", ")));
    }
    if !entry.asks.is_empty() {
        let asks = if entry.refused {
            "Asks that this is not granted"
        } else {
            "Asks"
        };
        page.push_str(&format!("\n**{asks}**\n\n"));
        for asked in &entry.asks {
            push_asked(page, asked);
        }
    }
    for class in &entry.classes {
        let names: Vec<String> = class.names.iter().map(|name| format!("`{name}`")).collect();
        page.push_str(&format!("\nOf {}:\n\n", names.join(", ")));
        for asked in &class.asks {
            push_asked(page, asked);
        }
    }
    if !entry.relieves.is_empty() {
        let codes = links(&entry.relieves);
        page.push_str(&format!(
            "\n**Stands in for** {codes}, where all that it asks is granted.\n"
        ));
    }
    if !entry.after.is_empty() {
        page.push_str(&format!("\n**Follows from** {}.\n", links(&entry.after)));
    }
    page.push_str("\n**Sources**\n\n");
    for source in &entry.sources {
        page.push_str(&format!(
            "- {}, read on {}\n",
            escaped(&source.document),
            source.read
        ));
    }
    for (heading, instance) in [("Fails", &entry.fails), ("Passes", &entry.passes)] {
        if let Some(instance) = instance {
            push_instance(page, heading, instance);
        }
    }
}

fn push_asked(page: &mut String, asked: &Asked) {
    let actions: Vec<String> = asked.actions.iter().map(|action| format!("`{action}`")).collect();
    let of = match asked.of.as_str() {
        "role" => "the role".to_owned(),
        "deployer" => "the principal that creates the connector".to_owned(),
        "secrets-role" => "the role with which the connector reads its secrets".to_owned(),
        "key-user" => "each of Confluent's roles that use the key".to_owned(),
        service => format!("`{service}`"),
    };
    page.push_str(&format!(
        "- {} to {of} on `{}`",
        actions.join(", "),
        asked.resource
    ));
    for narrower in &asked.narrower {
        page.push_str(&format!("; with a warning, on `{narrower}` alone"));
    }
    if !asked.when.is_empty() {
        page.push_str(&format!("; when {}", asked.when.join(", ")));
    }
    if let Some(severity) = asked.severity {
        page.push_str(&format!("; {}", severity.as_str()));
    }
    page.push('\n');
}

fn push_instance(page: &mut String, heading: &str, instance: &Instance) {
    page.push_str(&format!("\n**{heading}:** {}\n", escaped(&instance.about)));
    if !instance.text.is_empty() {
        let Instance { form, text, .. } = instance;
        page.push_str(&format!("\n```{form}\n{}\n```\n", text.trim_end()));
    }
}

/// Codes of the page, each with a link to where it is explained.
fn links(codes: &[String]) -> String {
    let links = codes.iter().map(|code| format!("[`{code}`](#{})", anchor(code)));
    links.collect::<Vec<_>>().join(", ")
}

/// What a heading of this text can be linked by.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'));
    kept.collect()
}

/// Text whose angle brackets and stars outside backticks stand for themselves.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut in_code = false;
    for letter in text.chars() {
        in_code ^= letter == '`';
        if !in_code && matches!(letter, '<' | '>' | '*' | '_') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}
