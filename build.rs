//! Rebuilds the program when a file appears in or leaves `rules/`: the directory travels inside the binary, and the compiler watches
//! only the files that were there the last time.

fn main() {
    println!("cargo:rerun-if-changed=rules");
}
