//! The cases of `tests/corpus/cases/`; `tests/corpus/README.md` says why each is there.

use std::{fs, path::Path};

use crate::simulation;

#[test]
fn every_case_of_the_corpus_passes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/cases");
    for case in fs::read_dir(folder).unwrap() {
        let path = case.unwrap().path();
        println!("{}", path.display());
        simulation::check(&fs::read(path).unwrap());
    }
}
