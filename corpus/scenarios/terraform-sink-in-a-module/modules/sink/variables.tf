variable "name" {
  type = string
}

variable "topics" {
  type = list(string)
}

variable "cluster_arn" {
  type = string
}
