//! Connectors whose roles hold all that they need, from templates: what each clause of a policy is for is written
//! here by hand, from the documents of the services, and not asked of the program's rules.

use super::dice::Dice;

/// Codes of findings, by what a clause is for.
pub(crate) mod code {
    pub(crate) const ROLE_MISSING: &str = "msk-connect/role-missing";
    pub(crate) const TRUST: &str = "msk-connect/trust-principal";
    pub(crate) const TRUST_SOURCE: &str = "msk-connect/trust-source-mismatch";
    pub(crate) const DEPUTY: &str = "msk-connect/trust-confused-deputy";
    pub(crate) const CONNECT: &str = "msk-connect/cluster-connect";
    pub(crate) const DESCRIBE: &str = "msk-connect/cluster-describe";
    pub(crate) const INTERNAL: &str = "msk-connect/internal-topics";
    pub(crate) const GROUPS: &str = "msk-connect/internal-groups";
    pub(crate) const READ: &str = "msk-connect/topic-read";
    pub(crate) const WRITE: &str = "msk-connect/topic-write";
    pub(crate) const CREATE: &str = "msk-connect/topic-create";
    pub(crate) const SINK_GROUP: &str = "msk-connect/sink-group";
    pub(crate) const OFFSETS: &str = "msk-connect/offset-topic";
    pub(crate) const DEAD: &str = "msk-connect/dead-letter-topic";
    pub(crate) const HISTORY: &str = "msk-connect/schema-history-topic";
    pub(crate) const HISTORY_GROUP: &str = "msk-connect/schema-history-group";
    pub(crate) const IDEMPOTENT: &str = "msk-connect/idempotent-write";
    pub(crate) const TRANSACTION: &str = "msk-connect/transactional-id";
    pub(crate) const SECRETS: &str = "msk-connect/secrets";
    pub(crate) const PARAMETERS: &str = "msk-connect/parameters";
    pub(crate) const OBJECT: &str = "msk-connect/config-object";
    pub(crate) const GLUE: &str = "msk-connect/glue-schema-registry";
    pub(crate) const DESTINATION: &str = "msk-connect/destination";
    pub(crate) const OPTIONAL: &str = "msk-connect/destination-optional";
    pub(crate) const KMS: &str = "msk-connect/kms";
    pub(crate) const LOG_S3: &str = "msk-connect/log-s3";
    pub(crate) const LOG_GROUP: &str = "msk-connect/log-cloudwatch";
    pub(crate) const LOG_STREAM: &str = "msk-connect/log-firehose";
    pub(crate) const BROAD: &str = "msk-connect/over-broad";
}

/// A statement that allows, with the code of what each of its actions is for; an action that is for two things stands
/// there twice.
#[derive(Clone)]
pub(crate) struct Clause {
    pub(crate) actions: Vec<(&'static str, &'static str)>,
    pub(crate) resources: Vec<String>,
}

/// Where worker logs go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Logs {
    None,
    Group,
    Bucket,
    Stream,
}

/// The cluster and account that a connector works in.
pub(crate) struct Site<'a> {
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
    pub(crate) cluster: &'a str,
    pub(crate) cluster_id: &'a str,
}

/// A connector with what its role is granted.
pub(crate) struct Connector {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) settings: Vec<(String, String)>,
    /// What it needs of the cluster.
    pub(crate) kafka: Vec<Clause>,
    /// What its own work needs.
    pub(crate) work: Vec<Clause>,
    /// The lines of its worker configuration.
    pub(crate) worker: Option<String>,
    pub(crate) logs: Logs,
}

impl Site<'_> {
    pub(crate) fn kafka(&self, kind: &str, name: &str) -> String {
        let Self {
            account,
            region,
            cluster,
            cluster_id,
        } = self;
        format!("arn:aws:kafka:{region}:{account}:{kind}/{cluster}/{cluster_id}{name}")
    }

    fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{resource}", self.region, self.account)
    }

    /// The bootstrap servers for IAM.
    pub(crate) fn brokers(&self) -> String {
        let id: String = self.cluster_id.chars().take(6).collect();
        format!(
            "b-1.{}.{id}.c3.kafka.{}.amazonaws.com:9098",
            self.cluster.replace('-', ""),
            self.region
        )
    }
}

