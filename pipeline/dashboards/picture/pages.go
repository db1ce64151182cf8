package picture

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// pageTimeout is for one page of text.
const pageTimeout = 20 * time.Second

// bundle is the program that makes Grafana's pages.
var bundle = regexp.MustCompile(`<script[^>]+src="[^"]*public/build/[^"]+\.js"`)

// HasPages tells whether Grafana serves its pages. One that was built from source
// without them answers the API only.
func HasPages(ctx context.Context, address string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, pageTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(address, "/")+"/login", http.NoBody)
	if err != nil {
		return false, fmt.Errorf("address of Grafana: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false, fmt.Errorf("ask Grafana for its pages: %w", err)
	}
	defer response.Body.Close()
	const most = 1 << 20
	text, err := io.ReadAll(io.LimitReader(response.Body, most))
	if err != nil {
		return false, fmt.Errorf("read Grafana's page: %w", err)
	}
	return response.StatusCode == http.StatusOK && bundle.Match(text), nil
}
