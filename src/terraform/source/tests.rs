use super::*;
use crate::source::Kind;

mod expressions;
mod mutated;
mod providers;
mod syntax;

/// The documents that files make, as JSON, with the store that they are in.
fn read_files(files: &[(&str, &str)], known: &Known) -> (Vec<serde_json::Value>, Reading, Sources) {
    let mut sources = Sources::new();
    let docs: Vec<DocId> = files
        .iter()
        .map(|(name, text)| sources.add_plain(name, (*text).to_owned()))
        .collect();
    let reading = read(&sources, &docs, known);
    let mut made = Vec::new();
    for document in &reading.documents {
        let doc = sources.add_composed(document);
        assert_eq!(sources.kind(sources.root(doc).unwrap()), Kind::Object);
        made.push(serde_json::from_str(sources.text(doc)).unwrap());
    }
    (made, reading, sources)
}

/// The name of the role that the configuration makes.
fn role_name(files: &[(&str, &str)]) -> String {
    let (made, ..) = read_files(files, &Known::default());
    let name = made
        .iter()
        .find_map(|document| document.pointer("/Role/RoleName"));
    name.and_then(|name| name.as_str())
        .unwrap_or("nothing")
        .to_owned()
}

/// The value of an expression as a text.
fn value(expression: &str) -> String {
    let text = format!(
        "variable \"open\" {{}}\nlocals {{\n  list = [\"a\", \"b\"]\n  map = {{ x = \"1\", y = \"2\" }}\n}}\n\
         resource \"aws_iam_role\" \"r\" {{\n  name = {expression}\n}}\n"
    );
    role_name(&[("main.tf", &text)])
}

#[test]
fn parts_of_an_arn_that_are_not_known_leave_the_rest_known() {
    let cluster = "resource \"aws_msk_cluster\" \"c\" {\n  cluster_name = \"orders\"\n}\n";
    let text = format!(
        "{cluster}resource \"aws_iam_role\" \"r\" {{\n  name = replace(aws_msk_cluster.c.arn, \":cluster/\", \":topic/\")\n}}\n"
    );
    assert_eq!(
        role_name(&[("main.tf", &text)]),
        "arn:⟨partition⟩:kafka:⟨region⟩:⟨account⟩:topic/orders/⟨aws_msk_cluster.c.uuid⟩"
    );
    let text = format!(
        "{cluster}resource \"aws_iam_role\" \"r\" {{\n  name = split(\"/\", aws_msk_cluster.c.arn)[1]\n}}\n"
    );
    assert_eq!(role_name(&[("main.tf", &text)]), "orders");
}

#[test]
fn variables_take_files_of_values_before_defaults() {
    let main = (
        "main.tf",
        "variable \"n\" {\n  default = \"default\"\n}\nresource \"aws_iam_role\" \"r\" {\n  name = var.n\n}\n",
    );
    assert_eq!(role_name(&[main]), "default");
    assert_eq!(
        role_name(&[main, ("terraform.tfvars", "n = \"given\"\n")]),
        "given"
    );
    let automatic = ("z.auto.tfvars", "n = \"automatic\"\n");
    assert_eq!(
        role_name(&[main, ("terraform.tfvars", "n = \"given\"\n"), automatic]),
        "automatic"
    );
    assert_eq!(role_name(&[main, ("prod.tfvars", "n = \"prod\"\n")]), "prod");
    let several = [
        main,
        ("prod.tfvars", "n = \"prod\"\n"),
        ("test.tfvars", "n = \"test\"\n"),
    ];
    assert_eq!(role_name(&several), "default");
    assert_eq!(read_files(&several, &Known::default()).1.notes.len(), 2);
}

