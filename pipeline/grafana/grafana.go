// Package grafana sends requests to a Grafana, for the parts of its API that no
// client knows.
package grafana

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Server is a Grafana that answers at URL to one user.
type Server struct {
	URL string
	// Token of a service account; without one User and Password count.
	Token          string
	User, Password string
	// Client is http.DefaultClient when it is nil.
	Client *http.Client
}

// mostAnswer bounds what is read of an answer.
const mostAnswer = 64 << 20

// Ask sends body as JSON, nothing when it is nil, and returns what is answered
// with whatever status. Errors name the address.
func (s Server) Ask(ctx context.Context, method, path string, body any) (answer []byte, status int, err error) {
	request, err := s.request(ctx, method, path, body)
	if err != nil {
		return nil, 0, err
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
	answer, err = io.ReadAll(io.LimitReader(response.Body, mostAnswer+1))
	if err == nil && len(answer) > mostAnswer {
		err = fmt.Errorf("it is longer than %d MiB; ask for less, by a narrower query or a shorter time", mostAnswer>>20)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read the answer of Grafana at %s: %w", s.URL, err)
	}
	return answer, response.StatusCode, nil
}

func (s Server) request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	content := io.Reader(http.NoBody)
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("write the request to Grafana: %w", err)
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(s.URL, "/")+path, content)
	if err != nil {
		return nil, fmt.Errorf("address of Grafana: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	switch {
	case s.Token != "":
		request.Header.Set("Authorization", "Bearer "+s.Token)
	case s.User != "":
		request.SetBasicAuth(s.User, s.Password)
	}
	return request, nil
}

// Get reads what is answered to GET path into v.
func (s Server) Get(ctx context.Context, path string, v any) error {
	answer, status, err := s.Ask(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("GET %s: %d %s", path, status, http.StatusText(status))
	}
	if err := json.Unmarshal(answer, v); err != nil {
		return fmt.Errorf("GET %s: not the JSON expected: %w", path, err)
	}
	return nil
}
