//! The tables of subjects that are known only once every process is, declared by their columns. What each fact means is in
//! `rules/facts/<subject>.toml`.

use crate::facts::table::fact_table;

fact_table! {
    /// One buyer over all its processes.
    BuyerRow {
        keys { buyer_key: key, }
        facts {
            buyer_id: text, buyer_name: text, jurisdiction: text, process_count: integer, award_count: integer,
            direct_award_count: integer, direct_award_share: number, direct_award_value_share: number,
            direct_award_share_shrunk: number, direct_award_share_peer_p90: number, direct_award_share_probability: number,
            direct_award_share_peer_count: integer, below_threshold_count: integer, above_threshold_count: integer,
            threshold_amount: number, threshold_citation: text, bunching_probability: number, judged_bid_count: integer,
            disqualified_bid_count: integer, disqualification_share: number, disqualification_share_shrunk: number,
            disqualification_share_peer_p90: number, disqualification_share_probability: number,
            disqualification_share_peer_count: integer, amount_count: integer, amount_magnitude_orders: number,
            benford_deviation: number, benford_probability: number,
        }
    }
}

fact_table! {
    /// One supplier or bidder over all processes.
    SupplierRow {
        keys { supplier_key: key, }
        facts {
            supplier_id: text, supplier_name: text, award_count: integer, division_count: integer, expected_division_count:
            number, division_ratio: number, division_ratio_peer_fence: number, division_ratio_peer_count: integer,
            bid_count: integer, win_count: integer, win_rate_shrunk: number, win_rate_peer_p05: number, win_rate_peer_count:
            integer, frequent_winner: text, frequent_winner_share: number,
        }
    }
}

fact_table! {
    /// One supplier with one buyer in one year.
    BuyerSupplierRow {
        keys { pair_key: key, buyer_key: key, supplier_key: key, }
        facts {
            buyer_id: text, buyer_name: text, supplier_id: text, supplier_name: text, jurisdiction: text, year: integer,
            buyer_award_count: integer, pair_award_count: integer, pair_amount: number, value_currency: text, value_share:
            number, elsewhere_share: number, share_multiple: number, direct_awards_in_12_months: integer,
            direct_amount_in_12_months: number, direct_award_maximum_amount: number, competition_threshold_amount: number,
        }
    }
}

fact_table! {
    /// One class of goods or services in one region and year.
    MarketRow {
        keys { market_key: key, }
        facts {
            item_class: text, region: text, year: integer, award_count: integer, supplier_count: integer,
            concentration_index: number, top_supplier: text, top_supplier_share: number, top_supplier_elsewhere_share:
            number, location_quotient: number, active_elsewhere_count: integer, screened_lot_count: integer,
            cover_lot_count: integer, cover_lot_share: number, cover_probability: number,
        }
    }
}

fact_table! {
    /// Two bidders that met in several lots.
    BidderPairRow {
        keys { pair_key: key, bidder_key: key, other_key: key, }
        facts {
            bidder_id: text, bidder_name: text, other_id: text, other_name: text, joint_lot_count: integer, frequent_winner:
            text, frequent_winner_count: integer, frequent_winner_share: number, frequent_winner_base_rate: number,
            same_winner_probability: number,
        }
    }
}

fact_table! {
    /// A group of bidders that all bid with each other.
    BidderGroupRow {
        keys { group_key: key, }
        facts {
            member_count: integer, members: text, member_ids: text, lot_count: integer, win_entropy_ratio: number, run_count: integer,
            expected_run_count: number, rotation_probability: number,
        }
    }
}

fact_table! {
    /// Two suppliers of different identifiers whose names are similar.
    SupplierPairRow {
        keys { pair_key: key, supplier_key: key, other_key: key, }
        facts {
            pair: text, supplier_id: text, supplier_name: text, other_id: text, other_name: text, identifier_scheme: text,
            one_scheme: boolean, name_score: number, name_class: text, name_is_similar: boolean, jaro_winkler: number,
            matched_words: text, supplier_words_alone: text, other_words_alone: text, name_group_count: integer,
            compared_name_count: integer, identifiers_compared: text, joint_process_count: integer, supplier_award_count: integer,
            other_award_count: integer, shared_buyer_count: integer, shared_contact_count: integer,
            rarest_contact_holder_count: integer, supplier_first_day: day, supplier_last_day: day, other_first_day: day,
            other_last_day: day, words_version: text, weights_version: text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Subject, dictionary::Dictionary};

    #[test]
    fn every_table_is_what_its_dictionary_says() {
        for (subject, table) in [
            (Subject::Buyer, BuyerRow::FACTS),
            (Subject::Supplier, SupplierRow::FACTS),
            (Subject::BuyerSupplier, BuyerSupplierRow::FACTS),
            (Subject::Market, MarketRow::FACTS),
            (Subject::BidderPair, BidderPairRow::FACTS),
            (Subject::BidderGroup, BidderGroupRow::FACTS),
            (Subject::SupplierPair, SupplierPairRow::FACTS),
        ] {
            let said: Vec<_> = Dictionary::embedded()
                .facts(subject)
                .iter()
                .map(|fact| (fact.name.as_str(), fact.fact_type.name()))
                .collect();
            assert_eq!(table, said, "{}", subject.name());
        }
    }
}