const TOPICS: [&str; 16] = [
    "orders",
    "payments",
    "refunds",
    "clicks",
    "readings",
    "positions",
    "prices",
    "shipments",
    "invoices",
    "sessions",
    "alerts",
    "stock",
    "returns",
    "meters",
    "tides",
    "scans",
];

const COMMON: &str = "key.converter=org.apache.kafka.connect.storage.StringConverter\n\
                      value.converter=org.apache.kafka.connect.json.JsonConverter\n";

/// What a connector of this number among those of its account is.
pub(crate) fn connector(dice: &mut Dice, site: &Site<'_>, number: usize) -> Connector {
    let topic = dice.word(&TOPICS);
    let purpose = dice.word(&PURPOSES);
    let name = format!("{topic}-{purpose}-{number}");
    let arn = site.arn("kafkaconnect", &format!("connector/{name}/{}", dice.uuid()));
    let logs = match dice.below(10) {
        0..=3 => Logs::None,
        4..=6 => Logs::Group,
        7..=8 => Logs::Bucket,
        _ => Logs::Stream,
    };
    let mut made = Connector {
        name,
        arn,
        settings: Vec::new(),
        kafka: base(site),
        work: Vec::new(),
        worker: None,
        logs,
    };
    made.set("tasks.max", (1 + dice.below(4)).to_string());
    let template = dice.one(&TEMPLATES).copied().unwrap_or(splunk);
    template(&mut made, dice, site, topic);
    made
}

const PURPOSES: [&str; 6] = ["archive", "export", "feed", "sync", "stream", "copy"];

type Template = fn(&mut Connector, &mut Dice, &Site<'_>, &str);

const TEMPLATES: [Template; 11] = [
    objects, objects, dynamo, kinesis, firehose, queue, lambda, mysql, datagen, iceberg, splunk,
];

fn clause(actions: &[(&'static str, &'static str)], resources: impl IntoIterator<Item = String>) -> Clause {
    Clause {
        actions: actions.to_vec(),
        resources: resources.into_iter().collect(),
    }
}

/// What every connector of a cluster with IAM needs.
fn base(site: &Site<'_>) -> Vec<Clause> {
    vec![
        clause(
            &[
                ("kafka-cluster:Connect", code::CONNECT),
                ("kafka-cluster:DescribeCluster", code::DESCRIBE),
            ],
            [site.kafka("cluster", "")],
        ),
        clause(
            &all_of_topic(code::INTERNAL),
            [site.kafka("topic", "/__amazon_msk_connect_*")],
        ),
        clause(
            &of_group(code::GROUPS),
            [site.kafka("group", "/__amazon_msk_connect_*")],
        ),
    ]
}

fn all_of_topic(code: &'static str) -> [(&'static str, &'static str); 4] {
    ["CreateTopic", "WriteData", "ReadData", "DescribeTopic"].map(|name| (of_kafka(name), code))
}

fn of_group(code: &'static str) -> [(&'static str, &'static str); 2] {
    [
        ("kafka-cluster:AlterGroup", code),
        ("kafka-cluster:DescribeGroup", code),
    ]
}

fn of_kafka(name: &str) -> &'static str {
    match name {
        "CreateTopic" => "kafka-cluster:CreateTopic",
        "WriteData" => "kafka-cluster:WriteData",
        "ReadData" => "kafka-cluster:ReadData",
        _ => "kafka-cluster:DescribeTopic",
    }
}

impl Connector {
    fn set(&mut self, key: &str, value: impl Into<String>) {
        self.settings.push((key.to_owned(), value.into()));
    }

    fn class(&mut self, class: &str) {
        self.set("connector.class", class);
    }

