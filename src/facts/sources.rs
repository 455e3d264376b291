//! Where a fact was read: the dictionary's pointers, with the positions of one row filled in, in the version they hold for.

/// Where the lists of one row stand in its sources. A version is a position in the history of the process or project.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The latest version of the process.
    pub latest: usize,
    /// Whether that version is the summary of an OC4IDS project, or a project.
    pub latest_is_oc4ids: bool,
    /// The version that holds the tender.
    pub tender: Option<u32>,
    /// The version that holds the bids.
    pub bids: Option<u32>,
    /// Position of the lot.
    pub lot: Option<u32>,
    /// The list in which the item stands, and its position there.
    pub item: Option<ItemPlace>,
    /// Version and position of the award.
    pub award: Option<(u32, u32)>,
    /// Version and position of the contract as it stands.
    pub contract: Option<(u32, u32)>,
    /// Version and position of the contract as it was at first.
    pub original: Option<(u32, u32)>,
    /// The version that is an OC4IDS summary or the project itself.
    pub oc4ids: Option<u32>,
    /// The version that held the first budget of a project.
    pub first_budget: Option<u32>,
    /// The version that held the first plan of a project.
    pub first_period: Option<u32>,
}

/// Where an item stands: in a contract, in an award, or in the tender.
#[derive(Clone, Copy, Debug, Default)]
pub struct ItemPlace {
    /// The version that holds it.
    pub version: u32,
    /// Position of its contract.
    pub contract: Option<u32>,
    /// Position of its award.
    pub award: Option<u32>,
    /// Position in the list.
    pub position: u32,
}

impl ItemPlace {
    fn pointer(self) -> String {
        let position = self.position;
        match (self.contract, self.award) {
            (Some(contract), _) => format!("/contracts/{contract}/items/{position}"),
            (None, Some(award)) => format!("/awards/{award}/items/{position}"),
            (None, None) => format!("/tender/items/{position}"),
        }
    }
}

/// Version and pointer inside that version's document, for every pointer of the dictionary that holds for the row.
#[must_use]
pub fn resolve(ocds: &[String], oc4ids: &[String], places: &Places) -> Vec<(usize, String)> {
    let mut resolved = Vec::new();
    if !places.latest_is_oc4ids || places.contract.is_some() && places.oc4ids.is_none() {
        // A contract may have its first or last value from the summary, which is no release and has no such paths.
        let is_release = |(version, _): &(usize, String)| {
            places
                .oc4ids
                .is_none_or(|summary| summary as usize != *version)
        };
        resolved.extend(
            ocds.iter()
                .filter_map(|template| resolve_ocds(template, places))
                .filter(is_release),
        );
    }
    if let Some(version) = places.oc4ids {
        resolved.extend(
            oc4ids
                .iter()
                .map(|template| match template.strip_prefix("original:") {
                    Some(path) => {
                        let first = if path.starts_with("/period") {
                            places.first_period
                        } else {
                            places.first_budget
                        };
                        (first.unwrap_or(version) as usize, path.to_owned())
                    }
                    None => (version as usize, template.clone()),
                }),
        );
    }
    resolved
}

fn resolve_ocds(template: &str, places: &Places) -> Option<(usize, String)> {
    let (is_original, path) = match template.strip_prefix("original:") {
        Some(path) => (true, path),
        None => (false, template),
    };
    let contract = if is_original {
        places.original
    } else {
        places.contract
    };
    let (version, path) = if path.starts_with("/contracts/{contract}") {
        let (version, position) = contract?;
        (
            version as usize,
            path.replace("{contract}", &position.to_string()),
        )
    } else if path.starts_with("/awards/{award}") {
        let (version, position) = places.award?;
        (
            version as usize,
            path.replace("{award}", &position.to_string()),
        )
    } else if let Some(rest) = path.strip_prefix("{item}") {
        let item = places.item?;
        (item.version as usize, item.pointer() + rest)
    } else if path.starts_with("/tender") {
        let path = if path.contains("{lot}") {
            path.replace("{lot}", &places.lot?.to_string())
        } else {
            path.to_owned()
        };
        (
            if is_original {
                0
            } else {
                places.tender? as usize
            },
            path,
        )
    } else if path.starts_with("/bids") {
        (places.bids? as usize, path.to_owned())
    } else {
        (if is_original { 0 } else { places.latest }, path.to_owned())
    };
    Some((version, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_names_the_version_and_the_position() {
        let places = Places {
            latest: 2,
            tender: Some(0),
            contract: Some((2, 1)),
            original: Some((1, 0)),
            item: Some(ItemPlace {
                version: 1,
                contract: None,
                award: Some(4),
                position: 3,
            }),
            ..Places::default()
        };
        let templates = [
            "{item}/unit/name",
            "original:/contracts/{contract}/value/amount",
            "/contracts/{contract}/value/amount",
            "/awards/{award}/value/amount",
            "/tender/title",
        ];
        let resolved = resolve(
            &templates.map(str::to_owned),
            &["/contractValue".to_owned()],
            &places,
        );
        let expected = [
            (1, "/awards/4/items/3/unit/name"),
            (1, "/contracts/0/value/amount"),
            (2, "/contracts/1/value/amount"),
            (0, "/tender/title"),
        ];
        assert_eq!(
            resolved,
            expected.map(|(version, path)| (version, path.to_owned()))
        );
    }
}
