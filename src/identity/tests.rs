//! What must hold of names, whatever they are.

use proptest::prelude::*;

use super::{
    distance::{Pattern, osa_within, sound_into},
    *,
};

/// Names like those of a register: brands by number, trades, surnames, places, forms.
fn register(count: usize) -> Vec<String> {
    let trades = [
        "Constructora",
        "Servicios",
        "Transportes",
        "Farmacia",
        "Ingeniería",
        "Inversiones",
        "Suministros",
    ];
    let places = ["", " del Norte", " de Panamá", " del Sur", " de Chiriquí"];
    let forms = [", S.A.", " S.A.", " Inc.", " S. de R.L.", " Ltda.", ""];
    let (consonants, vowels) = (b"BCDFGLMNPRST", b"AEIOU");
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut names: Vec<String> = Vec::new();
    while names.len() < count {
        let mut brand: String = (0..3)
            .flat_map(|_| [consonants[next(12)], vowels[next(5)]])
            .map(char::from)
            .collect();
        brand.push('X');
        let name = format!("{} {brand}{}", trades[next(7)], places[next(5)]);
        names.push(format!("{name}{}", forms[next(6)]));
        if next(4) == 0 {
            let at = next(5) + 1;
            let mut typo = brand.clone();
            typo.replace_range(at..=at, "V");
            names.push(format!("{}{}", name.replace(&brand, &typo), forms[next(6)]));
        }
    }
    names.truncate(count);
    names
}

fn words(name: &str) -> String {
    normalize(name)
        .parts
        .first()
        .map_or(String::new(), |part| part.words.clone())
}

#[track_caller]
fn check_words(cases: &[(&str, &str)]) {
    for (name, expected) in cases {
        assert_eq!(words(name), *expected, "{name}");
    }
}

#[test]
fn legal_forms_are_matched_by_their_letters_and_never_leave_nothing() {
    check_words(&[
        ("Acme, S.A. de C.V.", "ACME"),
        ("ACME S A D E C V", "ACME"),
        ("ACME S.A.D E C.V.", "ACME"),
        ("ACME S.A D", "ACME"),
        ("Acme S. de R.L.MI", "ACME"),
        ("ACME SOCIEDAD COMERCIAL DE RESPONSABILID", "ACME"),
        ("ACME SOCIEDAD AN?NIMA CERRADA", "ACME"),
        ("ACME S.A.C. EN LIQUIDACION", "ACME"),
        ("Acme Aktiengeselschaft", "ACME"),
        ("AcmeAG", "ACME"),
        ("OOO Ромашка", "ROMASHKA"),
        ("Grupo MB", "GRUPO MB"),
        ("S.A.", "SA"),
    ]);
}

#[test]
fn what_broke_on_the_way_is_repaired() {
    check_words(&[
        ("H&#38;L SA", "HL"),
        ("Pe&ntilde;a", "PENA"),
        ("NÃºÃ±ez", "NUNEZ"),
        ("Ã‘andÃº", "NANDU"),
        ("COMPA?IA", "COMPA?IA"),
        ("null;MOLIMEX null; E.I.R.L.", "MOLIMEX"),
        ("Gris\u{200F} Azul", "GRIS AZUL"),
    ]);
}

#[test]
fn numbers_are_told_from_words() {
    check_words(&[
        ("Alfa II", "ALFA #2"),
        ("Alfa Dos", "ALFA #2"),
        ("Alfa 2", "ALFA #2"),
        ("Alfa360", "ALFA #360"),
        ("Brigade Forty-Four", "BRIGADE #44"),
        ("1st Bank", "#1 BANK"),
        ("A6ENCIAS", "AGENCIAS"),
    ]);
}

