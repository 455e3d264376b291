//! Casework's contract, held to on each database: legal moves only, nothing lost between two people, dismissals that come back with other evidence.

use veedor::{
    alerts::Alert,
    casework::{
        self, Actor, Case, Change, Dated, Error, NewLink, NewReply, QueueFilters, QueueQuery,
        Reason, State, Verdict,
    },
    facts::{FactValue, Subject},
    store::{AlertFilters, Store},
};

use crate::{
    databases::contract,
    published::{alert, flag, publish},
};

contract! {
    an_untouched_alert_stands_as_new_and_its_first_change_opens_its_case;
    only_legal_moves_are_made_and_the_refusal_names_them;
    a_conclusion_needs_one_of_its_reasons;
    of_two_who_change_the_same_version_one_is_refused_and_nothing_is_lost;
    several_are_changed_together_or_none_is;
    a_dismissal_comes_back_only_with_other_evidence_and_says_what_changed;
    the_queue_is_in_order_of_priority_and_keeps_to_its_quotas;
    the_next_for_me_is_the_first_that_nobody_has;
    replies_and_links_are_kept_with_the_version_that_added_them;
    verdicts_give_the_precision_of_each_indicator;
    only_a_supervisor_gives_work_to_others;
}

const ANA: Actor<'_> = Actor {
    name: "ana",
    may_assign_others: false,
};
const CHIEF: Actor<'_> = Actor {
    name: "chief",
    may_assign_others: true,
};

fn dated(alert_id: &str, version: i64, change: Change) -> Dated {
    Dated {
        alert_id: alert_id.to_owned(),
        version,
        change,
    }
}

fn to(state: State) -> Change {
    Change {
        state: Some(state),
        ..Change::default()
    }
}

fn because(state: State, reason: Reason) -> Change {
    Change {
        reason: Some(reason),
        ..to(state)
    }
}

fn change(store: &Store, dated: &Dated, actor: Actor<'_>) -> Result<Case, Error> {
    store.write_as(|snapshot| casework::change(snapshot, dated, actor, 1_000))
}

/// Moves an alert through states, from its present version on; returns the case.
fn walk(store: &Store, alert_id: &str, changes: Vec<Change>) -> Case {
    let mut version = case_of(store, alert_id).map_or(0, |case| case.version);
    let mut case = None;
    for it in changes {
        let after = change(store, &dated(alert_id, version, it), ANA).unwrap();
        version = after.version;
        case = Some(after);
    }
    case.expect("moved")
}

fn case_of(store: &Store, alert_id: &str) -> Option<Case> {
    store
        .read_as(|snapshot| Case::of(snapshot.session(), alert_id))
        .unwrap()
}

fn abc(store: &Store) {
    let alerts: Vec<(Alert, f64)> = [("a", 0.9), ("b", 0.5), ("c", 0.7)]
        .map(|(id, priority)| (alert(id), priority))
        .into();
    publish(store, "first", &alerts);
}

fn an_untouched_alert_stands_as_new_and_its_first_change_opens_its_case(store: &Store) {
    abc(store);
    assert_eq!(case_of(store, "a"), None);
    let opened = change(store, &dated("a", 0, to(State::Triaged)), ANA).unwrap();
    assert_eq!((opened.state, opened.version), (State::Triaged, 1));
    let read = case_of(store, "a").expect("opened");
    assert_eq!(
        (read.state, read.about_id.as_str()),
        (State::Triaged, "ocds-a")
    );
    assert_eq!(read.history.len(), 1);
    assert_eq!(read.history[0].actor, "ana");
    assert_eq!(read.history[0].at_ms, 1_000);
    let unknown = change(store, &dated("z", 0, to(State::Triaged)), ANA).unwrap_err();
    assert!(matches!(unknown, Error::NoAlert(id) if id == "z"));
}

