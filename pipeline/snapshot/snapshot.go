// Package snapshot writes down what a deployment consists of: Helm's
// manifests, the objects in the cluster, the rules that the servers have
// loaded, and the digests of the images that run. Everything is text in a fixed
// order, so that two deployments of the same content give the same snapshot.
//
// What a server fills in by itself is left out (clean.go), and so is what a
// policy says differs on purpose (policy.go). The value of a secret is never in
// a snapshot: a hash stands for it, by a salt that nobody keeps.
package snapshot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"

	"firedrill/pipeline/grafana"
	"firedrill/pipeline/server"
)

// The parts of a snapshot.
const (
	Manifests  = "manifests"
	Objects    = "objects"
	Dashboards = "dashboards" // added by who exports them
	Rules      = "rules"
	Images     = "images"
)

// Snapshot holds the texts of each part by their names.
type Snapshot map[string]map[string]string

// Release is a Helm release.
type Release struct{ Name, Namespace string }

// Ruler is a server that evaluates rules.
type Ruler struct {
	// Name says in a snapshot, and in errors, which one it is.
	Name string
	server.Endpoint
	// Path is where it lists its groups of rules, in the form of Prometheus'
	// /api/v1/rules.
	Path string
}

// Options say what to write down, and how it is reached.
type Options struct {
	Releases   []Release
	Kubernetes kubernetes.Interface
	Dynamic    dynamic.Interface
	// Rulers are those that list their rules in Prometheus' form.
	Rulers []Ruler
	// Grafana is nil where there is none whose rules are to be written down.
	Grafana *grafana.Server
	// Policy says what differs on purpose.
	Policy []Exclusion
	// Salt is the same for all snapshots that are to be compared, see NewSalt.
	Salt []byte
}

// NewSalt makes a salt. It is kept nowhere: without it nobody can find out, by
// trying, which secret a hash stands for.
func NewSalt() []byte {
	salt := make([]byte, 32)
	_, _ = rand.Read(salt) // crypto/rand never fails: it ends the program instead
	return salt
}

// Take writes down all parts but the dashboards.
func Take(ctx context.Context, o Options) (Snapshot, error) {
	s := Snapshot{}
	var errs []error
	for part, take := range map[string]func(context.Context) (map[string]string, error){
		Manifests: o.manifests, Objects: o.objects, Rules: o.rules, Images: o.images,
	} {
		texts, err := take(ctx)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", part, err))
		}
		s[part] = texts
	}
	return s, errors.Join(errs...)
}
