//! The fact tables, declared by their columns. What each fact means is in `rules/facts/<subject>.toml`.

use super::table::fact_table;

fact_table! {
    /// One contracting process.
    ProcessRow {
        keys { process_key: key, buyer_key: key, }
        facts {
            ocid: text, jurisdiction: text, project_id: text, title: text, stage: text, year: integer, buyer_id: text, buyer_name: text,
            region: text, procurement_method: text, procurement_method_details: text, main_procurement_category: text, item_class: text,
            tender_status: text, estimate_amount: number, estimate_currency: text, tender_start_day: day, tender_end_day: day,
            submission_days: integer, lot_count: integer, bidder_count: integer, bid_count: integer, award_count: integer,
            contract_count: integer, awarded_amount: number, amount_at_stake: number, amount_at_stake_currency: text,
            supplier_count: integer, release_count: integer, first_release_day: day, last_release_day: day, actionability: number,
            data_issue_count: integer,
            rationale_character_count: integer, advertised_before_award: boolean, missing_document_count: integer,
            missing_documents: text, days_since_stage: integer, last_tender_change_days: integer, deadline_extension_days:
            integer, enquiry_count: integer, unanswered_enquiry_count: integer, late_answer_count: integer,
            impossible_date_count: integer, impossible_dates: text, minimum_submission_days: integer,
            minimum_submission_citation: text, threshold_amount: number, threshold_gap_ratio: number, threshold_citation:
            text, competition_threshold_amount: number, reversed_period_count: integer, implausible_date_count: integer,
            supplier_without_identifier_count: integer, placeholder_amount_count: integer, unit_total_confusion_count:
            integer, conflicting_release_count: integer, completeness_ratio: number, missing_fields: text,
            sanctioned_supplier_count: integer, sanctioned_suppliers: text, sanctions: text, youngest_supplier_age_days:
            integer, youngest_supplier: text,
        }
    }
}

fact_table! {
    /// One lot.
    LotRow {
        keys {
            process_key: key, winner_key: key, lot_position: place, tender_version: place, bids_version: place, award_position: place,
            award_version: place,
        }
        facts {
            ocid: text, lot_id: text, jurisdiction: text, procurement_method: text, main_procurement_category: text, lot_status: text,
            award_criteria: text, electronic_auction: boolean, submission_days: integer, submission_closed: boolean, estimate_amount: number, estimate_currency: text,
            estimate_basis: text, estimate_published: boolean, bidder_count: integer, bidder_count_basis: text, bid_count: integer,
            valid_bidder_count: integer, disqualified_bidder_count: integer, only_winner_valid: boolean, lowest_bid_amount: number,
            winning_bid_amount: number, bid_currency: text, lowest_bid_disqualified: boolean, lowest_bid_premium_ratio: number,
            priced_bidder_count: integer, identical_price_bidder_count: integer, identical_price_amount: number,
            identical_price_significant_digits: integer, identical_price_equals_estimate: boolean, nearest_multiple: integer,
            nearest_multiple_deviation_ratio: number, whole_percent_gap_count: integer, winning_bid_lateness_minutes: number,
            award_amount: number, award_currency: text, award_to_estimate_ratio: number, award_day: day, supplier_count: integer,
            valid_priced_bidder_count: integer, lowest_gap_ratio: number, second_lowest_amount: number,
            lowest_to_estimate_ratio: number, price_variation_ratio: number, price_spread_ratio: number, relative_distance:
            number, price_skewness: number, price_kurtosis: number, price_uniform_distance: number, decision_days: integer,
        }
    }
}

fact_table! {
    /// One contract.
    ContractRow {
        keys {
            process_key: key, contract_position: place, contract_version: place, original_position: place, original_version: place,
            award_position: place, award_version: place, summary_version: place,
        }
        facts {
            ocid: text, contract_id: text, jurisdiction: text, procurement_method: text, main_procurement_category: text,
            contract_status: text, is_completed: boolean, award_amount: number, award_currency: text, original_amount: number,
            original_currency: text, original_basis: text, current_amount: number, current_basis: text, price_growth_ratio: number,
            contract_award_difference_ratio: number, amendment_count: integer, amendments_in_12_months: integer,
            first_amendment_days: integer, amendment_cap_ratio: number, amendment_cap_citation: text, amendment_cap_margin_ratio: number,
            paid_amount: number, paid_currency: text, transaction_count: integer, paid_ratio: number, signed_day: day, start_day: day,
            original_end_day: day, original_duration_days: integer, current_end_day: day, current_end_basis: text, delay_days: integer,
            delay_ratio: number, milestone_lateness_days: integer,
            signing_days: integer, standstill_days: integer, standstill_citation: text, award_to_estimate_ratio: number,
            second_lowest_amount: number, lowest_gap_ratio: number, recovery_ratio: number, advance_amount: number,
            advance_ratio: number, advance_cap_ratio: number, advance_cap_citation: text, competition_threshold_amount:
            number, competition_threshold_citation: text, payee_named_count: integer, payee_not_supplier_count: integer,
            dated_payment_count: integer, payment_before_signature_count: integer, payment_after_end_count: integer,
            duplicate_payment_count: integer, subcontractor_count: integer, losing_subcontractor_count: integer,
            losing_subcontractors: text,
        }
    }
}