fn only_legal_moves_are_made_and_the_refusal_names_them(store: &Store) {
    abc(store);
    for from in State::ALL {
        for target in State::ALL
            .into_iter()
            .filter(|it| !from.moves().contains(it))
        {
            // Moves are checked before anything else a change asks for.
            let case = case_of(store, "a");
            if case.as_ref().map_or(State::New, |case| case.state) != from {
                continue;
            }
            let version = case.map_or(0, |case| case.version);
            let refused = change(store, &dated("a", version, to(target)), ANA).unwrap_err();
            assert!(
                matches!(refused, Error::IllegalMove { .. }),
                "{from:?} {target:?}"
            );
        }
        if from == State::New {
            let refused = change(store, &dated("a", 0, to(State::Closed)), ANA).unwrap_err();
            assert_eq!(
                refused.to_string(),
                "a case that is `new` cannot become `closed`; it can become `triaged`"
            );
            walk(store, "a", vec![to(State::Triaged)]);
        } else if from == State::Triaged {
            walk(store, "a", vec![to(State::UnderReview)]);
        } else if from == State::UnderReview {
            walk(store, "a", vec![to(State::AwaitingReply)]);
        } else if from == State::AwaitingReply {
            walk(
                store,
                "a",
                vec![because(State::Confirmed, Reason::ShownInDocuments)],
            );
        }
    }
    let last = walk(store, "a", vec![to(State::Referred), to(State::Closed)]);
    assert_eq!(
        (last.state, last.verdict),
        (State::Closed, Some(Verdict::Confirmed))
    );
}

fn a_conclusion_needs_one_of_its_reasons(store: &Store) {
    abc(store);
    let version = walk(store, "a", vec![to(State::Triaged), to(State::UnderReview)]).version;
    let try_it = |asked| change(store, &dated("a", version, asked), ANA).unwrap_err();
    assert!(matches!(try_it(to(State::Explained)), Error::Reason { .. }));
    assert!(matches!(
        try_it(because(State::Explained, Reason::WrongDate)),
        Error::Reason { .. }
    ));
    assert!(matches!(
        try_it(because(State::Explained, Reason::Other)),
        Error::Invalid { field: "note", .. }
    ));
    assert!(matches!(
        try_it(because(State::Duplicate, Reason::SameMatter)),
        Error::Invalid {
            field: "duplicate_of",
            ..
        }
    ));
    assert!(matches!(
        try_it(because(State::Triaged, Reason::Other)),
        Error::Invalid {
            field: "reason",
            ..
        }
    ));
    assert!(matches!(
        try_it(Change::default()),
        Error::Invalid { field: "state", .. }
    ));
    assert_eq!(
        case_of(store, "a").unwrap().version,
        version,
        "nothing was changed"
    );
}

fn of_two_who_change_the_same_version_one_is_refused_and_nothing_is_lost(store: &Store) {
    abc(store);
    let outcomes: Vec<bool> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..8)
            .map(|worker| {
                let store = store.clone();
                scope.spawn(move || {
                    let note = Change {
                        note: Some(format!("from {worker}")),
                        ..to(State::Triaged)
                    };
                    match change(&store, &dated("a", 0, note), ANA) {
                        Ok(_) => true,
                        Err(Error::Changed { current, .. }) => {
                            assert_eq!(current, 1);
                            false
                        }
                        Err(error) => panic!("{error}"),
                    }
                })
            })
            .collect();
        workers.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|won| **won).count(), 1);
    assert_eq!(case_of(store, "a").unwrap().history.len(), 1);
}

fn several_are_changed_together_or_none_is(store: &Store) {
    abc(store);
    let together = |changes: Vec<Dated>| {
        store.write_as(|snapshot| casework::change_all(snapshot, &changes, ANA, 1_000))
    };
    let refused = together(vec![
        dated("a", 0, to(State::Triaged)),
        dated("b", 3, to(State::Triaged)),
    ])
    .unwrap_err();
    assert!(matches!(refused, Error::Changed { alert_id, .. } if alert_id == "b"));
    assert_eq!(case_of(store, "a"), None);
    let both = together(vec![
        dated("b", 0, to(State::Triaged)),
        dated("a", 0, to(State::Triaged)),
    ])
    .unwrap();
    assert_eq!(both.len(), 2);
    assert!(case_of(store, "a").is_some() && case_of(store, "b").is_some());
    let twice = together(vec![
        dated("c", 0, to(State::Triaged)),
        dated("c", 0, to(State::Triaged)),
    ]);
    assert!(matches!(
        twice,
        Err(Error::Invalid {
            field: "changes",
            ..
        })
    ));
}

/// Publishes `a` again with this number in its evidence.
fn publish_again(store: &Store, id: &str, value: f64) {
    let mut changed = alert("a");
    changed.flags[0].evidence[0].value = Some(FactValue::Number(value));
    changed.fingerprint = format!("f-{value}");
    publish(store, id, &[(changed, 0.9), (alert("b"), 0.5)]);
}

