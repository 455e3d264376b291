//! An Atom feed (RFC 4287): the alerts of a saved query, for those who follow with a reader of their own.

use std::io;

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event as Xml},
};

use super::{event::written_instant, letter};
use crate::language::Language;

/// The media type of feeds.
pub const MEDIA_TYPE: &str = "application/atom+xml; charset=utf-8";

/// A feed.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    /// An IRI that stays the same: the address of the feed, or another name for good.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// Where it is read, when that is known.
    pub self_url: Option<String>,
    /// Where its next page is (RFC 5005); absent at the end.
    pub next_url: Option<String>,
    /// When anything in it last changed, in unix milliseconds.
    pub updated_ms: i64,
    /// Its language.
    pub language: Language,
    /// Its entries, newest or most important first.
    pub entries: Vec<FeedEntry>,
}

/// One alert of a feed.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedEntry {
    /// An IRI that stays the same.
    pub id: String,
    /// Title of the process or project, or its identifier.
    pub title: String,
    /// When it last changed, in unix milliseconds.
    pub updated_ms: i64,
    /// Where it is read, when that is known.
    pub url: Option<String>,
    /// What it was flagged for, as text.
    pub summary: String,
    /// Indicators, by identifier.
    pub categories: Vec<String>,
}

impl Feed {
    /// Writes the feed.
    #[must_use]
    pub fn written(&self) -> Vec<u8> {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
        self.write(&mut writer)
            .expect("writing into memory does not fail");
        let mut bytes = writer.into_inner();
        bytes.push(b'\n');
        bytes
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        writer.write_event(Xml::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        writer
            .create_element("feed")
            .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"))
            .with_attribute(("xml:lang", self.language.code()))
            .write_inner_content(|writer| {
                text(writer, "id", &self.id)?;
                text(writer, "title", &self.title)?;
                text(writer, "subtitle", letter::notice(self.language))?;
                text(writer, "updated", &written_instant(self.updated_ms))?;
                writer
                    .create_element("author")
                    .write_inner_content(|writer| text(writer, "name", "Veedor"))?;
                text(writer, "generator", "Veedor")?;
                link(writer, "self", self.self_url.as_deref())?;
                link(writer, "next", self.next_url.as_deref())?;
                self.entries
                    .iter()
                    .try_for_each(|entry| entry.write(writer))
            })?;
        Ok(())
    }
}

impl FeedEntry {
    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        writer
            .create_element("entry")
            .write_inner_content(|writer| {
                text(writer, "id", &self.id)?;
                text(writer, "title", &self.title)?;
                text(writer, "updated", &written_instant(self.updated_ms))?;
                link(writer, "alternate", self.url.as_deref())?;
                for category in &self.categories {
                    writer
                        .create_element("category")
                        .with_attribute(("term", writable(category).as_str()))
                        .write_empty()?;
                }
                text(writer, "summary", &self.summary)
            })?;
        Ok(())
    }
}

fn text(writer: &mut Writer<Vec<u8>>, name: &str, value: &str) -> io::Result<()> {
    writer
        .create_element(name)
        .write_text_content(BytesText::new(&writable(value)))?;
    Ok(())
}

fn link(writer: &mut Writer<Vec<u8>>, relation: &str, url: Option<&str>) -> io::Result<()> {
    let Some(url) = url else {
        return Ok(());
    };
    writer
        .create_element("link")
        .with_attribute(("rel", relation))
        .with_attribute(("href", writable(url).as_str()))
        .write_empty()?;
    Ok(())
}

/// Without the characters that XML 1.0 cannot hold, not even escaped (section 2.2).
fn writable(value: &str) -> String {
    let is_character = |letter: &char| matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    value.chars().filter(is_character).collect()
}

#[cfg(test)]
mod tests {
    use quick_xml::{Reader, events::Event};

    use super::*;

    fn feed(title: &str) -> Feed {
        Feed {
            id: "https://veedor.example/api/v1/alerts.atom?region=Col%C3%B3n&lang=es".to_owned(),
            title: title.to_owned(),
            self_url: Some("https://veedor.example/?a=1&b=\"2\"".to_owned()),
            next_url: None,
            updated_ms: 1_714_564_800_000,
            language: Language::Spanish,
            entries: vec![FeedEntry {
                id: "urn:x:1".to_owned(),
                title: title.to_owned(),
                updated_ms: 1_714_564_800_123,
                url: None,
                summary: title.to_owned(),
                categories: vec![title.to_owned()],
            }],
        }
    }

    #[test]
    fn a_feed_says_when_what_and_that_a_flag_is_a_question() {
        let written = String::from_utf8(feed("Camino").written()).unwrap();
        for expected in [
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
            "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"es\">",
            "<updated>2024-05-01T12:00:00.000Z</updated>",
            "<updated>2024-05-01T12:00:00.123Z</updated>",
            "<category term=\"Camino\"/>",
            "nunca una prueba",
        ] {
            assert!(written.contains(expected), "{written}");
        }
    }

    #[test]
    fn any_title_is_read_back_as_it_was() {
        let title = "</title><script>]]> & \"quoted\" 'ñ' \u{1f600}";
        let with_unwritable = format!("\u{0}\u{8}{title}\u{b}\u{fffe}\u{ffff}");
        let bytes = feed(&with_unwritable).written();
        let mut reader = Reader::from_reader(bytes.as_slice());
        reader.config_mut().check_end_names = true;
        let (mut depth, mut titles, mut inside) = (0, Vec::new(), None::<String>);
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => {
                    depth += 1;
                    inside = (start.name().as_ref() == b"title").then(String::new);
                }
                Event::Text(text) => {
                    if let Some(inside) = &mut inside {
                        inside.push_str(&text.decode().unwrap());
                    }
                }
                Event::GeneralRef(reference) => {
                    if let Some(inside) = &mut inside {
                        let name = reference.decode().unwrap();
                        inside
                            .push_str(&quick_xml::escape::unescape(&format!("&{name};")).unwrap());
                    }
                }
                Event::End(_) => {
                    depth -= 1;
                    titles.extend(inside.take());
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0);
        assert_eq!(titles, [title, title]);
    }
}
