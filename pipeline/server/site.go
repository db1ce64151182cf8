package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// requestTimeout ends one request that hangs, so that the wait it serves
	// can ask again.
	requestTimeout = 5 * time.Second
	// maxAnswer bounds what is read of one answer.
	maxAnswer = 32 << 20
)

// errNotFound is in the error of a request that was answered with 404.
var errNotFound = errors.New("not found")

// site is a server that answers HTTP below an address.
type site struct {
	name   string // as it stands in messages
	base   *url.URL
	client *http.Client
}

// get reads path (with query, which may be nil) into v.
func (s site) get(ctx context.Context, path string, query url.Values, v any) error {
	status, body, err := s.fetch(ctx, path, query)
	switch {
	case err != nil:
		return err
	case status == http.StatusNotFound:
		return fmt.Errorf("%s: GET %s: %w: %s", s.name, path, errNotFound, firstLine(body))
	case status != http.StatusOK:
		return fmt.Errorf("%s: GET %s: %s: %s", s.name, path, statusText(status), firstLine(body))
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("%s: GET %s: not the JSON expected (%w): %s", s.name, path, err, firstLine(body))
	}
	return nil
}

// fetch requests path and returns whatever is answered.
func (s site) fetch(ctx context.Context, path string, query url.Values) (status int, body []byte, err error) {
	u := s.base.JoinPath(path)
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return 0, nil, err
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("%s: %w", s.name, err)
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err == nil && len(body) > maxAnswer {
		err = fmt.Errorf("the answer is longer than %d MiB; ask for less, by a narrower query or a shorter time", maxAnswer>>20)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("%s: GET %s: %w", s.name, path, err)
	}
	return resp.StatusCode, body, nil
}

func statusText(status int) string { return fmt.Sprintf("%d %s", status, http.StatusText(status)) }

// firstLine is enough of an answer to understand an error by.
func firstLine(body []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(body)), "\n")
	if len(line) > 200 {
		line = line[:200] + "…"
	}
	return line
}
