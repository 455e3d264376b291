//! Backups: taken while others write, put back elsewhere with the same answers, refused when they are damaged.

use std::fs;

use crate::{
    published::{alert, assessment},
    support::{self, Desk, Ended, fixture},
};
use veedor::store::Store;

fn run(desk: &Desk, arguments: &[&str]) -> Ended {
    Ended::of(desk.veedor(arguments.iter().copied()).output().unwrap())
}

fn desk() -> Desk {
    let desk = Desk::with(&[("release.json", fixture("release.json"))]);
    desk.run_assess(["input"]).says(0, &[]);
    desk
}

#[test]
fn a_backup_made_while_somebody_writes_gives_the_same_answers_elsewhere() {
    let desk = desk();
    let store = Store::open(&desk.data()).unwrap();
    let mut publication = store.publish(&assessment("next")).unwrap();
    publication.add(&alert("a"), &[]).unwrap();
    run(&desk, &["backup", "b.tar.zst", "--data", "data"]).says(0, &[]);
    drop(publication);
    run(&desk, &["restore", "b.tar.zst", "--data", "elsewhere"]).says(0, &[]);
    let (here, there) = (desk.served(), desk.served_in("elsewhere"));
    assert_eq!(here.report.assessment, there.report.assessment);
    assert_eq!(here.alerts(), there.alerts());
    assert_eq!(here.rows("contract"), there.rows("contract"));
}

#[test]
fn whenever_it_is_taken_a_backup_holds_one_whole_assessment() {
    let desk = desk();
    support::country(&desk.path("country"), 300, false);
    let mut writer = desk
        .veedor(["assess", "country/published", "--data", "data"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut taken = 0;
    loop {
        let has_ended = writer.try_wait().unwrap().is_some();
        let (file, place) = (format!("{taken}.tar.zst"), format!("place-{taken}"));
        run(&desk, &["backup", &file, "--data", "data"]).says(0, &[]);
        run(&desk, &["restore", &file, "--data", &place]).says(0, &[]);
        desk.served_in(&place);
        taken += 1;
        if has_ended {
            break;
        }
    }
    let last = desk.served_in(&format!("place-{}", taken - 1));
    assert_eq!(last.id(), desk.current().unwrap());
}

#[test]
fn a_damaged_backup_changes_nothing_and_what_is_there_stays_unless_asked() {
    let desk = desk();
    run(&desk, &["backup", "b.tar.zst", "--data", "data"]).says(0, &[]);
    run(&desk, &["backup", "b.tar.zst", "--data", "data"]).says(1, &["--force"]);
    run(&desk, &["restore", "b.tar.zst", "--data", "data"]).says(1, &["`data` exists"]);
    let before = desk.served().alerts();
    let mut bytes = fs::read(desk.path("b.tar.zst")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(desk.path("damaged.tar.zst"), bytes).unwrap();
    let ended = run(
        &desk,
        &["restore", "damaged.tar.zst", "--data", "data", "--force"],
    );
    ended.says(1, &["damaged.tar.zst", "nothing was changed"]);
    assert_eq!(desk.served().alerts(), before);
    let left = fs::read_dir(desk.path(".")).unwrap();
    let left = left.filter(|it| {
        let name = it.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with(".veedor")
    });
    assert_eq!(left.count(), 0);
    run(
        &desk,
        &["restore", "b.tar.zst", "--data", "data", "--force"],
    )
    .says(0, &[]);
    assert_eq!(desk.served().alerts(), before);
}

#[test]
fn a_backup_holds_settings_and_no_secrets() {
    let desk = desk();
    let file = "[log]\nlevel = \"warn\"\n[delivery]\nsmtp_url = \"smtp://u:hidden@h\"\nsmtp_from = \"a@b\"\n";
    fs::write(desk.path("data/veedor.toml"), file).unwrap();
    run(&desk, &["backup", "b.tar.zst", "--data", "data"]).says(0, &[]);
    run(&desk, &["restore", "b.tar.zst", "--data", "elsewhere"]).says(0, &[]);
    assert!(!desk.path("elsewhere/veedor.toml").exists());
    let kept = fs::read_to_string(desk.path("elsewhere/configuration.toml")).unwrap();
    assert!(
        kept.contains("level = \"warn\"") && kept.contains("smtp_from = \"a@b\""),
        "{kept}"
    );
    assert!(!kept.contains("hidden"));
    fs::rename(
        desk.path("elsewhere/configuration.toml"),
        desk.path("a.toml"),
    )
    .unwrap();
    run(&desk, &["config", "show", "--config", "a.toml"]).says(0, &[]);
}

#[test]
fn there_must_be_something_to_keep() {
    let desk = Desk::new();
    run(&desk, &["backup", "b.tar.zst", "--data", "nowhere"])
        .says(1, &["no database in `nowhere`"]);
    assert!(!desk.path("nowhere").exists());
}
