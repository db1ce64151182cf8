package forward

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/rest"
)

// pods are servers, one after the other, to which a fake dialer connects.
type pods struct {
	t      *testing.T
	errs   []error // of the attempts that come first
	number int
	kill   chan error // loses the present way
	said   chan string
}

func newPods(t *testing.T) *pods {
	return &pods{t: t, kill: make(chan error), said: make(chan string, 100)}
}

// connect starts the next server, which answers with its number.
func (p *pods) connect(ctx context.Context) (way, error) {
	if len(p.errs) > 0 {
		err := p.errs[0]
		p.errs = p.errs[1:]
		return way{}, err
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
	return way{address: strings.TrimPrefix(server.URL, "http://"), pod: name, lost: lost}, nil
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

func TestAReplacedPodIsFoundAgain(t *testing.T) {
	p := newPods(t)
	k, stop := p.serve()
	require.Equal(t, "website-1", ask(t, k.URL))
	require.Equal(t, "website-1", ask(t, k.URL))

	away := errors.New("none of the 1 pods is ready")
	p.errs = []error{away, away, errors.New("the API server is away"), away}
	p.kill <- errors.New("it is gone")
	require.Equal(t, "website-2", ask(t, k.URL), "a visit meanwhile waits for the next pod")
	require.NoError(t, stop())
	close(p.said)
	var said []string
	for s := range p.said {
		said = append(said, s)
	}
	require.Equal(t, []string{
		"lost pod website-1 of Service demo/website:8080 (it is gone); connecting again",
		"none of the 1 pods is ready", // once, not at every attempt
		"the API server is away",
		"none of the 1 pods is ready",
		"connected to pod website-2",
	}, said)
}

func TestTheEndGivesEverythingBack(t *testing.T) {
	p := newPods(t)
	k, stop := p.serve()
	address := strings.TrimPrefix(k.URL, "http://")
	idle, err := net.Dial("tcp", address)
	require.NoError(t, err)
	require.NoError(t, stop())
	_, err = idle.Read(make([]byte, 1))
	require.Error(t, err, "open connections are closed")
	listener, err := net.Listen("tcp", address)
	require.NoError(t, err, "the port is free again")
	require.NoError(t, listener.Close())
}

// The end comes also while no pod is there.
func TestTheEndComesWhileConnecting(t *testing.T) {
	p := newPods(t)
	_, stop := p.serve()
	for range 100000 {
		p.errs = append(p.errs, errors.New("away"))
	}
	p.kill <- errors.New("it is gone")
	require.Contains(t, <-p.said, "it is gone")
	require.Equal(t, "away", <-p.said)
	require.NoError(t, stop())
}

func TestABusyPort(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer busy.Close()
	port := busy.Addr().(*net.TCPAddr).Port
	_, err = Listen(t.Context(), &rest.Config{Host: "http://127.0.0.1:1"}, Target{"demo", "website", 8080}, port)
	require.ErrorIs(t, err, ErrTaken)
	require.EqualError(t, err, fmt.Sprintf("forward 127.0.0.1:%d to Service demo/website:8080: another program has the port %[1]d", port))
}

// What was never there is an error at once; nobody waits for a typo.
func TestAServiceThatIsNotThere(t *testing.T) {
	k, err := Listen(t.Context(), &rest.Config{Host: "http://127.0.0.1:1"}, Target{"demo", "website", 8080}, 0)
	require.NoError(t, err)
	err = k.Serve(t.Context(), func() { t.Error("not ready") }, func(string) {})
	require.ErrorContains(t, err, "look for Service demo/website:8080")
	require.Error(t, k.Close(), "the port is given back already")
}

func TestUntilGone(t *testing.T) {
	for name, c := range map[string]struct {
		pod  *corev1.Pod
		want string
	}{
		"gone":      {pod("other", corev1.ConditionTrue), "it is gone"},
		"not ready": {pod("a", corev1.ConditionFalse), "it is not ready any more"},
	} {
		t.Run(name, func(t *testing.T) {
			require.EqualError(t, untilGone(t.Context(), fake.NewClientset(c.pod), "monitoring", "a", time.Millisecond), c.want)
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, untilGone(ctx, fake.NewClientset(pod("a", corev1.ConditionTrue)), "monitoring", "a", time.Hour), context.Canceled)
}
