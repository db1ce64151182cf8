package drill

import (
	"context"
	"net/url"
	"regexp"
	"time"

	"k8s.io/client-go/rest"

	"firedrill/pipeline/drill/fault"
	"firedrill/pipeline/kube"
	"firedrill/pipeline/server"
)

// Ruler is what a drill asks of whoever evaluates rules.
type Ruler interface {
	Rule(ctx context.Context, name string) (server.Rule, error)
}

// Prometheus is what a drill asks Prometheus.
type Prometheus interface {
	Ruler
	Values(ctx context.Context, query string) ([]float64, error)
	Range(ctx context.Context, query string, from, to time.Time, step time.Duration) ([]server.Sample, error)
	ScrapeInterval(ctx context.Context, jobs *regexp.Regexp) (time.Duration, error)
}

// Alertmanager is what a drill asks Alertmanager, and Grafana, which has one
// of its own.
type Alertmanager interface {
	Alarms(ctx context.Context, rule string) ([]server.Held, error)
	GroupWait(ctx context.Context, receivers []string) (time.Duration, error)
}

// Inbox is what a drill asks the receiver of notifications.
type Inbox interface {
	Since(ctx context.Context, id int64) ([]server.Notification, error)
}

// Grafana is what a drill asks Grafana: about its own alerting and about what
// links lead to.
type Grafana interface {
	Ruler
	Alertmanager
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
	Alertmanager Alertmanager
	Inbox        Inbox
	// Grafana is nil where there is none; links are then not opened.
	Grafana Grafana
}

// Connect prepares to reach the servers through the API server that config
// names. It sends nothing yet. Grafana is the caller's to add: a way to it
// has to be opened first, see server.NewGrafana.
func Connect(config *rest.Config, e Endpoints) (Servers, error) {
	client, err := kube.Client(config)
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
	return Servers{
		Cluster:      fault.Cluster{Kubernetes: client},
		Prometheus:   prometheus,
		Alertmanager: server.NewAlertmanager(proxies[1]),
		Inbox:        server.NewInbox(proxies[2]),
	}, nil
}