    /// A sink reads its topics in a group of its own.
    fn sinks(&mut self, dice: &mut Dice, site: &Site<'_>, topic: &str) {
        let more = if dice.per_mille(400) {
            vec![format!("{topic}-late")]
        } else {
            Vec::new()
        };
        let topics: Vec<_> = std::iter::once(topic.to_owned()).chain(more).collect();
        self.set("topics", topics.join(","));
        let read = [
            ("kafka-cluster:ReadData", code::READ),
            ("kafka-cluster:DescribeTopic", code::READ),
        ];
        let topics = topics
            .iter()
            .map(|topic| site.kafka("topic", &format!("/{topic}")));
        self.kafka.push(clause(&read, topics));
        let group = if dice.per_mille(500) {
            "/connect-*".to_owned()
        } else {
            format!("/connect-{}", self.name)
        };
        self.kafka
            .push(clause(&of_group(code::SINK_GROUP), [site.kafka("group", &group)]));
    }

    fn dead_letters(&mut self, dice: &mut Dice, site: &Site<'_>, topic: &str) {
        if !dice.per_mille(400) {
            return;
        }
        self.set("errors.tolerance", "all");
        self.set("errors.deadletterqueue.topic.name", format!("rejects-of-{topic}"));
        let actions = ["CreateTopic", "WriteData", "DescribeTopic"].map(|name| (of_kafka(name), code::DEAD));
        self.kafka.push(clause(
            &actions,
            [site.kafka("topic", &format!("/rejects-of-{topic}"))],
        ));
    }

    /// A topic that the connector creates, writes and reads for its own ends.
    fn uses_topic(&mut self, site: &Site<'_>, topic: &str) {
        let actions = [
            ("kafka-cluster:CreateTopic", code::CREATE),
            ("kafka-cluster:WriteData", code::WRITE),
            ("kafka-cluster:ReadData", code::READ),
            ("kafka-cluster:DescribeTopic", code::READ),
            ("kafka-cluster:DescribeTopic", code::WRITE),
        ];
        self.kafka
            .push(clause(&actions, [site.kafka("topic", &format!("/{topic}"))]));
    }

    /// How a Kafka client within the connector signs in.
    fn client(&mut self, prefix: &str) {
        self.set(&format!("{prefix}security.protocol"), "SASL_SSL");
        self.set(&format!("{prefix}sasl.mechanism"), "AWS_MSK_IAM");
        let login = "software.amazon.msk.auth.iam.IAMLoginModule required;";
        self.set(&format!("{prefix}sasl.jaas.config"), login);
        let handler = "software.amazon.msk.auth.iam.IAMClientCallbackHandler";
        self.set(&format!("{prefix}sasl.client.callback.handler.class"), handler);
    }
}

fn objects(made: &mut Connector, dice: &mut Dice, site: &Site<'_>, topic: &str) {
    let bucket = format!("{topic}-archive-{}", site.account);
    made.class("io.confluent.connect.s3.S3SinkConnector");
    made.sinks(dice, site, topic);
    made.dead_letters(dice, site, topic);
    made.set("s3.bucket.name", &*bucket);
    made.set("s3.region", site.region);
    made.set("storage.class", "io.confluent.connect.s3.storage.S3Storage");
    made.set("format.class", "io.confluent.connect.s3.format.json.JsonFormat");
    made.set("flush.size", "5000");
    let of_objects = [
        ("s3:PutObject", code::DESTINATION),
        ("s3:GetObject", code::OPTIONAL),
        ("s3:AbortMultipartUpload", code::OPTIONAL),
        ("s3:ListMultipartUploadParts", code::OPTIONAL),
    ];
    made.work
        .push(clause(&of_objects, [format!("arn:aws:s3:::{bucket}/*")]));
    let of_bucket = [
        "s3:ListBucket",
        "s3:GetBucketLocation",
        "s3:ListBucketMultipartUploads",
    ];
    made.work.push(clause(
        &of_bucket.map(|name| (name, code::OPTIONAL)),
        [format!("arn:aws:s3:::{bucket}")],
    ));
    made.work.push(clause(
        &[("s3:ListAllMyBuckets", code::OPTIONAL)],
        ["*".to_owned()],
    ));
    if dice.per_mille(400) {
        let key = site.arn(
            "kms",
            &format!("key/{}", dice.uuid().get(..36).unwrap_or_default()),
        );
        made.set("s3.ssea.name", "aws:kms");
        made.set("s3.sse.kms.key.id", &*key);
        made.work.push(clause(
            &["kms:GenerateDataKey", "kms:Decrypt"].map(|name| (name, code::KMS)),
            [key],
        ));
    }
}