#[test]
fn initials_are_one_word_and_what_is_no_name_is_stripped() {
    check_words(&[
        ("M & H Ingenieros", "MH INGENIEROS"),
        ("M Y H INGENIEROS", "MH INGENIEROS"),
        ("Y & Y Inversiones", "YY INVERSIONES"),
        ("Inversiones A & Y", "INVERSIONES AY"),
        ("J. L. Díaz", "JL DIAZ"),
        ("Ing. Juan Pérez", "JUAN PEREZ"),
        ("Juan Pérez CMH871014", "JUAN PEREZ"),
        ("Acme S.A. RUC 20100010136", "ACME"),
    ]);
}

#[test]
fn members_of_one_field_are_told_apart() {
    let roles = |name: &str| {
        normalize(name)
            .parts
            .into_iter()
            .map(|part| (part.role, part.words))
            .collect::<Vec<_>>()
    };
    let member = |words: &str| (Role::Member, words.to_owned());
    for name in [
        "Acme, S.A. en participación conjunta con Beta, S.A.",
        "Acme S.A. / Beta S.A.",
        "Acme S.A. - Beta S.A.",
        "Acme SAC Beta SAC",
    ] {
        assert_eq!(roles(name)[1..], [member("ACME"), member("BETA")], "{name}");
    }
    // The short name that follows is the name again, not a second firm.
    assert_eq!(
        roles("Grupo Santa Fe Sociedad Anónima Cerrada - Grupo Santa Fe S.A.C."),
        [(Role::Whole, "GRUPO SANTA FE".to_owned())]
    );
    assert_eq!(
        roles("Grupo Santa Fe Sociedad Anónima Cerrada - GSF S.A.C.")[1],
        (Role::Alias, "GSF".to_owned())
    );
}

#[test]
fn names_that_name_nobody_are_said_and_tied_to_nobody() {
    let names = [
        "",
        " ",
        "?",
        "x",
        "12345678",
        "N/A",
        "no aplica",
        "CONFIDENCIAL",
        "XXXX",
        "Acme S.A.",
        "N.A.",
        "No Aplica",
    ];
    let index = Index::build(&names);
    let counts = index.counts();
    assert_eq!(
        (
            counts.usable,
            counts.empty,
            counts.too_short,
            counts.placeholders
        ),
        (1, 3, 2, 6)
    );
    assert_eq!(index.pairs(0.0), []);
    assert_eq!(index.similar("CONFIDENCIAL", 0.0), []);
    assert_eq!(index.compare_names("N/A", "N/A"), None);
}

#[test]
fn damaged_input_is_read_without_harm() {
    let long = "Constructora Ñandú ".repeat(600);
    let names = [
        long.as_str(),
        "\u{0}\u{1}\u{7f}",
        "שלום עולם",
        "شركة النور",
        "\u{202E}Acme\u{202C} S.A.",
        "中国建设银行",
        "🏗️",
        "A\u{301}\u{301}\u{301}B",
    ];
    let index = Index::build(&names);
    assert_eq!(index.counts().rows, names.len());
    assert!(index.pairs(ALERT).is_empty());
    assert!(!index.similar("acme", ALERT).is_empty());
    let none: [&str; 0] = [];
    assert_eq!(Index::build(&none).pairs(0.0), []);
    assert_eq!(Index::build(&none).similar("Acme", 0.0), []);
}

#[track_caller]
fn check_class(left: &str, right: &str, class: Class) {
    let mut names = register(500);
    names.extend([left.to_owned(), right.to_owned()]);
    let index = Index::build(&names);
    let (score, found) = index.compare_names(left, right).unwrap();
    assert_eq!(found, class, "{left} | {right}: {score}");
}

