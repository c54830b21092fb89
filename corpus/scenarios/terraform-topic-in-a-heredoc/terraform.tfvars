cluster = "arn:aws:kafka:eu-central-1:604918273345:cluster/mill/3d1c5b7a-4e2f-4a6b-9c8d-7e6f5a4b3c2d-4"