#[test]
fn local_modules_are_followed_with_their_inputs_and_outputs() {
    let files = [
        (
            "main.tf",
            "module \"m\" {\n  source = \"./mod\"\n  for_each = toset([\"a\"])\n  prefix = \"p-${each.key}\"\n}\nresource \"aws_iam_policy\" \"p\" {\n  name = module.m[\"a\"].made\n  policy = jsonencode({ Statement = [] })\n}\n",
        ),
        (
            "mod/main.tf",
            "variable \"prefix\" {}\nresource \"aws_iam_role\" \"r\" {\n  name = \"${var.prefix}-role\"\n}\noutput \"made\" {\n  value = aws_iam_role.r.name\n}\n",
        ),
    ];
    let (made, ..) = read_files(&files, &Known::default());
    assert_eq!(role_name(&files), "p-a-role");
    assert!(
        made.iter()
            .any(|document| document.pointer("/Policies/0/PolicyName") == Some(&"p-a-role".into()))
    );
    // The module is no root of its own.
    assert_eq!(made.len(), 2);
}

#[test]
fn instances_are_made_of_count_and_for_each() {
    let names = |body: &str| {
        let text = format!("variable \"open\" {{}}\nresource \"aws_iam_role\" \"r\" {{\n{body}\n}}\n");
        let (made, ..) = read_files(&[("main.tf", &text)], &Known::default());
        let names = made
            .iter()
            .filter_map(|document| document.pointer("/Role/RoleName")?.as_str().map(str::to_owned));
        names.collect::<Vec<_>>()
    };
    assert_eq!(names("count = 2\nname = \"r${count.index}\""), ["r0", "r1"]);
    assert!(names("count = 0\nname = \"r\"").is_empty());
    assert_eq!(
        names("for_each = { a = \"1\", b = \"2\" }\nname = \"${each.key}${each.value}\""),
        ["a1", "b2"]
    );
    assert_eq!(names("count = var.open\nname = \"r\""), ["r"]);
    assert_eq!(names("count = 1000000000\nname = \"r\""), ["r"]);
    assert_eq!(names("count = length(aws_iam_role.r)\nname = \"r\""), ["r"]);
}

#[test]
fn a_policy_that_may_not_be_there_grants_nothing() {
    let text = "variable \"open\" {}\nresource \"aws_iam_role\" \"r\" {\n  name = \"r\"\n}\n\
                resource \"aws_iam_role_policy\" \"p\" {\n  count = var.open\n  name = \"p\"\n  role = aws_iam_role.r.id\n  \
                policy = jsonencode({ Statement = [] })\n}\n\
                resource \"aws_iam_role_policy_attachment\" \"a\" {\n  count = var.open\n  role = aws_iam_role.r.name\n  \
                policy_arn = \"arn:aws:iam::aws:policy/AdministratorAccess\"\n}\n";
    let (made, ..) = read_files(&[("main.tf", text)], &Known::default());
    let role = made[0].get("Role").unwrap();
    assert_eq!(role.pointer("/PolicyNames/0"), Some(&"p".into()));
    assert_eq!(role.get("RolePolicyList"), Some(&serde_json::json!([])));
    let arn = role.pointer("/AttachedManagedPolicies/0/PolicyArn").unwrap();
    assert_eq!(arn, "⟨a policy that may be attached⟩");
}

#[test]
fn json_where_a_text_has_to_be_is_that_text() {
    assert_eq!(value("jsonencode([\"a\", local.map.x])"), "[\"a\",\"1\"]");
}

/// The policy of the role `r`, made by a document `d` with this body.
fn document_of(body: &str) -> serde_json::Value {
    let text = format!(
        "variable \"open\" {{}}\ndata \"aws_iam_policy_document\" \"base\" {{\n  statement {{\n    sid = \"one\"\n    actions = [\"s3:GetObject\"]\n    \
         resources = [\"*\"]\n  }}\n}}\ndata \"aws_iam_policy_document\" \"d\" {{\n{body}\n}}\nresource \"aws_iam_role\" \"r\" {{\n  name = \"r\"\n  \
         assume_role_policy = data.aws_iam_policy_document.d.json\n}}\n"
    );
    let (made, ..) = read_files(&[("main.tf", &text)], &Known::default());
    made.iter()
        .find_map(|document| document.pointer("/Role/AssumeRolePolicyDocument"))
        .cloned()
        .unwrap()
}

