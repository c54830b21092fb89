//! Functions, operators, and what becomes of what is not known.

use super::value;

#[test]
fn functions_give_what_terraform_gives() {
    for (expression, wanted) in [
        ("join(\"-\", local.list)", "a-b"),
        ("format(\"%s-%03d-%%\", \"x\", 7)", "x-007-%"),
        ("join(\",\", formatlist(\"%s/*\", local.list))", "a/*,b/*"),
        ("replace(\"a:b:c\", \":\", \"/\")", "a/b/c"),
        ("split(\":\", \"a:b\")[1]", "b"),
        ("lookup(local.map, \"z\", \"none\")", "none"),
        ("lookup(local.map, \"x\", \"none\")", "1"),
        ("join(\",\", toset([\"b\", \"a\", \"b\"]))", "a,b"),
        ("join(\",\", flatten([[\"a\"], [[\"b\"], \"c\"]]))", "a,b,c"),
        ("join(\",\", compact([\"a\", \"\", null, \"b\"]))", "a,b"),
        ("coalesce(null, \"\", \"x\")", "x"),
        ("coalescelist([], [\"y\"])[0]", "y"),
        ("try(local.map.z, \"fallback\")", "fallback"),
        ("try(local.map.x, \"fallback\")", "1"),
        ("tostring(can(local.map.z))", "false"),
        ("element(local.list, 3)", "b"),
        ("tostring(length(local.map))", "2"),
        ("title(\"a-b c_d\")", "A-B C_d"),
        ("regex(\"[a-z]+\", \"53454453.abc\")", "abc"),
        ("regex(\"(\\\\d+)-(x)?\", \"12-\")[0]", "12"),
        ("regex(\"(?P<first>\\\\w)\", \"ab\").first", "a"),
        ("join(\",\", regexall(\"[a-z]\", \"1a2b\"))", "a,b"),
        ("try(regex(\"x\", \"abc\"), \"none\")", "none"),
        ("replace(\"a1b22\", \"/[0-9]+/\", \"-\")", "a-b-"),
        ("replace(\"ab\", \"/(a)(b)/\", \"$2$1\")", "ba"),
        ("yamldecode(\"a:\\n  - b: 1\\n    c: 'yes'\").a[0].c", "yes"),
        ("tostring(yamldecode(\"a: &x [1, 2]\\nb: *x\").b[1])", "2"),
        (
            "join(\";\", [for c in chunklist([\"a\", \"b\", \"c\"], 2) : join(\",\", c)])",
            "a,b;c",
        ),
        (
            "join(\",\", matchkeys([\"i-1\", \"i-2\"], [\"w\", \"e\"], [\"e\"]))",
            "i-2",
        ),
        ("urlencode(\"a b/ü\")", "a+b%2F%C3%BC"),
        ("dirname(\"a/b.txt\")", "a"),
        ("tostring(pow(2, 10) + signum(-3))", "1023"),
        ("join(\",\", keys(local.map))", "x,y"),
        ("join(\",\", values(local.map))", "1,2"),
        ("upper(trimspace(\" a \"))", "A"),
        ("title(lower(\"HELLO WORLD\"))", "Hello World"),
        ("trimprefix(trimsuffix(\"abc\", \"c\"), \"a\")", "b"),
        ("trim(\"--a--\", \"-\")", "a"),
        ("tostring(contains(local.list, \"a\"))", "true"),
        ("join(\",\", reverse(sort([\"b\", \"a\", \"c\"])))", "c,b,a"),
        ("join(\",\", slice([\"a\", \"b\", \"c\"], 1, 3))", "b,c"),
        ("join(\",\", range(3))", "0,1,2"),
        ("zipmap([\"k\"], [\"v\"]).k", "v"),
        ("join(\",\", setunion([\"a\"], [\"b\", \"a\"]))", "a,b"),
        (
            "join(\",\", [for p in setproduct([\"a\", \"b\"], [\"c\"]) : join(\"\", p)])",
            "ac,bc",
        ),
        ("one([\"only\"])", "only"),
        ("jsondecode(\"{\\\"k\\\": [1, 2]}\").k[1]", "2"),
        ("jsonencode({ b = [1, true, null] })", "{\"b\":[1,true,null]}"),
        ("1 == \"1\" ? \"same\" : \"same\"", "same"),
        ("base64encode(\"hi\")", "aGk="),
        (
            "tostring(abs(-2) + max(1, 3) - min(1, 3) + ceil(1.2) + floor(1.8))",
            "7",
        ),
        ("merge(local.map, { x = \"9\" }).x", "9"),
        ("join(\",\", concat(local.list, [\"c\"]))", "a,b,c"),
        (
            "tostring(startswith(\"abc\", \"a\") && endswith(\"abc\", \"c\"))",
            "true",
        ),
        ("substr(\"abcdef\", 1, 3)", "bcd"),
        ("join(\",\", distinct([\"a\", \"b\", \"a\"]))", "a,b"),
        ("chomp(\"a\\n\")", "a"),
    ] {
        assert_eq!(value(expression), wanted, "{expression}");
    }
}

