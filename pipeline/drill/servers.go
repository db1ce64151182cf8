package drill

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"firedrill/pipeline/drill/fault"
	"firedrill/pipeline/kube"
	"firedrill/pipeline/server"
)

// Ruler is what a drill asks of whoever evaluates rules.
type Ruler interface {
	Rule(ctx context.Context, name string) (server.Rule, error)
	// Rules are all of them, each name once.
	Rules(ctx context.Context) ([]server.Rule, error)
}

// Prometheus is what a drill asks Prometheus.
type Prometheus interface {
	Ruler
	Values(ctx context.Context, query string) ([]float64, error)
	Range(ctx context.Context, query string, from, to time.Time, step time.Duration) ([]server.Sample, error)
	ScrapeInterval(ctx context.Context, jobs *regexp.Regexp) (time.Duration, error)
	// Relabelled are an alarm's labels as Alertmanager gets them.
	Relabelled(ctx context.Context, labels map[string]string) (map[string]string, error)
}

// Alertmanager is what a drill asks Alertmanager, and Grafana, which has one
// of its own.
type Alertmanager interface {
	Alarms(ctx context.Context, rule string) ([]server.Held, error)
	GroupWait(ctx context.Context, receivers []string) (time.Duration, error)
}

// Router is an Alertmanager of whose routes more is asked, on a cluster that
// others use too.
type Router interface {
	Alertmanager
	// Away fails unless a route that wants the label takes every alarm with
	// these labels away from all other routes. Who evaluates rules himself must
	// give it the label as well.
	Away(ctx context.Context, label string, labels map[string]string) error
}

// Inbox is what a drill asks the receiver of notifications, which evaluates
// rules of its own: about what it does not receive.
type Inbox interface {
	Ruler
	// Since gives the notifications after that id, and the id to ask with next.
	Since(ctx context.Context, id int64) (notes []server.Notification, last int64, err error)
}

// Grafana is what a drill asks Grafana: about its own alerting and about what
// links lead to.
type Grafana interface {
	Ruler
	Router
	Root(ctx context.Context) (string, error)
	Dashboard(ctx context.Context, uid string) (server.Dashboard, error)
	Page(ctx context.Context, path string, query url.Values) error
}

// Endpoints are the Services of the servers that a drill watches.
type Endpoints struct {
	Prometheus   server.Endpoint `yaml:"prometheus" json:"prometheus" jsonschema_description:"Prometheus, which evaluates the rules."`
	Alertmanager server.Endpoint `yaml:"alertmanager" json:"alertmanager" jsonschema_description:"Alertmanager, which notifies."`
	Inbox        server.Endpoint `yaml:"inbox" json:"inbox" jsonschema_description:"inbox, which receives the notifications."`
}

// Servers are what a drill acts on and watches.
type Servers struct {
	Cluster      fault.Cluster
	Prometheus   Prometheus
	Alertmanager Router
	Inbox        Inbox
	// Grafana is nil where there is none; links are then not opened.
	Grafana Grafana
	// Panels asks what the panels show that links lead to; nil: links are then
	// opened, but nobody looks at what is seen there.
	Panels Panels
	// Loki is its ruler; nil where there is none.
	Loki Ruler
	// Visitor asks for apps by their names; nil where they have none.
	Visitor Visitor
}

// Cluster prepares to act on the cluster that config names. It sends nothing yet.
func Cluster(config *rest.Config) (fault.Cluster, error) {
	client, err := kube.Client(config)
	if err != nil {
		return fault.Cluster{}, err
	}
	objects, err := dynamic.NewForConfig(config)
	if err != nil {
		return fault.Cluster{}, fmt.Errorf("client of the API server %q: %w", config.Host, err)
	}
	return fault.Cluster{Kubernetes: client, Dynamic: objects, REST: config}, nil
}

// Connect prepares to reach the servers through the API server that config
// names. It sends nothing yet. Grafana is the caller's to add: a way to it
// has to be opened first, see server.NewGrafana. Loki is nil where there is none.
func Connect(config *rest.Config, e Endpoints, loki *server.Endpoint) (Servers, error) {
	cluster, err := Cluster(config)
	if err != nil {
		return Servers{}, err
	}
	var proxies [3]*server.Proxy
	for i, endpoint := range []server.Endpoint{e.Prometheus, e.Alertmanager, e.Inbox} {
		if proxies[i], err = server.NewProxy(config, endpoint); err != nil {
			return Servers{}, err
		}
	}
	prometheus, err := server.NewPrometheus(proxies[0])
	if err != nil {
		return Servers{}, err
	}
	s := Servers{
		Cluster:      cluster,
		Prometheus:   prometheus,
		Alertmanager: server.NewAlertmanager(proxies[1]),
		Inbox:        server.NewInbox(proxies[2]),
	}
	if loki != nil {
		p, err := server.NewProxy(config, *loki)
		if err != nil {
			return Servers{}, err
		}
		s.Loki = server.NewLoki(p)
	}
	return s, nil
}