#[test]
fn policy_documents_have_the_semantics_of_the_provider() {
    let made = document_of(
        "statement {\n  effect = \"Deny\"\n  not_actions = [\"s3:*\"]\n  not_resources = [\"a\", \"b&{aws:username}\"]\n  principals {\n    type = \"AWS\"\n    \
         identifiers = [\"x\"]\n  }\n  principals {\n    type = \"AWS\"\n    identifiers = [\"y\"]\n  }\n  condition {\n    test = \"Bool\"\n    variable = \"k\"\n    \
         values = [\"true\"]\n  }\n  condition {\n    test = \"Bool\"\n    variable = \"l\"\n    values = [\"false\"]\n  }\n}",
    );
    let wanted = serde_json::json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "NotAction": ["s3:*"],
        "NotResource": ["a", "b${aws:username}"], "Principal": {"AWS": ["x", "y"]},
        "Condition": {"Bool": {"k": ["true"], "l": ["false"]}}}]});
    assert_eq!(made, wanted);
    let made = document_of(
        "statement {\n  actions = [\"a:b\"]\n  principals {\n    type = \"*\"\n    identifiers = [\"*\"]\n  }\n}",
    );
    assert_eq!(made.pointer("/Statement/0/Principal"), Some(&"*".into()));
    assert_eq!(made.pointer("/Statement/0/Effect"), Some(&"Allow".into()));
}

#[test]
fn documents_are_merged_by_sid() {
    let own = "statement {\n  sid = \"one\"\n  actions = [\"s3:PutObject\"]\n  resources = [\"own\"]\n}";
    let base = "data.aws_iam_policy_document.base.json";
    let made = document_of(&format!("source_policy_documents = [{base}]\n{own}"));
    assert_eq!(made.pointer("/Statement/0/Resource/0"), Some(&"own".into()));
    assert!(made.pointer("/Statement/1").is_none());
    let made = document_of(&format!("override_policy_documents = [{base}]\n{own}"));
    assert_eq!(made.pointer("/Statement/0/Resource/0"), Some(&"*".into()));
    // A source that is not known makes the whole not known.
    assert!(document_of("source_policy_documents = [var.open]").is_null());
}

#[test]
fn dynamic_blocks_are_made_of_what_is_known_only() {
    let dynamic = |each: &str| {
        document_of(&format!(
            "dynamic \"statement\" {{\n  for_each = {each}\n  iterator = it\n  content {{\n    actions = [it.value]\n    resources = [\"*\"]\n  }}\n}}"
        ))
    };
    assert_eq!(
        dynamic("[\"a:b\", \"a:c\"]").pointer("/Statement/1/Action/0"),
        Some(&"a:c".into())
    );
    assert!(dynamic("var.open").is_null());
}

#[test]
fn a_policy_is_located_where_it_is_written() {
    let text = "resource \"aws_iam_role\" \"r\" {\n  name = \"r\"\n  assume_role_policy = <<-EOT\n    {\"Statement\": [{\"Action\": \"sts:AssumeRole\"}]}\n  EOT\n}\n";
    let (_, reading, mut sources) = read_files(&[("main.tf", text)], &Known::default());
    let made = sources.add_composed(&reading.documents[0]);
    let find = |sources: &Sources, doc, pointer: &str| sources.tree(doc).unwrap().find(pointer).unwrap();
    let node = find(&sources, made, "/Role/AssumeRolePolicyDocument");
    let policy = sources
        .open_policy_document(crate::source::Place { doc: made, node })
        .unwrap();
    let node = find(&sources, policy.doc, "/Statement/0/Action");
    let location = sources.locate(crate::source::Place {
        doc: policy.doc,
        node,
    });
    assert_eq!((location.file.as_str(), location.start.line), ("main.tf", 4));
    assert_eq!(location.span.of(text), "\"sts:AssumeRole\"");
}

#[test]
fn files_and_templates_in_files_are_read() {
    let main = "resource \"aws_iam_role\" \"r\" {\n  name = file(\"${path.module}/name.tpl\")\n}\n";
    assert_eq!(
        role_name(&[("a/main.tf", main), ("a/name.tpl", "from-file")]),
        "from-file"
    );
    let main = "resource \"aws_iam_role\" \"r\" {\n  name = templatefile(\"name.tftpl\", { n = [\"x\", \"y\"] })\n}\n";
    let template = "%{ for v in n ~}\n${v}\n%{ endfor ~}\n";
    assert_eq!(
        role_name(&[("main.tf", main), ("name.tftpl", template)]),
        "x\ny\n"
    );
    let main = "resource \"aws_iam_role\" \"r\" {\n  name = file(\"elsewhere\")\n}\n";
    assert!(role_name(&[("main.tf", main)]).starts_with('⟨'));
}