fn dynamo(made: &mut Connector, dice: &mut Dice, site: &Site<'_>, topic: &str) {
    made.class("org.apache.camel.kafkaconnector.awsddbsink.CamelAwsddbsinkSinkConnector");
    made.sinks(dice, site, topic);
    made.dead_letters(dice, site, topic);
    made.set("camel.kamelet.aws-ddb-sink.table", topic);
    made.set("camel.kamelet.aws-ddb-sink.region", site.region);
    made.set("camel.kamelet.aws-ddb-sink.useDefaultCredentialsProvider", "true");
    let actions = [
        ("dynamodb:PutItem", code::DESTINATION),
        ("dynamodb:DescribeTable", code::OPTIONAL),
    ];
    made.work.push(clause(
        &actions,
        [site.arn("dynamodb", &format!("table/{topic}"))],
    ));
}

fn kinesis(made: &mut Connector, dice: &mut Dice, site: &Site<'_>, topic: &str) {
    made.class("com.amazon.kinesis.kafka.AmazonKinesisSinkConnector");
    made.sinks(dice, site, topic);
    made.set("streamName", format!("{topic}-out"));
    made.set("region", site.region);
    made.set("metricsLevel", "none");
    let actions = [
        ("kinesis:PutRecords", code::DESTINATION),
        ("kinesis:PutRecord", code::OPTIONAL),
        ("kinesis:DescribeStream", code::OPTIONAL),
    ];
    made.work.push(clause(
        &actions,
        [site.arn("kinesis", &format!("stream/{topic}-out"))],
    ));
}

fn firehose(made: &mut Connector, dice: &mut Dice, site: &Site<'_>, topic: &str) {
    made.class("com.amazon.kinesis.kafka.FirehoseSinkConnector");
    made.sinks(dice, site, topic);
    made.dead_letters(dice, site, topic);
    made.set("deliveryStream", format!("{topic}-lake"));
    made.set("region", site.region);
    made.set("batch", "true");
    made.set("batchSize", "500");
    let actions = [
        ("firehose:PutRecordBatch", code::DESTINATION),
        ("firehose:PutRecord", code::OPTIONAL),
        ("firehose:DescribeDeliveryStream", code::OPTIONAL),
    ];
    made.work.push(clause(
        &actions,
        [site.arn("firehose", &format!("deliverystream/{topic}-lake"))],
    ));
}

fn queue(made: &mut Connector, dice: &mut Dice, site: &Site<'_>, topic: &str) {
    made.class("com.nordstrom.kafka.connect.sqs.SqsSinkConnector");
    made.sinks(dice, site, topic);
    let url = format!(
        "https://sqs.{}.amazonaws.com/{}/{topic}",
        site.region, site.account
    );
    made.set("sqs.queue.url", url);
    made.work.push(clause(
        &[("sqs:SendMessage", code::DESTINATION)],
        [site.arn("sqs", topic)],
    ));
}

fn lambda(made: &mut Connector, dice: &mut Dice, site: &Site<'_>, topic: &str) {
    made.class("io.confluent.connect.aws.lambda.AwsLambdaSinkConnector");
    made.sinks(dice, site, topic);
    made.set("aws.lambda.function.name", format!("{topic}-work:live"));
    made.set("aws.lambda.region", site.region);
    made.set("aws.lambda.invocation.type", "sync");
    made.set("confluent.topic.bootstrap.servers", site.brokers());
    made.set("confluent.topic.replication.factor", "3");
    made.client("confluent.topic.");
    let actions = [
        ("lambda:InvokeFunction", code::DESTINATION),
        ("lambda:GetFunction", code::OPTIONAL),
    ];
    made.work.push(clause(
        &actions,
        [site.arn("lambda", &format!("function:{topic}-work:live"))],
    ));
    made.uses_topic(site, "_confluent-command");
}