fn reopened(store: &Store) -> Vec<casework::Reopened> {
    store
        .write_as(|snapshot| casework::reopen(snapshot, None, 2_000))
        .unwrap()
}

fn a_dismissal_comes_back_only_with_other_evidence_and_says_what_changed(store: &Store) {
    publish_again(store, "first", 1.0);
    walk(
        store,
        "a",
        vec![
            to(State::Triaged),
            to(State::UnderReview),
            because(State::Explained, Reason::FewSuppliers),
            to(State::Closed),
        ],
    );
    publish_again(store, "second", 1.0);
    assert!(reopened(store).is_empty(), "the evidence is the same");
    publish_again(store, "third", 2.0);
    let back = reopened(store);
    assert_eq!(back.len(), 1);
    let case = case_of(store, "a").unwrap();
    assert_eq!((case.state, case.reopened), (State::New, true));
    let change = case
        .history
        .last()
        .unwrap()
        .evidence_change
        .as_ref()
        .unwrap();
    assert_eq!((change.appeared.len(), change.gone.len()), (0, 0));
    assert_eq!(change.changed.len(), 1);
    assert_eq!(change.changed[0].before, Some(FactValue::Number(1.0)));
    assert_eq!(change.changed[0].after, Some(FactValue::Number(2.0)));
    assert!(reopened(store).is_empty(), "it comes back once");
    walk(
        store,
        "a",
        vec![
            to(State::Triaged),
            to(State::UnderReview),
            because(State::Explained, Reason::FewSuppliers),
        ],
    );
    assert!(
        reopened(store).is_empty(),
        "judged on the evidence of today"
    );
}

fn queue(store: &Store, cases: &QueueFilters, per_buyer: usize) -> Vec<String> {
    store
        .read_as::<_, Error>(|snapshot| {
            let record = snapshot.current()?.expect("served");
            let alerts = AlertFilters::default();
            let query = QueueQuery {
                alerts: &alerts,
                cases,
                per_buyer,
                per_region: 0,
                limit: 10,
            };
            let items = casework::list(snapshot, &record, &query)?;
            Ok(items.into_iter().map(|item| item.alert.alert.id).collect())
        })
        .unwrap()
}

fn the_queue_is_in_order_of_priority_and_keeps_to_its_quotas(store: &Store) {
    abc(store);
    let all = QueueFilters::default();
    assert_eq!(queue(store, &all, 0), ["a", "c", "b"]);
    assert_eq!(queue(store, &all, 2), ["a", "c"], "all of one buyer");
    walk(
        store,
        "a",
        vec![
            to(State::Triaged),
            because(State::DataError, Reason::WrongDate),
        ],
    );
    assert_eq!(
        queue(store, &all, 0),
        ["c", "b"],
        "what is concluded is done"
    );
    let concluded = QueueFilters {
        states: vec![State::DataError],
        ..QueueFilters::default()
    };
    assert_eq!(queue(store, &concluded, 0), ["a"]);
}

fn the_next_for_me_is_the_first_that_nobody_has(store: &Store) {
    abc(store);
    let next = |actor: &'static str| {
        let actor = Actor {
            name: actor,
            may_assign_others: false,
        };
        store
            .write_as(|snapshot| {
                casework::take_next(snapshot, &AlertFilters::default(), actor, 1_000)
            })
            .unwrap()
            .map(|(case, stored)| {
                assert_eq!(case.assignee.as_deref(), Some(actor.name));
                stored.alert.id
            })
    };
    assert_eq!(next("ana").as_deref(), Some("a"));
    let store_of = store.clone();
    let mut raced: Vec<Option<String>> = std::thread::scope(|scope| {
        let racers = ["ana", "luis", "rosa"].map(|name| {
            let store = store_of.clone();
            scope.spawn(move || {
                let actor = Actor {
                    name,
                    may_assign_others: false,
                };
                store
                    .write_as(|snapshot| {
                        casework::take_next(snapshot, &AlertFilters::default(), actor, 1_000)
                    })
                    .unwrap()
                    .map(|(_, stored)| stored.alert.id)
            })
        });
        racers.map(|it| it.join().unwrap()).into()
    });
    raced.sort();
    assert_eq!(
        raced,
        [None, Some("b".to_owned()), Some("c".to_owned())],
        "each to one of them"
    );
    assert_eq!(next("ana"), None);
    let mine = QueueFilters {
        assignee: Some("ana".to_owned()),
        ..QueueFilters::default()
    };
    assert!(queue(store, &mine, 0).contains(&"a".to_owned()));
}

