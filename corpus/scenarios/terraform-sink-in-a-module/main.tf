# Two sinks of one kind, each with a role that the module makes.
locals {
  cluster = "arn:aws:kafka:eu-central-1:604918273345:cluster/mill/3d1c5b7a-4e2f-4a6b-9c8d-7e6f5a4b3c2d-4"
  topics = {
    flour = ["flour.ground", "flour.sieved"]
    bran  = ["bran.bagged"]
  }
}

module "sink" {
  source   = "./modules/sink"
  for_each = local.topics

  name        = "mill-${each.key}"
  topics      = each.value
  cluster_arn = local.cluster
}

output "roles" {
  value = { for key, sink in module.sink : key => sink.role_arn }
}
