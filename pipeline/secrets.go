package pipeline

import (
	"context"
	"fmt"

	"firedrill/pipeline/cluster"
	"firedrill/pipeline/event"
	"firedrill/pipeline/kube"
	"firedrill/pipeline/secrets"
)

// RotateKey gives the Secrets of the run that stands a new key in etcd.
func RotateKey(ctx context.Context, o Options) error {
	if err := o.check(); err != nil {
		return err
	}
	if o.Kubeconfig != "" {
		return fmt.Errorf("the key of the cluster of %s is not firedrill's: only the cluster of a run has one that it knows", o.Kubeconfig)
	}
	s := &state{options: o}
	if err := s.findCluster(ctx); err != nil {
		return err
	}
	if (cluster.Engine{Name: s.run.Engine()}).Elsewhere() {
		return fmt.Errorf("the API server of run %s reads a copy of the key, on the Docker of DOCKER_HOST: rotate it on that machine's own runs only", s.run.Name)
	}
	unlock, err := s.run.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	config, err := s.rest()
	if err != nil {
		return err
	}
	client, err := kube.Client(config)
	if err != nil {
		return err
	}
	return s.do(ctx, step{"secrets", func(ctx context.Context, sink event.Sink) error {
		return secrets.Rotate(ctx, secrets.Options{
			Dir: s.run.APIServer(), Client: client, Loaded: secrets.Loaded(client.CoreV1().RESTClient()), Sink: sink,
		})
	}})
}
