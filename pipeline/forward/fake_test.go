package forward

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// pods are servers, one after the other, to which a fake dialer connects.
type pods struct {
	t      *testing.T
	errs   []error // of the attempts that come first
	number int
	kill   chan error // loses the present tunnel
	said   chan string
}

func newPods(t *testing.T) *pods {
	return &pods{t: t, kill: make(chan error), said: make(chan string, 100)}
}

// connect starts the next server, which answers with its number.
func (p *pods) connect(ctx context.Context) (tunnel, error) {
	if len(p.errs) > 0 {
		err := p.errs[0]
		p.errs = p.errs[1:]
		return tunnel{}, err
	}
	p.number++
	name := fmt.Sprintf("website-%d", p.number)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, name) }))
	lost := make(chan error, 1)
	go func() {
		defer server.Close()
		select {
		case err := <-p.kill:
			lost <- err
		case <-ctx.Done():
			lost <- context.Cause(ctx)
		}
	}()
	return tunnel{address: strings.TrimPrefix(server.URL, "http://"), pod: name, lost: lost}, nil
}

// serve keeps a port open until the returned function is called, which gives
// what Serve returned.
func (p *pods) serve() (*Kept, func() error) {
	p.t.Helper()
	k, err := listen(p.t.Context(), Target{"demo", "website", 8080}, 0, p.connect)
	require.NoError(p.t, err)
	k.pause = pause{time.Millisecond, 4 * time.Millisecond}
	ctx, cancel := context.WithCancel(p.t.Context())
	ready, served := make(chan struct{}), make(chan error, 1)
	go func() { served <- k.Serve(ctx, func() { close(ready) }, func(s string) { p.said <- s }) }()
	<-ready
	stop := sync.OnceValue(func() error { cancel(); return <-served })
	p.t.Cleanup(func() { _ = stop() })
	return k, stop
}

// ask uses a connection of its own, as every visit of another browser does.
func ask(t *testing.T, url string) string {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
	answer, err := client.Get(url)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return string(body)
}
