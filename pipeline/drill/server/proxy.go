// Package server reads what Prometheus, Alertmanager and inbox know, through
// the service proxy of the Kubernetes API server: a kubeconfig is all that is
// needed to reach them.
package server

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"k8s.io/client-go/rest"
)

const (
	// requestTimeout ends one request that hangs, so that the wait it serves
	// can ask again.
	requestTimeout = 5 * time.Second
	// maxAnswer bounds what is read of one answer.
	maxAnswer = 32 << 20
)

// Endpoint is a Service through which a server is reached.
type Endpoint struct {
	Namespace string `yaml:"namespace" json:"namespace" jsonschema_description:"Namespace of the Service."`
	Service   string `yaml:"service" json:"service" jsonschema_description:"Name of the Service."`
	Port      int    `yaml:"port" json:"port" jsonschema:"minimum=1,maximum=65535" jsonschema_description:"Port of the Service; the server answers plain HTTP there."`
}

// String is the way an Endpoint stands in messages.
func (e Endpoint) String() string {
	return fmt.Sprintf("Service %s/%s:%d", e.Namespace, e.Service, e.Port)
}

// Proxy is the way to one Service.
type Proxy struct {
	endpoint Endpoint
	base     *url.URL
	client   *http.Client
}

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
	return &Proxy{
		endpoint: e,
		base: base.JoinPath("api/v1/namespaces", e.Namespace,
			"services", fmt.Sprintf("http:%s:%d", e.Service, e.Port), "proxy"),
		client: &http.Client{Transport: transport, Timeout: requestTimeout},
	}, nil
}

// get reads path (with query, which may be nil) into v.
func (p *Proxy) get(ctx context.Context, path string, query url.Values, v any) error {
	u := p.base.JoinPath(path)
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return fmt.Errorf("%s: %w", p.endpoint, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%s: GET %s: %w", p.endpoint, path, err)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: GET %s: %s: %s", p.endpoint, path, resp.Status, firstLine(body))
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("%s: GET %s: not the JSON expected (%w): %s", p.endpoint, path, err, firstLine(body))
	}
	return nil
}

// firstLine is enough of an answer to understand an error by.
func firstLine(body []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(body)), "\n")
	if len(line) > 200 {
		line = line[:200] + "…"
	}
	return line
}