fn replies_and_links_are_kept_with_the_version_that_added_them(store: &Store) {
    abc(store);
    let reply = NewReply {
        indicator: Some("single-bid".to_owned()),
        author: "Constructora Uno".to_owned(),
        said_day: "2026-05-04".parse().unwrap(),
        words: "Nadie más ofertó porque…".to_owned(),
        is_public: true,
    };
    let case = store
        .write_as(|snapshot| casework::add_reply(snapshot, "a", 0, &reply, ANA, 1))
        .unwrap();
    assert_eq!((case.state, case.version), (State::New, 1));
    let link = |url: &str| NewLink {
        title: "Pliego".to_owned(),
        url: url.to_owned(),
    };
    for refused in ["javascript:alert(1)", "https://", "https://a b"] {
        let link = link(refused);
        let refused =
            store.write_as(|snapshot| casework::add_link(snapshot, "a", 1, &link, ANA, 2));
        assert!(matches!(refused, Err(Error::Invalid { field: "url", .. })));
    }
    let link = link("https://example.org/pliego.pdf");
    store
        .write_as(|snapshot| casework::add_link(snapshot, "a", 1, &link, ANA, 2))
        .unwrap();
    let case = case_of(store, "a").unwrap();
    assert_eq!(case.replies.len(), 1);
    assert_eq!(case.replies[0].words, reply.words);
    assert_eq!((case.links[0].version, case.version), (2, 2));
    let unknown = NewReply {
        indicator: Some("contract-delay".to_owned()),
        ..reply
    };
    let refused =
        store.write_as(|snapshot| casework::add_reply(snapshot, "a", 2, &unknown, ANA, 3));
    assert!(matches!(
        refused,
        Err(Error::Invalid {
            field: "indicator",
            ..
        })
    ));
}

fn verdicts_give_the_precision_of_each_indicator(store: &Store) {
    let mut both = alert("b");
    both.flags
        .push(flag("contract-delay", Subject::Contract, "k"));
    publish(
        store,
        "first",
        &[(alert("a"), 0.9), (both, 0.5), (alert("c"), 0.1)],
    );
    let look = || vec![to(State::Triaged), to(State::UnderReview)];
    let conclude = |id: &str, last: Change| walk(store, id, [look(), vec![last]].concat());
    conclude("a", because(State::Confirmed, Reason::ShownInDocuments));
    conclude(
        "b",
        Change {
            indicators: Some(vec!["single-bid".to_owned()]),
            ..because(State::Explained, Reason::FewSuppliers)
        },
    );
    conclude("c", because(State::OutOfScope, Reason::TooOld));
    let found = store
        .read_as(|snapshot| casework::precision(snapshot.session()))
        .unwrap();
    assert_eq!(found.len(), 1, "one indicator was judged");
    let one = &found[0];
    assert_eq!(one.indicator, "single-bid");
    assert_eq!((one.confirmed, one.explained, one.data_errors), (1, 1, 0));
    assert!((one.precision - 0.5).abs() < 1e-12 && one.lower < 0.1 && one.upper > 0.9);
    walk(
        store,
        "b",
        vec![
            to(State::UnderReview),
            because(State::Confirmed, Reason::ShownInDocuments),
        ],
    );
    let found = store
        .read_as(|snapshot| casework::precision(snapshot.session()))
        .unwrap();
    assert_eq!(
        found.iter().map(|it| it.confirmed).sum::<u64>(),
        3,
        "the last word counts"
    );
}

fn only_a_supervisor_gives_work_to_others(store: &Store) {
    abc(store);
    let give = |name: &str| Change {
        assignee: Some(Some(name.to_owned())),
        ..Change::default()
    };
    let refused = change(store, &dated("a", 0, give("luis")), ANA).unwrap_err();
    assert!(matches!(refused, Error::NotYours));
    change(store, &dated("a", 0, give("luis")), CHIEF).unwrap();
    let taken = change(store, &dated("a", 1, give("ana")), ANA).unwrap_err();
    assert!(matches!(taken, Error::NotYours), "it is luis's");
    let nobody = Change {
        assignee: Some(None),
        ..Change::default()
    };
    let case = change(store, &dated("a", 1, nobody), CHIEF).unwrap();
    assert_eq!(case.assignee, None);
    change(store, &dated("a", 2, give("ana")), ANA).unwrap();
}