fact_table! {
    /// One infrastructure project.
    ProjectRow {
        keys { project_key: key, authority_key: key, project_version: place, budget_version: place, period_version: place, }
        facts {
            project_id: text, jurisdiction: text, title: text, project_status: text, project_type: text, sector: text, region: text,
            year: integer, public_authority_id: text, public_authority_name: text, is_completed: boolean, budget_amount: number,
            budget_currency: text, cost_amount: number, cost_basis: text, cost_overrun_ratio: number, contract_count: integer,
            contracts_original_amount: number, contracts_current_amount: number, planned_start_day: day, planned_end_day: day,
            planned_duration_days: integer, current_end_day: day, current_end_basis: text, delay_days: integer, delay_ratio: number,
            plan_equals_completion: boolean, milestone_lateness_days: integer, amount_at_stake: number, amount_at_stake_currency: text,
            actionability: number, data_issue_count: integer,
            physical_progress_ratio: number, financial_progress_ratio: number, progress_gap_ratio: number,
            progress_gap_days: integer, days_without_progress: integer, supervision_known: boolean,
            supervision_shared_count: integer, supervision_shared: text, scope_ratio: number, value_kept_ratio: number,
            unit_cost: number, unit_cost_unit: text, has_completion_certificate: boolean, has_final_value: boolean,
            spent_ratio: number, competition_threshold_amount: number, competition_threshold_citation: text,
            completeness_ratio: number, missing_fields: text,
        }
    }
}

fact_table! {
    /// One item with a unit price.
    ItemRow {
        keys { process_key: key, item_version: place, contract_position: place, award_position: place, item_position: place, }
        facts {
            ocid: text, item_id: text, jurisdiction: text, procurement_method: text, main_procurement_category: text,
            item_classification: text, item_description: text, unit_name: text, quantity: number, unit_price: number,
            unit_price_currency: text, unit_price_equals_total: boolean,
        }
    }
}

fact_table! {
    /// One supplier of one award that stands, or of a contract where no award names it: who supplies a process, and for how much.
    AwardRow {
        keys { process_key: key, buyer_key: key, supplier_key: key, }
        facts {
            ocid: text, supplier_id: text, supplier_name: text, award_amount: number, award_currency: text, award_day: day,
            is_award: boolean,
        }
    }
}

fact_table! {
    /// One bidder in one lot.
    ParticipationRow {
        keys { process_key: key, bidder_key: key, }
        facts {
            ocid: text, lot_id: text, bidder_id: text, bidder_name: text, bid_status: text, bid_amount: number, bid_currency: text,
            bid_day: day, is_winner: boolean,
        }
    }
}

fact_table! {
    /// One party over all processes: one identifier under one name.
    PartyRow {
        keys { party_key: key, }
        facts {
            party_id: text, identifier_scheme: text, identifier: text, name: text, normalised_name: text, is_supplier: boolean,
            process_count: integer, identifier_is_placeholder: boolean, identifiers_under_name: integer, other_identifiers: text,
            names_under_identifier: integer, other_names: text, least_name_score: number, sanctioned_name: text,
            sanctioned_identifier: text, sanctioned_name_score: number, sanctioned_name_class: text, sanction_authority: text,
        }
    }
}

fact_table! {
    /// One published version of a process or project: what evidence points into.
    ReleaseRow {
        keys { process_key: key, }
        facts { release_index: integer, file: text, line: integer, pointer: text, release_id: text, release_date: text, kind: text, }
    }
}

fact_table! {
    /// One data issue: where, what was found, and what was made of it.
    DataIssueRow {
        keys { process_key: key, }
        facts { release_index: integer, pointer: text, value: text, reason: text, }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Subject, dictionary::Dictionary};

    #[test]
    fn every_table_is_what_its_dictionary_says() {
        for (subject, table) in [
            (Subject::Process, ProcessRow::FACTS),
            (Subject::Lot, LotRow::FACTS),
            (Subject::Contract, ContractRow::FACTS),
            (Subject::Project, ProjectRow::FACTS),
            (Subject::Participation, ParticipationRow::FACTS),
            (Subject::Party, PartyRow::FACTS),
            (Subject::Item, ItemRow::FACTS),
        ] {
            let said: Vec<_> = Dictionary::embedded()
                .facts(subject)
                .iter()
                .filter(|fact| !fact.population)
                .map(|fact| (fact.name.as_str(), fact.fact_type.name()))
                .collect();
            assert_eq!(table, said, "{}", subject.name());
        }
    }

    #[test]
    fn what_the_store_reads_beside_the_facts_keeps_its_names() {
        let names = |table: &[(&'static str, &'static str)]| {
            table.iter().map(|(name, _)| *name).collect::<Vec<_>>()
        };
        assert_eq!(
            names(ReleaseRow::FACTS),
            [
                "release_index",
                "file",
                "line",
                "pointer",
                "release_id",
                "release_date",
                "kind"
            ]
        );
        assert_eq!(
            names(AwardRow::FACTS)[..3],
            ["ocid", "supplier_id", "supplier_name"]
        );
        assert_eq!(
            names(DataIssueRow::FACTS),
            ["release_index", "pointer", "value", "reason"]
        );
    }
}
