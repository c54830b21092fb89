use super::*;

#[test]
fn json_becomes_the_hcl_that_it_means() {
    let text = r#"{"resource": {"aws_iam_role": {"r": {"//": "no", "name": "a${var.b}", "depends_on": ["x.y"],
        "inline_policy": [{"name": "p"}], "tags": {"a b": null}}}},
        "variable": {"v": {"type": "list(string)", "default": ["${x}", 1.5]}}}"#;
    let made = configuration(text).unwrap();
    let wanted = "resource \"aws_iam_role\" \"r\" {\nname = \"a${var.b}\"\ninline_policy {\nname = \"p\"\n}\ntags = {\n\"a b\" = null\n}\n}\n\
                  variable \"v\" {\ntype = list(string)\ndefault = [\"$${x}\", 1.5, ]\n}\n";
    assert_eq!(made.text, wanted);
    assert!(made.text.parse::<hcl_edit::structure::Body>().is_ok());
}

#[test]
fn strings_are_templates_with_the_escapes_of_json() {
    for (json, hcl) in [
        (r#""a\/b""#, r#""a/b""#),
        (r#""\ud83d\ude00""#, "\"\u{1f600}\""),
        (r#""${lookup(var.x, \"k}\")}\n""#, r#""${lookup(var.x, "k}")}\n""#),
        (r#""$${a}\/""#, r#""$${a}/""#),
        (r#""{\"a\": \"b\"}""#, r#""{\"a\": \"b\"}""#),
        (r#""${\"${\"x\"}\"}\/""#, r#""${"${"x"}"}/""#),
    ] {
        let made = configuration(&format!(r#"{{"locals": {{"l": {json}}}}}"#)).unwrap();
        assert_eq!(made.text, format!("locals {{\nl = {hcl}\n}}\n"));
        assert!(made.text.parse::<hcl_edit::structure::Body>().is_ok(), "{json}");
    }
}

#[test]
fn what_is_no_json_has_a_place() {
    assert_eq!(configuration("{\"a\": }").unwrap_err().1, 6);
    assert!(configuration("").is_err());
    assert!(configuration("[1, \"a\", null]").unwrap().text.is_empty());
}