fn mysql(made: &mut Connector, _: &mut Dice, site: &Site<'_>, topic: &str) {
    made.class("io.debezium.connector.mysql.MySqlConnector");
    made.set("database.hostname", format!("${{ssm::/{topic}/host}}"));
    made.set("database.port", "3306");
    made.set(
        "database.user",
        format!("${{secretManager:{topic}/database:user}}"),
    );
    made.set(
        "database.password",
        format!("${{secretManager:{topic}/database:password}}"),
    );
    made.set("database.server.id", "184054");
    made.set(
        "database.ssl.truststore",
        format!("${{s3import:{}:{topic}-trust/ca/truststore.jks}}", site.region),
    );
    made.set("topic.prefix", topic);
    made.set("database.include.list", "shop");
    made.set("table.include.list", "shop.heads,shop.lines");
    made.set("include.schema.changes", "false");
    made.set(
        "schema.history.internal.kafka.topic",
        format!("history-of-{topic}"),
    );
    made.set("schema.history.internal.kafka.bootstrap.servers", site.brokers());
    made.client("schema.history.internal.producer.");
    made.client("schema.history.internal.consumer.");
    let tables = ["heads", "lines"].map(|table| site.kafka("topic", &format!("/{topic}.shop.{table}")));
    let write = [
        ("kafka-cluster:WriteData", code::WRITE),
        ("kafka-cluster:DescribeTopic", code::WRITE),
    ];
    made.kafka.push(clause(&write, tables));
    made.kafka.push(clause(
        &all_of_topic(code::HISTORY),
        [site.kafka("topic", &format!("/history-of-{topic}"))],
    ));
    let group = site.kafka("group", &format!("/{topic}-schemahistory"));
    made.kafka.push(clause(&of_group(code::HISTORY_GROUP), [group]));
    let secret = site.arn("secretsmanager", &format!("secret:{topic}/database-??????"));
    made.work.push(clause(
        &[("secretsmanager:GetSecretValue", code::SECRETS)],
        [secret],
    ));
    let parameter = site.arn("ssm", &format!("parameter/{topic}/host"));
    made.work
        .push(clause(&[("ssm:GetParameter", code::PARAMETERS)], [parameter]));
    let object = format!("arn:aws:s3:::{topic}-trust/ca/truststore.jks");
    made.work
        .push(clause(&[("s3:GetObject", code::OBJECT)], [object]));
    let provider = |name: &str, class: &str| {
        let class = format!("com.amazonaws.kafka.config.providers.{class}");
        format!(
            "config.providers.{name}.class={class}\nconfig.providers.{name}.param.region={}\n",
            site.region
        )
    };
    made.worker = Some(format!(
        "{COMMON}config.providers=secretManager,ssm,s3import\n{}{}{}",
        provider("secretManager", "SecretsManagerConfigProvider"),
        provider("ssm", "SsmParamStoreConfigProvider"),
        provider("s3import", "S3ImportConfigProvider"),
    ));
}

fn datagen(made: &mut Connector, _: &mut Dice, site: &Site<'_>, topic: &str) {
    made.class("io.confluent.kafka.connect.datagen.DatagenConnector");
    made.set("kafka.topic", topic);
    made.set("quickstart", "clickstream");
    made.set("topic.creation.default.replication.factor", "3");
    made.set("topic.creation.default.partitions", "6");
    made.set("producer.override.enable.idempotence", "true");
    made.set(
        "value.converter",
        "com.amazonaws.services.schemaregistry.kafkaconnect.AWSKafkaAvroConverter",
    );
    made.set("value.converter.region", site.region);
    made.set("value.converter.registry.name", "web");
    made.set("value.converter.schemaAutoRegistrationEnabled", "true");
    let cluster = site.kafka("cluster", "");
    made.kafka.push(clause(
        &[("kafka-cluster:WriteDataIdempotently", code::IDEMPOTENT)],
        [cluster],
    ));
    let actions = [("kafka-cluster:CreateTopic", code::CREATE)];
    made.kafka
        .push(clause(&actions, [site.kafka("topic", &format!("/{topic}"))]));
    let actions = [
        ("kafka-cluster:WriteData", code::WRITE),
        ("kafka-cluster:DescribeTopic", code::WRITE),
    ];
    made.kafka
        .push(clause(&actions, [site.kafka("topic", &format!("/{topic}"))]));
    let offsets = format!("offsets-of-{topic}");
    made.kafka.push(clause(
        &all_of_topic(code::OFFSETS),
        [site.kafka("topic", &format!("/{offsets}"))],
    ));
    made.worker = Some(format!("{COMMON}offset.storage.topic={offsets}\n"));
    let (registry, schema) = (
        site.arn("glue", "registry/web"),
        site.arn("glue", &format!("schema/web/{topic}")),
    );
    made.work
        .push(clause(&[("glue:GetSchemaVersion", code::GLUE)], ["*".to_owned()]));
    let find = ["glue:GetSchemaByDefinition", "glue:CreateSchema"].map(|name| (name, code::GLUE));
    made.work.push(clause(&find, [registry, schema.clone()]));
    let register =
        ["glue:RegisterSchemaVersion", "glue:PutSchemaVersionMetadata"].map(|name| (name, code::GLUE));
    made.work.push(clause(&register, [schema]));
}

