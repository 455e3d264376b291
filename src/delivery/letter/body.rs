//! The two bodies of a letter: plain text and HTML, with the same sentences in the same order.

use std::fmt::Write;

use quick_xml::escape::escape;

use super::{Addressee, Item, Letterhead, alerts, notice, one_line};
use crate::language::Language;

/// What a letter is made of.
pub(super) struct Body<'a> {
    pub(super) head: &'a Letterhead,
    pub(super) addressee: &'a Addressee<'a>,
    pub(super) opening: &'a str,
    pub(super) items: &'a [Item],
    pub(super) unlisted: usize,
}

fn more(language: Language, count: usize) -> Option<String> {
    (count > 0).then(|| match language {
        Language::English => format!(
            "And {} more, in the list of alerts.",
            alerts(language, count)
        ),
        Language::Spanish => format!("Y {} más, en la lista de alertas.", alerts(language, count)),
    })
}

/// What happened and how it stands: `new alert · Buyer: X · risk 63.0 of 100`.
fn line(item: &Item, language: Language) -> String {
    let mut parts: Vec<String> = item
        .kinds
        .iter()
        .map(|kind| kind.words(language).to_owned())
        .collect();
    if let Some(buyer) = &item.buyer {
        let buyer = one_line(buyer);
        parts.push(match language {
            Language::English => format!("buyer: {buyer}"),
            Language::Spanish => format!("entidad: {buyer}"),
        });
    }
    if let Some(risk) = item.risk {
        parts.push(match language {
            Language::English => format!("risk: {risk:.0} of 100"),
            Language::Spanish => format!("riesgo: {risk:.0} de 100"),
        });
    }
    parts.join(" · ")
}

fn footer(head: &Letterhead, addressee: &Addressee<'_>) -> Vec<String> {
    let id = addressee.subscription_id;
    let query = one_line(addressee.query);
    let mut lines = match addressee.language {
        Language::English => vec![
            format!("You receive this because of subscription {id}, made with this address."),
            "To stop it, delete the subscription, or ask the operator of this service to."
                .to_owned(),
        ],
        Language::Spanish => vec![
            format!("Recibe este mensaje por la suscripción {id}, creada con esta dirección."),
            "Para dejar de recibirlo, elimine la suscripción o pídalo al operador de este servicio."
                .to_owned(),
        ],
    };
    if !query.is_empty() {
        lines.push(match addressee.language {
            Language::English => format!("Its query: {query}"),
            Language::Spanish => format!("Su consulta: {query}"),
        });
    }
    lines.extend(head.link(&format!("/api/v1/subscriptions/{id}")));
    lines
}

impl Body<'_> {
    pub(super) fn plain(&self) -> String {
        let Self {
            head,
            addressee,
            opening,
            items,
            unlisted,
        } = *self;
        let language = addressee.language;
        let mut text = format!("{opening}\n\n{}\n", notice(language));
        for (number, item) in (1..).zip(items) {
            let title = one_line(&item.title);
            let _ = write!(text, "\n{number}. {title}\n   {}\n", line(item, language));
            let subject_id = one_line(&item.subject_id);
            if subject_id != title {
                let _ = writeln!(text, "   {subject_id}");
            }
            if let Some(link) = head.alert_link(&item.alert_id) {
                let _ = writeln!(text, "   {link}");
            }
        }
        if let Some(more) = more(language, unlisted) {
            let _ = write!(text, "\n{more}\n");
        }
        text.push_str("\n-- \n");
        for line in footer(head, addressee) {
            let _ = writeln!(text, "{line}");
        }
        text
    }

    pub(super) fn html(&self, subject: &str) -> String {
        let Self {
            head,
            addressee,
            opening,
            items,
            unlisted,
        } = *self;
        let language = addressee.language;
        let mut page = format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n\
         <body style=\"font-family: sans-serif; line-height: 1.4\">\n<p>{}</p>\n<p><strong>{}</strong></p>\n",
            language.code(),
            escape(subject),
            escape(opening),
            escape(notice(language)),
        );
        if !items.is_empty() {
            page.push_str("<ol>\n");
            for item in items {
                let title = one_line(&item.title);
                let heading = match head.alert_link(&item.alert_id) {
                    Some(link) => format!("<a href=\"{}\">{}</a>", escape(&link), escape(&title)),
                    None => escape(&title).into_owned(),
                };
                let _ = writeln!(page, "<li>{heading}<br>{}", escape(line(item, language)));
                let subject_id = one_line(&item.subject_id);
                if subject_id != title {
                    let _ = writeln!(page, "<br><small>{}</small>", escape(&subject_id));
                }
                page.push_str("</li>\n");
            }
            page.push_str("</ol>\n");
        }
        if let Some(more) = more(language, unlisted) {
            let _ = writeln!(page, "<p>{}</p>", escape(&more));
        }
        let footer = footer(head, addressee);
        let lines: Vec<_> = footer.iter().map(|line| escape(line.as_str())).collect();
        let _ = write!(
            page,
            "<hr>\n<p><small>{}</small></p>\n</body>\n</html>\n",
            lines.join("<br>\n")
        );
        page
    }
}
