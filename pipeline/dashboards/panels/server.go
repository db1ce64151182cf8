package panels

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/grafana"
)

// server is a Grafana behind its HTTP API. The client that dashboards are
// imported with does not know the form in which data comes back.
type server struct{ grafana.Server }

// Server is the Grafana that the options tell of.
func Server(o dashboards.Options) Querier { return server{o.Server()} }

// Query implements Querier.
func (s server) Query(ctx context.Context, r Request) (map[string]Answer, error) {
	text, status, err := s.Ask(ctx, http.MethodPost, "/api/ds/query", r)
	if err != nil {
		return nil, err
	}
	// A query that fails makes the status 400, with the reason beside the query.
	var answer struct {
		Results map[string]Answer `json:"results"`
	}
	if err := json.Unmarshal(text, &answer); err != nil || answer.Results == nil {
		return nil, s.refused("run a query", status, text)
	}
	return answer.Results, nil
}

// Resource implements Querier.
func (s server) Resource(ctx context.Context, uid, path string, parameters map[string]string) ([]byte, error) {
	query := url.Values{}
	for name, value := range parameters {
		query.Set(name, value)
	}
	at := "/api/datasources/uid/" + url.PathEscape(uid) + "/resources/" + path + "?" + query.Encode()
	text, status, err := s.Ask(ctx, http.MethodGet, at, nil)
	if err == nil && status != http.StatusOK {
		err = s.refused(fmt.Sprintf("ask data source %q for %s", uid, path), status, text)
	}
	return text, err
}

func (s server) refused(what string, status int, text []byte) error {
	var said struct{ Message, Error string }
	if json.Unmarshal(text, &said) != nil || said.Message+said.Error == "" {
		const most = 200
		said.Message = string(text[:min(len(text), most)])
	}
	words := strings.TrimSuffix(strings.TrimPrefix(said.Message+": "+said.Error, ": "), ": ")
	return &dashboards.Refused{What: what, URL: s.URL, Said: fmt.Sprintf("status %d: %s", status, words)}
}