#[test]
fn classes_say_in_what_way_names_are_similar() {
    check_class(
        "Constructora Zumarrix, S.A.",
        "ZUMARRIX CONSTRUCTORA SA",
        Class::IdenticalCore,
    );
    check_class(
        "Constructora Zumarrix, S.A.",
        "Constructora Zumarrix S. de R.L.",
        Class::OtherLegalForm,
    );
    check_class(
        "Constructora Zumarrix, S.A.",
        "Const. Zumarix",
        Class::SpellingVariant,
    );
    check_class(
        "Constructora Zumarrix, S.A.",
        "Constructora Zumarrix II, S.A.",
        Class::NumberedSibling,
    );
    check_class(
        "Constructora Zumarrix, S.A.",
        "Constructora Zumarrix S.A. / Bolivar Perla S.A.",
        Class::ConsortiumMember,
    );
    check_class(
        "Constructora Zumarrix, S.A.",
        "Farmacia Zumarrix del Norte",
        Class::Affiliate,
    );
    check_class(
        "Constructora Zumarrix, S.A.",
        "Constructora Pelotix, S.A.",
        Class::Weak,
    );
    check_class("Transportes S.A.", "Transportes Inc.", Class::Weak);
}

#[test]
fn two_frequent_words_one_letter_apart_are_two_words() {
    let mut names: Vec<String> = Vec::new();
    for index in 0..40 {
        names.push(format!("Gomez {}", register(80)[index]));
        names.push(format!("Gamez {}", register(80)[index + 40]));
    }
    names.extend(["Ferreteria Gomez".to_owned(), "Ferreteria Gamez".to_owned()]);
    let (score, class) = Index::build(&names)
        .compare_names("Ferreteria Gomez", "Ferreteria Gamez")
        .unwrap();
    assert!(score < ALERT && !class.is_similar(), "{score} {class:?}");
}

#[test]
fn evidence_holds_all_a_score_was_made_of() {
    let mut names = register(300);
    names.extend([
        "Constructora Zumarrix, S.A.".to_owned(),
        "Constr. Zumarix Panamá Inc".to_owned(),
    ]);
    let index = Index::build(&names);
    let given = |name: &str, id: &str| Given {
        name: name.to_owned(),
        id: Some(id.to_owned()),
    };
    let evidence = index.explain(
        &given("Constructora Zumarrix, S.A.", "155-1-20 DV12"),
        &given("Constr. Zumarix Panamá Inc", "155-1-20 DV13"),
        Vec::new(),
    );
    let how: Vec<_> = evidence
        .words
        .iter()
        .map(|word| (word.word.as_str(), word.matched.as_str(), word.how))
        .collect();
    assert_eq!(
        how,
        [
            ("CONSTRUCTORA", "CONSTR", How::Abbreviation),
            ("ZUMARRIX", "ZUMARIX", How::Sound)
        ]
    );
    assert_eq!(evidence.right_alone[0].word, "PANAMA");
    assert_eq!(
        evidence.forms.0.map(|form| form.class),
        Some("joint-stock".to_owned())
    );
    assert_eq!(evidence.ids, Some(IdsCompared::OtherCheckDigit));
    assert_eq!(
        (evidence.score, evidence.class),
        index
            .compare_names(&evidence.left.name, &evidence.right.name)
            .unwrap()
    );
    assert!(
        serde_json::to_string(&index.explain_rows(300, 301, Vec::new()))
            .unwrap()
            .contains("jaro_winkler")
    );
}

#[test]
fn identifiers_are_compared_by_their_signs() {
    for (left, right, expected) in [
        ("20-100.010136", "20100010136", IdsCompared::Equal),
        (
            "155699123-2-2021 DV 5",
            "155699123-2-2021 DV 77",
            IdsCompared::OtherCheckDigit,
        ),
        ("900123456-1", "900123456-2", IdsCompared::OtherCheckDigit),
        ("20100010136", "20100010163", IdsCompared::OneSignApart),
        ("20100010136", "10456789012", IdsCompared::Unrelated),
        ("123", "124", IdsCompared::Unrelated),
        ("0", "0", IdsCompared::Placeholder),
        ("NO APLICA", "20100010136", IdsCompared::Placeholder),
        ("", "20100010136", IdsCompared::Placeholder),
    ] {
        assert_eq!(compare_ids(left, right), expected, "{left} | {right}");
    }
}

