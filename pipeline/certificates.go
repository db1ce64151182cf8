package pipeline

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"firedrill/pipeline/certificates"
	"firedrill/pipeline/deploy"
	"firedrill/pipeline/deploy/ready"
	"firedrill/pipeline/deploy/restart"
	"firedrill/pipeline/event"
	"firedrill/pipeline/kube"
	"firedrill/pipeline/runs"
)

// placeCertificates gives the cluster what it signs with and whom to trust.
func (s *state) placeCertificates(ctx context.Context, sink event.Sink) error {
	if s.content.Certificates == nil {
		return skipped("firedrill.yaml says nothing of certificates")
	}
	o, err := s.authority(ctx, sink)
	if err != nil {
		return err
	}
	return certificates.Place(ctx, o)
}

// authority is what is done with certificates here, in namespaces that exist.
func (s *state) authority(ctx context.Context, sink event.Sink) (o certificates.Options, err error) {
	config, err := s.rest()
	if err != nil {
		return o, err
	}
	client, err := kube.Client(config)
	if err != nil {
		return o, err
	}
	labels := map[string]string{runs.Label: s.run.Name}
	root, err := s.root(ctx, client)
	if err != nil {
		return o, err
	}
	err = deploy.EnsureNamespaces(ctx, deploy.Options{Namespaces: s.content.Namespaces, REST: config, Labels: labels})
	return certificates.Options{
		Wanted: *s.content.Certificates, Root: root, Client: client, Labels: labels, Now: time.Now, Sink: sink,
	}, err
}

// heldRoots are the certificates of the root that is held outside of the cluster, if
// addresses are under it: if their bundle is one that it is put into. Nothing stands for
// a root that nobody holds here.
func (s *state) heldRoots(ctx context.Context, config *rest.Config) ([]byte, error) {
	own, bundle := s.content.Certificates, s.content.Addresses.Trust
	if own == nil || bundle == nil || bundle.ConfigMap != own.Trust.ConfigMap || bundle.Key != certificates.BundleKey ||
		!slices.Contains(own.Trust.Namespaces, bundle.Namespace) {
		return nil, nil
	}
	client, err := kube.Client(config)
	if err != nil {
		return nil, err
	}
	root, err := s.root(ctx, client)
	if err != nil {
		return nil, err
	}
	return root.Certificates()
}

// root is the folder of the operator's root, else that of the run's own. That of a
// cluster of the user's is kept in the cache, by what tells clusters apart.
func (s *state) root(ctx context.Context, client kubernetes.Interface) (certificates.Folder, error) {
	switch {
	case s.content.Certificates.Root != "":
		return certificates.Folder(s.content.Certificates.Root), nil
	case s.options.Kubeconfig == "":
		return certificates.Folder(s.run.Authority()), nil
	}
	system, err := client.CoreV1().Namespaces().Get(ctx, metav1.NamespaceSystem, metav1.GetOptions{})
	if err != nil {
		return "", fmt.Errorf("ask which cluster this is, by the UID of its namespace %s: %w", metav1.NamespaceSystem, err)
	}
	return certificates.Folder(filepath.Join(s.options.Cache, "ca", string(system.UID))), nil
}

// How long a part of a rotation may take.
const (
	rotationTime = 5 * time.Minute // that all certificates are signed again
	restartTime  = 5 * time.Minute // that all who read only at their start are ready again
)

// RotateCertificates changes the root of the cluster that stands. overlap is how
// long pods are given to hear of each change.
func RotateCertificates(ctx context.Context, o Options, overlap time.Duration) error {
	return onCluster(ctx, o, func(s *state) []step {
		return []step{{"certificates", s.sharing(func(ctx context.Context, sink event.Sink) error {
			return s.rotate(ctx, sink, overlap)
		})}}
	})
}

func (s *state) rotate(ctx context.Context, sink event.Sink, overlap time.Duration) error {
	if s.content.Certificates == nil {
		return errors.New("firedrill.yaml says nothing of certificates: there is no root to change")
	}
	options, err := s.authority(ctx, sink)
	if err != nil {
		return err
	}
	config, err := s.rest()
	if err != nil {
		return err
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("client of the API server %q: %w", config.Host, err)
	}
	readers := restart.Options{
		Cluster: ready.Cluster{Dynamic: client, Client: options.Client}, Releases: s.content.Releases, Within: restartTime,
	}
	return certificates.Rotate(ctx, certificates.Rotation{
		Options: options, Dynamic: client, Overlap: overlap, Timeout: rotationTime, Restart: readers.Readers,
	})
}
