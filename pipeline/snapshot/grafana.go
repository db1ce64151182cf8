package snapshot

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Grafana is one that answers at URL.
type Grafana struct{ URL, User, Password string }

// grafanaTimeout is for one request.
const grafanaTimeout = 20 * time.Second

func (g Grafana) get(ctx context.Context, path string, v any) error {
	ctx, cancel := context.WithTimeout(ctx, grafanaTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(g.URL, "/")+path, nil)
	if err != nil {
		return err
	}
	request.SetBasicAuth(g.User, g.Password)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", path, answer.Status)
	}
	if err := json.NewDecoder(answer.Body).Decode(v); err != nil {
		return fmt.Errorf("GET %s: not the JSON expected: %w", path, err)
	}
	return nil
}
