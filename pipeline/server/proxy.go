// Package server reads what Prometheus, Alertmanager, inbox and Grafana know.
// The first three are reached through the service proxy of the Kubernetes API
// server: a kubeconfig is all that is needed. That proxy keeps passwords to
// itself, so Grafana is reached at an address that leads to it.
package server

import (
	"cmp"
	"fmt"
	"net/http"

	"k8s.io/client-go/rest"
)

// Endpoint is a Service through which a server is reached.
type Endpoint struct {
	Namespace string `yaml:"namespace" json:"namespace" jsonschema_description:"Namespace of the Service."`
	Service   string `yaml:"service" json:"service" jsonschema_description:"Name of the Service."`
	Port      int    `yaml:"port" json:"port" jsonschema:"minimum=1,maximum=65535" jsonschema_description:"Port of the Service."`
	// Scheme is http where it is empty.
	Scheme string `yaml:"scheme,omitempty" json:"scheme,omitempty" jsonschema:"enum=http,enum=https,default=http" jsonschema_description:"What the server speaks there. With https nobody checks its certificate: the API server's proxy does not."`
}

// Proxied is a Service or a pod behind it as the API server's proxy takes it:
// scheme:name:port.
func (e Endpoint) Proxied(name string, port int) string {
	return fmt.Sprintf("%s:%s:%d", cmp.Or(e.Scheme, "http"), name, port)
}

// String is the way an Endpoint stands in messages.
func (e Endpoint) String() string {
	return fmt.Sprintf("Service %s/%s:%d", e.Namespace, e.Service, e.Port)
}

// Proxy is the way to one Service.
type Proxy struct{ site }

// NewProxy prepares the way to e through the API server that config names.
func NewProxy(config *rest.Config, e Endpoint) (*Proxy, error) {
	base, _, err := rest.DefaultServerUrlFor(config)
	if err != nil {
		return nil, fmt.Errorf("address of the API server %q: %w", config.Host, err)
	}
	transport, err := rest.TransportFor(config)
	if err != nil {
		return nil, fmt.Errorf("transport to the API server %q: %w", config.Host, err)
	}
	return &Proxy{site{
		name: e.String(),
		base: base.JoinPath("api/v1/namespaces", e.Namespace,
			"services", e.Proxied(e.Service, e.Port), "proxy"),
		client: &http.Client{Transport: transport, Timeout: requestTimeout},
	}}, nil
}
