// Package apiserver says how the API server of a kind cluster is run: Secrets
// are encrypted in etcd, who did what is written down, nobody without a name
// gets further than the health pages, and TLS is 1.3.
//
// Its files lie in a folder of the run's, which the control plane's node mounts.
// The key is made there for each cluster, and goes with the folder.
package apiserver
