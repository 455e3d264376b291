//! Where the rows that alerts speak of stand in their sources.

use crate::facts::{
    Subject,
    rows::ReleaseRow,
    sources::{ItemPlace, Places},
    tables::{Extent, Tables},
};

/// Where the row of a process, a lot or a contract stands in its sources.
pub(super) fn places(
    tables: &Tables<'_>,
    extent: &Extent<'_>,
    subject: Subject,
    row: usize,
) -> Places {
    let releases = &tables.releases[extent.releases.clone()];
    let is_summary = |release: &ReleaseRow<'_>| release.kind.as_deref() == Some("summary");
    let last_release = releases.iter().rposition(|release| !is_summary(release));
    let summary = releases.iter().rposition(is_summary);
    let as_place = |position: usize| {
        u32::try_from(position).expect("a process has far fewer than 4 billion versions")
    };
    let mut places = Places {
        latest: last_release.unwrap_or(releases.len() - 1),
        latest_is_oc4ids: last_release.is_none(),
        oc4ids: summary.map(as_place),
        ..Places::default()
    };
    let pair = |version: Option<u32>, position: Option<u32>| version.zip(position);
    if let Some(lot) = (subject == Subject::Lot)
        .then(|| &tables.lots[row])
        .or_else(|| tables.lots.get(extent.lots.start))
    {
        places.tender = lot.tender_version;
        places.bids = lot.bids_version;
        places.lot = lot.lot_position;
        places.award = pair(lot.award_version, lot.award_position);
    }
    if subject == Subject::Contract {
        let contract = &tables.contracts[row];
        places.award = pair(contract.award_version, contract.award_position);
        places.contract = pair(contract.contract_version, contract.contract_position);
        places.original = pair(contract.original_version, contract.original_position);
        // Without a summary of its own, nothing of this contract was read there.
        places.oc4ids = places.oc4ids.filter(|_| contract.summary_version.is_some());
    }
    if subject == Subject::Item {
        let item = &tables.items[row];
        places.item = item
            .item_version
            .zip(item.item_position)
            .map(|(version, position)| ItemPlace {
                version,
                contract: item.contract_position,
                award: item.award_position,
                position,
            });
    }
    places
}