#[test]
fn expressions_give_what_terraform_gives() {
    for (expression, wanted) in [
        ("\"${local.list[0]}-${local.map[\"x\"]}\"", "a-1"),
        ("\"$${not}%%{this}\\t\\u00e9\\\"\"", "${not}%{this}\té\""),
        ("local.map.x == \"1\" ? \"yes\" : \"no\"", "yes"),
        ("!(1 < 2) || 3 >= 4 ? \"yes\" : \"no\"", "no"),
        (
            "join(\",\", [for k, v in local.map : \"${k}${v}\" if v != \"1\"])",
            "y2",
        ),
        ("join(\",\", [for i, v in local.list : \"${i}${v}\"])", "0a,1b"),
        ("{ for v in local.list : v => upper(v) }[\"b\"]", "B"),
        (
            "join(\",\", { for v in [\"aa\", \"ab\"] : substr(v, 0, 1) => v... }[\"a\"])",
            "aa,ab",
        ),
        ("join(\",\", [{ n = \"p\" }, { n = \"q\" }][*].n)", "p,q"),
        ("\"%{ if true }yes%{ else }no%{ endif }\"", "yes"),
        ("\"%{ for v in local.list }<${v}>%{ endfor }\"", "<a><b>"),
        ("join(\"\", [1 + 2 * 3, 7 % 4, -1])", "73-1"),
    ] {
        assert_eq!(value(expression), wanted, "{expression}");
    }
}

#[test]
fn what_is_not_known_is_a_hole_with_a_name() {
    for (expression, wanted) in [
        ("var.open", "⟨var.open⟩"),
        ("\"pre-${var.open}\"", "pre-⟨var.open⟩"),
        ("var.open.part[0]", "⟨var.open.part[0]⟩"),
        ("aws_vpc.main.id", "⟨aws_vpc.main.id⟩"),
        ("module.elsewhere.name", "⟨module.elsewhere.name⟩"),
        ("data.aws_caller_identity.me.account_id", "⟨account⟩"),
        ("upper(var.open)", "⟨upper(var.open)⟩"),
        (
            "join(\"\", [upper(var.open), upper(var.open)])",
            "⟨upper(var.open)⟩⟨upper(var.open)⟩",
        ),
        ("var.open == \"x\" ? \"same\" : \"same\"", "same"),
        ("var.open == var.open ? \"same\" : \"other\"", "same"),
        ("false && var.open ? \"a\" : \"b\"", "b"),
    ] {
        assert_eq!(value(expression), wanted, "{expression}");
    }
    // Neither of the two, and none of a text that a hole could change.
    for expression in [
        "var.open == \"x\" ? \"a\" : \"b\"",
        "replace(var.open, \"a\", \"b\")",
        "split(\"-\", \"x-${var.open}\")[0]",
        "length(var.open) > 0 ? \"a\" : \"b\"",
        "[for v in var.open : v][0]",
        "uuid()",
        "no_such_function(1)",
        "provider::aws::arn_build(\"a\")",
        "yamldecode(\"a: yes\").a",
        "yamldecode(\"a: 012\").a",
        "yamldecode(\"- [\")",
        "regex(\"(\", \"a\")",
        "regex(\"a\", var.open)",
        "strrev(\"aü\")",
        "basename(path.cwd)",
        "cidrsubnet(\"10.0.0.0/8\", 8, 1)",
    ] {
        let made = value(expression);
        assert!(
            made.starts_with('⟨') && made.ends_with('⟩'),
            "{expression}: {made}"
        );
    }
}
