//! The lists that stand beside the published country: who was sanctioned, and when firms were founded.

use super::calendar::write_day;
use super::firms::{
    Appearance, FIRMS_PER_BLOCK, OTHER_SCHEME, SECOND_OF_SCHEME, founding_day, has_other_scheme,
    has_two_identifiers, number_of,
};
use super::plan::Plan;

/// First line of the list of sanctions.
pub(super) const SANCTIONS_HEAD: &str = "scheme,identifier,name,from,until,authority,citation\n";
/// First line of the list of foundations.
pub(super) const FOUNDATIONS_HEAD: &str = "scheme,identifier,founded\n";

/// Appends the sanctions of a block's firms.
pub(super) fn write_sanctions(out: &mut Vec<u8>, plan: &Plan) {
    for (number, sanction) in plan.sanctions.iter().enumerate() {
        let firm = Appearance::plain(sanction.firm);
        // Names hold commas.
        let line = format!("{},{},\"{}\",", firm.scheme(), firm.number(), firm.name());
        out.extend_from_slice(line.as_bytes());
        write_day(out, sanction.from);
        out.push(b',');
        if let Some(until) = sanction.until {
            write_day(out, until);
        }
        let line = format!(
            ",Dirección de Contrataciones de Istmania,Resolución {}-{}\n",
            plan.block + 1,
            number + 1
        );
        out.extend_from_slice(line.as_bytes());
    }
}

/// Appends the days on which a block's firms were founded, under every identifier that they go by.
pub(super) fn write_foundations(out: &mut Vec<u8>, plan: &Plan) {
    for firm in number_of(plan.block, 0)..number_of(plan.block, FIRMS_PER_BLOCK) {
        let known = plan.founded.iter().find(|(other, _)| *other == firm);
        let founded = known.map_or_else(|| founding_day(firm), |(_, day)| *day);
        let mut write = |firm: Appearance| {
            out.extend_from_slice(format!("{},{},", firm.scheme(), firm.number()).as_bytes());
            write_day(out, founded);
            out.push(b'\n');
        };
        let plain = Appearance::plain(firm);
        write(plain);
        if has_two_identifiers(firm) {
            write(Appearance {
                identity: SECOND_OF_SCHEME,
                ..plain
            });
        }
        if has_other_scheme(firm) {
            write(Appearance {
                identity: OTHER_SCHEME,
                ..plain
            });
        }
    }
}