#[test]
fn contacts_that_many_share_are_ignored() {
    let agent = Contact {
        kind: ContactKind::Representative,
        text: "Bufete Morgan",
    };
    let phone = Contact {
        kind: ContactKind::Phone,
        text: "+507 6612-3456",
    };
    let other_phone = Contact {
        kind: ContactKind::Phone,
        text: "(66) 123456",
    };
    let mut suppliers = vec![vec![agent, phone], vec![agent, other_phone]];
    suppliers.extend((0..30).map(|_| vec![agent]));
    let contacts = Contacts::build(&suppliers);
    let shared = contacts.shared(0, 1);
    assert_eq!(shared.len(), 1);
    assert_eq!(
        (shared[0].kind, shared[0].suppliers),
        (ContactKind::Phone, 2)
    );
    assert_eq!(contacts.pairs(), [(0, 1)]);
    for (kind, text) in [
        (ContactKind::Address, "Panamá"),
        (ContactKind::Phone, "0000000"),
        (ContactKind::Email, "x"),
        (ContactKind::Representative, "N/A"),
    ] {
        assert_eq!(contact_key(kind, text), None, "{text}");
    }
    assert_eq!(
        contact_key(ContactKind::Address, "Ave. Balboa, Local 12, Torre 3"),
        contact_key(ContactKind::Address, "TORRE 3 BALBOA AVENIDA 12")
    );
}

#[test]
fn groups_hold_what_fits_their_most_typical_name() {
    let mut names = register(200);
    for index in 0..50 {
        names.push(format!(
            "Constructora Zumarrix S.A.{}",
            ", ".repeat(index % 3)
        ));
    }
    let index = Index::build(&names);
    let pairs = index.pairs(0.5);
    let groups = group(&index, &pairs);
    let largest = groups.iter().max_by_key(|group| group.rows.len()).unwrap();
    assert_eq!(largest.rows, (200..250).collect::<Vec<u32>>());
    for group in groups.iter().filter(|group| group.rows.len() > 40) {
        for row in &group.rows {
            let (score, _) = index
                .compare_names(index.name(group.medoid), index.name(*row))
                .unwrap();
            assert!(score >= 0.7);
        }
    }
}

#[test]
fn blocking_finds_what_comparing_all_pairs_finds() {
    let names = register(2_000);
    let index = Index::build(&names);
    let found: std::collections::BTreeSet<(u32, u32)> = index
        .pairs(ALERT)
        .iter()
        .map(|pair| (pair.left.min(pair.right), pair.left.max(pair.right)))
        .collect();
    let (mut all, mut missed) = (0, 0);
    let normalized: Vec<Name> = names.iter().map(|name| normalize(name)).collect();
    for left in 0..2_000_u32 {
        for right in left + 1..2_000 {
            let (a, b) = (&normalized[left as usize], &normalized[right as usize]);
            let Some((_, _, scored)) = index.compare(a, b) else {
                continue;
            };
            if scored.score >= ALERT {
                all += 1;
                missed += usize::from(!found.contains(&(left, right)));
            }
        }
    }
    assert!(all > 300, "the register holds misspelt names: {all}");
    assert!(missed * 100 <= all, "{missed} of {all} missed");
}

#[test]
fn neither_threads_nor_the_order_of_the_input_change_the_result() {
    let names = register(1_000);
    let told = |names: &[String], threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let index = Index::build(names);
            let pairs = index.pairs(0.5);
            pairs
                .iter()
                .map(|pair| {
                    format!(
                        "{} {} {:?} {:?}\n",
                        index.name(pair.left),
                        index.name(pair.right),
                        pair.score,
                        pair.class
                    )
                })
                .collect::<Vec<String>>()
        })
    };
    let once = told(&names, 1);
    assert_eq!(once, told(&names, 2));
    assert_eq!(once, told(&names, 8));
    let mut permuted = names.clone();
    permuted.reverse();
    permuted.rotate_left(317);
    assert_eq!(once, told(&permuted, 2));
}

