use super::*;
#[test]
fn an_empty_report_has_every_top_key() {
    let mut out = Vec::new();
    write(&Report::default(), &Sources::new(), &[], &mut out).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "{\"version\":1,\"findings\":[],\"problems\":[],\"summary\":{\"connectors\":0,\"errors\":0,\"warnings\":0,\
         \"notes\":0,\"files\":0,\"unread\":0},\"assumptions\":[],\"notes\":[],\"folded\":0}\n"
    );
}
