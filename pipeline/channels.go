package pipeline

import (
	"context"
	"crypto/rand"
	"errors"

	"k8s.io/client-go/rest"

	"firedrill/pipeline/channels"
	"firedrill/pipeline/content"
	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/event"
	"firedrill/pipeline/kube"
	"firedrill/pipeline/server"
)

// TestChannels sends one marked notification through each receiver of
// Alertmanager and of Grafana in the cluster that stands. The results come back
// also with an error, which names the receivers that did not deliver.
func TestChannels(ctx context.Context, o Options) ([]channels.Result, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	c, err := o.loadContent(ctx)
	if err != nil {
		return nil, err
	}
	if c.Endpoints == (drill.Endpoints{}) {
		return nil, errors.New(o.Content + " names no endpoints; name the Services of alertmanager and inbox there")
	}
	s := &state{options: o, loaded: loaded{content: c}}
	if err := s.findCluster(ctx); err != nil {
		return nil, err
	}
	config, err := s.rest()
	if err != nil {
		return nil, err
	}
	return testChannels(ctx, config, c)
}

// tryChannels is TestChannels as a step of a run, when nothing that a drill has broken
// keeps a receiver from delivering.
func (s *state) tryChannels(ctx context.Context, _ event.Sink) error {
	if !s.content.TestChannels {
		return skipped("firedrill.yaml does not ask for it (key testChannels)")
	}
	config, err := s.rest()
	if err != nil {
		return err
	}
	_, err = testChannels(ctx, config, s.content)
	return err
}

func testChannels(ctx context.Context, config *rest.Config, c *content.Content) (results []channels.Result, err error) {
	client, err := kube.Client(config)
	if err != nil {
		return nil, err
	}
	pod, err := channels.FirstPod(ctx, client, c.Endpoints.Alertmanager)
	if err != nil {
		return nil, err
	}
	inbox, err := server.NewProxy(config, c.Endpoints.Inbox)
	if err != nil {
		return nil, err
	}
	test := channels.Options{
		Senders: []channels.Sender{channels.Alertmanager{API: pod}}, Inbox: server.NewInbox(inbox), Mark: "test " + rand.Text(),
	}
	if c.Grafana == nil {
		return channels.Test(ctx, test)
	}
	err = inGrafana(ctx, config, *c.Grafana, func(g dashboards.Options) error {
		test.Senders = append(test.Senders, channels.Grafana{Server: g.Server()})
		results, err = channels.Test(ctx, test)
		return err
	})
	return results, err
}
