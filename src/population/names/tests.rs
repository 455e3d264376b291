//! Parties told from each other by the words of their names and by what the population knows of them.

use super::*;
use crate::population::points::{BidderPoint, LotPoint, ProcessPoint};

fn party(key: i64, identifier: &str, name: &str) -> PartyRow<'static> {
    PartyRow {
        party_key: key,
        party_id: Some(format!("PA-RUC-{identifier}").into()),
        identifier_scheme: Some("PA-RUC".into()),
        identifier: Some(identifier.to_owned().into()),
        identifier_is_placeholder: Some(false),
        name: Some(name.to_owned().into()),
        is_supplier: Some(true),
        ..PartyRow::default()
    }
}

/// One process with one lot in which both bid.
fn joint(one: i64, other: i64) -> Points {
    let mut points = Points::default();
    points.processes.push(ProcessPoint {
        opened_day: Some(19_000),
        ..ProcessPoint::default()
    });
    points.lots.push(LotPoint {
        process: 0,
        bidder_count: Some(2.0),
        lowest_gap_ratio: None,
        decision_days: None,
        price_variation_ratio: None,
        relative_distance: None,
        valid_priced_bidder_count: 2,
    });
    for bidder_key in [one, other] {
        points.bidders.push(BidderPoint {
            lot: 0,
            bidder_key,
            has_won: bidder_key == one,
            is_judged: true,
            is_disqualified: false,
        });
    }
    points
}

#[test]
fn similar_names_of_two_identifiers_make_a_pair_with_what_connects_them() {
    let parties = [
        party(1, "1555123-1-700001", "Constructora Guayacán Azul, S.A."),
        party(2, "1555123-1-700009", "CONSTRUCTORA GUAYACAN AZUL S A"),
        party(3, "8-444-1212", "Panadería La Espiga Dorada"),
    ];
    let pairs = SupplierNames::of(&parties).pairs(&parties, &joint(1, 2));
    assert_eq!(pairs.len(), 1, "{pairs:?}");
    let pair = &pairs[0];
    assert_eq!(pair.name_is_similar, Some(true));
    assert_eq!(pair.joint_process_count, Some(1));
    assert_eq!(pair.identifiers_compared.as_deref(), Some("one_sign_apart"));
    assert_eq!(pair.supplier_first_day, Some(19_000));
    assert!(
        pair.matched_words
            .as_deref()
            .unwrap_or_default()
            .contains("GUAYACAN")
    );
}

#[test]
fn spellings_under_one_identifier_are_no_pair() {
    let mut parties = [
        party(1, "1555123-1-700001", "Constructora Guayacán Azul, S.A."),
        party(1, "1555123-1-700001", "Constructora Guayacan Azul"),
    ];
    let names = SupplierNames::of(&parties);
    assert!(names.pairs(&parties, &joint(1, 1)).is_empty());
    names.describe(&mut parties, None, chrono::NaiveDate::default());
    assert_eq!(parties[0].names_under_identifier, Some(2));
    assert!(parties[0].least_name_score > Some(0.9), "{:?}", parties[0]);
    assert_eq!(parties[0].sanctioned_name_score, None, "there is no list");
}

/// Leading zeros come and go with whoever keeps a list.
#[test]
fn an_identifier_with_leading_zeros_is_the_same() {
    let parties = [
        party(1, "05599", "Constructora Guayacán Azul, S.A."),
        party(2, "5599", "Constructora Guayacan Azul"),
    ];
    assert!(
        SupplierNames::of(&parties)
            .pairs(&parties, &Points::default())
            .is_empty()
    );
}

#[test]
fn nobody_makes_no_pairs() {
    let names = SupplierNames::of(&[]);
    assert!(names.pairs(&[], &Points::default()).is_empty());
    names.describe(&mut [], None, chrono::NaiveDate::default());
}

#[test]
fn fillers_tie_nobody_together() {
    let mut filler = party(2, "0", "Constructora Guayacán Azul, S.A.");
    filler.identifier_is_placeholder = Some(true);
    let parties = [
        party(1, "1555123-1-700001", "Constructora Guayacán Azul, S.A."),
        filler,
    ];
    assert!(
        SupplierNames::of(&parties)
            .pairs(&parties, &joint(1, 2))
            .is_empty()
    );
}
