package panels

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"firedrill/pipeline/dashboards"
)

// server is a Grafana behind its HTTP API. The client that dashboards are
// imported with does not know the form in which data comes back.
type server struct{ dashboards.Options }

// Server is the Grafana that the options tell of.
func Server(o dashboards.Options) Querier { return server{o} }

// mostAnswer bounds what is read of an answer.
const mostAnswer = 64 << 20

// Query implements Querier.
func (s server) Query(ctx context.Context, r Request) (map[string]Answer, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	text, status, err := s.do(ctx, http.MethodPost, "/api/ds/query", bytes.NewReader(body))
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
	text, status, err := s.do(ctx, http.MethodGet, at, http.NoBody)
	if err == nil && status != http.StatusOK {
		err = s.refused(fmt.Sprintf("ask data source %q for %s", uid, path), status, text)
	}
	return text, err
}

func (s server) do(ctx context.Context, method, path string, body io.Reader) (text []byte, status int, err error) {
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(s.URL, "/")+path, body)
	if err != nil {
		return nil, 0, fmt.Errorf("address of Grafana: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	switch {
	case s.Token != "":
		request.Header.Set("Authorization", "Bearer "+s.Token)
	case s.User != "":
		request.SetBasicAuth(s.User, s.Password)
	}
	client := s.Client
	if client == nil {
		client = http.DefaultClient
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, 0, fmt.Errorf("ask Grafana: %w", err)
	}
	defer response.Body.Close()
	text, err = io.ReadAll(io.LimitReader(response.Body, mostAnswer+1))
	if err == nil && len(text) > mostAnswer {
		err = fmt.Errorf("it is longer than %d MiB; ask for less, by a narrower query or a shorter time", mostAnswer>>20)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read the answer of Grafana at %s: %w", s.URL, err)
	}
	return text, response.StatusCode, nil
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
