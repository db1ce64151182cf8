module firedrill/images/kubescape-policies

go 1.26

require github.com/kubescape/regolibrary/v2 v2.0.1
