//! Tests of loading.
use super::load;
#[test]
fn probe() {
    let name = "rules/aws/msk-connect.toml";
    let text = std::fs::read_to_string(name).unwrap();
    for f in load(name, &text).err().into_iter().flatten() { println!("{f} | {} | {:?}", f.help, f.span.of(&text)); }
}
