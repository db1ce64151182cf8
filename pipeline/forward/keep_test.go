package forward

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/rest"
)

func TestAReplacedPodIsFoundAgain(t *testing.T) {
	p := newPods(t)
	k, stop := p.serve()
	require.Equal(t, "website-1", ask(t, k.URL))
	require.Equal(t, "website-1", ask(t, k.URL))

	away := errors.New("none of the 1 pods is ready")
	p.errs = []error{away, away, errors.New("the API server is away"), away}
	p.kill <- errors.New("it is gone")
	said := []string{<-p.said} // it knows; before, it may still lend what it has lost
	require.Equal(t, "website-2", ask(t, k.URL), "a visit meanwhile waits for the next pod")
	require.NoError(t, stop())
	close(p.said)
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
	require.ErrorContains(t, err, "look for Service demo/website: ")
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
