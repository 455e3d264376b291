//! The `rules/` directory as it was when the program was built, so that the binary works alone and offline.

use include_dir::{Dir, File, include_dir};

static RULES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// The TOML files of one directory under `rules/`, as (file name, text), in the order of their names.
///
/// A directory that does not exist holds no files.
pub(crate) fn toml_files(directory: &str) -> Vec<(&'static str, &'static str)> {
    let mut files: Vec<_> = RULES
        .get_dir(directory)
        .into_iter()
        .flat_map(Dir::files)
        .filter(|file| {
            file.path()
                .extension()
                .is_some_and(|extension| extension == "toml")
        })
        .filter_map(named_text)
        .collect();
    files.sort_unstable();
    files
}

fn named_text(file: &'static File<'static>) -> Option<(&'static str, &'static str)> {
    Some((file.path().file_name()?.to_str()?, file.contents_utf8()?))
}