#[test]
fn the_region_of_the_only_provider_counts() {
    let role = "resource \"aws_iam_role\" \"r\" {\n  name = data.aws_region.here.name\n}\n";
    let one = format!("provider \"aws\" {{\n  region = \"eu-west-1\"\n}}\n{role}");
    assert_eq!(role_name(&[("main.tf", &one)]), "eu-west-1");
    let two = format!("{one}provider \"aws\" {{\n  alias = \"b\"\n  region = \"eu-west-2\"\n}}\n");
    assert_eq!(role_name(&[("main.tf", &two)]), "⟨region⟩");
}

#[test]
fn rings_end_and_are_said() {
    let text =
        "locals {\n  a = local.b\n  b = local.a\n}\nresource \"aws_iam_role\" \"r\" {\n  name = local.a\n}\n";
    let (_, reading, _) = read_files(&[("main.tf", text)], &Known::default());
    assert!(
        reading
            .notes
            .iter()
            .any(|(_, message)| message.contains("refers to itself"))
    );
    let module =
        "module \"m\" {\n  source = \"../a\"\n}\nresource \"aws_iam_role\" \"r\" {\n  name = \"r\"\n}\n";
    let other = "module \"m\" {\n  source = \"../b\"\n}\n";
    assert_eq!(role_name(&[("b/main.tf", module), ("a/main.tf", other)]), "r");
}

#[test]
fn work_is_bounded() {
    use std::fmt::Write as _;
    let mut text = "locals {\n  a0 = \"0123456789\"\n".to_owned();
    for number in 1..60 {
        let before = number - 1;
        writeln!(text, "  a{number} = \"${{local.a{before}}}${{local.a{before}}}\"").unwrap();
    }
    text.push_str("}\nresource \"aws_iam_role\" \"r\" {\n  name = local.a59\n}\n");
    let name = role_name(&[("main.tf", &text)]);
    assert!(name.contains('⟨'));
    let mut text = "locals {\n".to_owned();
    for number in 0..5_000 {
        writeln!(text, "  a{number} = local.a{}", number + 1).unwrap();
    }
    text.push_str("}\nresource \"aws_iam_role\" \"r\" {\n  name = local.a0\n}\n");
    assert!(role_name(&[("main.tf", &text)]).starts_with('⟨'));
}

#[test]
fn garbage_is_a_problem_with_a_place_and_the_rest_is_read() {
    let good = (
        "good.tf",
        "resource \"aws_iam_role\" \"r\" {\n  name = \"r\"\n}\n",
    );
    for bad in [
        "resource \"x",
        "}",
        "a = ",
        "\u{0}",
        "{{{{",
        "locals {\n  a = <<EOT\n",
    ] {
        let (made, reading, _) = read_files(&[("bad.tf", bad), good], &Known::default());
        assert_eq!(
            (made.len(), reading.problems.len(), reading.unread.len()),
            (1, 1, 1),
            "{bad}"
        );
        assert!(reading.problems[0].place.is_some());
    }
}

#[test]
fn every_part_of_a_configuration_can_be_missing() {
    let text = include_str!("../../../corpus/scenarios/terraform-sink-in-a-module/main.tf");
    for end in (0..text.len())
        .filter(|end| text.is_char_boundary(*end))
        .step_by(7)
    {
        let (made, reading, _) = read_files(&[("main.tf", &text[..end])], &Known::default());
        assert!(made.len() + reading.problems.len() < 100);
    }
    for (at, line) in text.lines().enumerate() {
        let rest: Vec<&str> = text
            .lines()
            .enumerate()
            .filter(|(number, _)| *number != at)
            .map(|(_, line)| line)
            .collect();
        let _ = read_files(&[("main.tf", &rest.join("\n"))], &Known::default());
        assert!(!line.contains('⟨'));
    }
}