fn iceberg(made: &mut Connector, dice: &mut Dice, site: &Site<'_>, topic: &str) {
    let (bucket, control) = (
        format!("{topic}-lake-{}", site.account),
        format!("control-{topic}"),
    );
    made.class("org.apache.iceberg.connect.IcebergSinkConnector");
    made.sinks(dice, site, topic);
    // The coordinator reads the control topic in a group of its own.
    let has_all = |clause: &Clause| {
        clause
            .resources
            .iter()
            .any(|resource| resource.ends_with("/connect-*"))
    };
    if !made.kafka.iter().any(has_all) {
        let group = site.kafka("group", &format!("/connect-{}-coord", made.name));
        made.kafka.push(clause(&of_group(code::SINK_GROUP), [group]));
    }
    made.set("iceberg.tables", format!("lake.{topic}"));
    made.set("iceberg.tables.auto-create-enabled", "true");
    made.set("iceberg.catalog", "glue");
    made.set(
        "iceberg.catalog.catalog-impl",
        "org.apache.iceberg.aws.glue.GlueCatalog",
    );
    made.set("iceberg.catalog.io-impl", "org.apache.iceberg.aws.s3.S3FileIO");
    made.set("iceberg.catalog.warehouse", format!("s3://{bucket}/warehouse"));
    made.set("iceberg.catalog.client.region", site.region);
    made.set("iceberg.control.topic", &*control);
    made.uses_topic(site, &control);
    made.kafka.push(clause(
        &of_group(code::SINK_GROUP),
        [site.kafka("group", "/cg-control-*")],
    ));
    let transactions = [
        "kafka-cluster:DescribeTransactionalId",
        "kafka-cluster:AlterTransactionalId",
    ];
    made.kafka.push(clause(
        &transactions.map(|name| (name, code::TRANSACTION)),
        [site.kafka("transactional-id", "/*")],
    ));
    let objects = [
        ("s3:PutObject", code::DESTINATION),
        ("s3:GetObject", code::DESTINATION),
        ("s3:DeleteObject", code::OPTIONAL),
    ];
    made.work
        .push(clause(&objects, [format!("arn:aws:s3:::{bucket}/*")]));
    made.work.push(clause(
        &[("s3:ListBucket", code::OPTIONAL)],
        [format!("arn:aws:s3:::{bucket}")],
    ));
    let tables = [
        ("glue:GetTable", code::DESTINATION),
        ("glue:UpdateTable", code::DESTINATION),
        ("glue:CreateTable", code::OPTIONAL),
    ];
    let of_table = [
        "catalog".to_owned(),
        "database/lake".to_owned(),
        format!("table/lake/{topic}"),
    ];
    made.work.push(clause(
        &tables,
        of_table.iter().map(|name| site.arn("glue", name)),
    ));
    let of_database = of_table.iter().take(2).map(|name| site.arn("glue", name));
    made.work
        .push(clause(&[("glue:GetDatabase", code::OPTIONAL)], of_database));
}

fn splunk(made: &mut Connector, dice: &mut Dice, site: &Site<'_>, topic: &str) {
    made.class("com.splunk.kafka.connect.SplunkSinkConnector");
    made.sinks(dice, site, topic);
    made.dead_letters(dice, site, topic);
    made.set("splunk.hec.uri", "https://hec.example.com:8088");
}