#[test]
fn one_name_finds_what_all_pairs_find() {
    let names = register(600);
    let index = Index::build(&names);
    for pair in index
        .pairs(ALERT)
        .iter()
        .filter(|pair| pair.class.is_similar())
        .take(50)
    {
        let similar = index.similar(index.name(pair.left), ALERT);
        assert!(
            similar.iter().any(|found| found.row == pair.right),
            "{pair:?}"
        );
    }
}

#[test]
fn the_tables_can_be_read() {
    assert!(forms::FORMS.all.len() > 320);
    assert!(!words::WORDS.version.is_empty());
    let weights = Weights::published();
    assert_eq!(Weights::parse(&weights.to_text()).unwrap(), weights);
    assert!(matches!(
        Weights::parse("version = 'x'\nintercept = 0.0\n[weights]\n"),
        Err(Error::Feature(_))
    ));
}

#[test]
fn the_rule_needs_no_training() {
    let index = Index::with_weights(&register(100), Weights::Rule);
    let (score, class) = index
        .compare_names("Constructora Zumarrix S.A.", "Constructora Zumarrix Inc")
        .unwrap();
    assert_eq!((score, class), (1.0, Class::OtherLegalForm));
}

proptest! {
    #[test]
    fn distances_are_those_of_strsim(a in "[A-E]{1,20}", b in "[A-E]{1,20}") {
        let expected = strsim::osa_distance(&a, &b);
        prop_assert_eq!(Pattern::new(a.as_bytes()).distance(b.as_bytes()), expected);
        prop_assert_eq!(osa_within(a.as_bytes(), b.as_bytes(), 2), (expected <= 2).then_some(expected));
    }

    #[test]
    fn a_lost_letter_is_any_letter(word in "[A-Z]{2,20}", at in 0_usize..20, other in "[A-Z]{2,20}") {
        let mut lost = word.clone().into_bytes();
        let at = at % lost.len();
        lost[at] = b'?';
        prop_assert_eq!(Pattern::new(&lost).distance(word.as_bytes()), 0);
        prop_assert_eq!(Pattern::new(word.as_bytes()).distance(&lost), 0);
        prop_assert!(Pattern::new(&lost).distance(other.as_bytes()) <= strsim::osa_distance(&word, &other));
    }

    #[test]
    fn sounds_need_no_more_than_double_room(word in "[A-Z]{0,30}") {
        let mut sound = Vec::new();
        sound_into(word.as_bytes(), &mut sound);
        prop_assert!(sound.len() <= 2 * word.len());
    }

    #[test]
    fn anything_can_be_compared(left in any::<String>(), right in any::<String>()) {
        let index = Index::build(&[left.as_str(), right.as_str(), "Constructora Zumarrix S.A."]);
        prop_assert_eq!(index.compare_names(&left, &right), index.compare_names(&right, &left));
        let _ = index.pairs(0.0);
        prop_assert!(index.similar(&left, 0.0).len() <= 3);
    }

    #[test]
    fn comparison_is_symmetric(left in 0_usize..120, right in 0_usize..120) {
        let names = register(120);
        let index = Index::build(&names);
        prop_assert_eq!(index.compare_names(&names[left], &names[right]), index.compare_names(&names[right], &names[left]));
    }

    #[test]
    fn case_accents_forms_and_rotation_change_nothing(at in 0_usize..120, turn in 0_usize..4) {
        let names = register(120);
        let index = Index::build(&names);
        let name = &names[at];
        let bare = words(name);
        let mut turned: Vec<&str> = bare.split(' ').collect();
        let by = turn % turned.len();
        turned.rotate_left(by);
        for variant in [
            name.to_lowercase(),
            name.to_uppercase().replace('Í', "I").replace('Á', "A"),
            format!("{bare} SOCIEDAD ANONIMA"),
            turned.join(" "),
        ] {
            let (score, class) = index.compare_names(name, &variant).unwrap();
            prop_assert!(score >= ALERT, "{} | {}: {} {:?}", name, variant, score, class);
            prop_assert!(matches!(class, Class::IdenticalCore | Class::OtherLegalForm), "{} | {}: {:?}", name, variant, class);
        }
    }
}
