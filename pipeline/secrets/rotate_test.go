package secrets_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/rest"
	clienttesting "k8s.io/client-go/testing"

	"firedrill/pipeline/cluster/apiserver"
	"firedrill/pipeline/event"
	"firedrill/pipeline/secrets"
)

// server is an API server that stores with the first of the keys that it has
// read, and reads its file when it is asked for the second time.
type server struct {
	t      *testing.T
	dir    string
	client *fake.Clientset

	mu     sync.Mutex
	names  []string // of the keys that it works with
	hash   string
	asked  int
	stored map[string]string // name of the key by Secret
	deaf   bool              // it never reads its file again
}

func newServer(t *testing.T, names ...string) *server {
	t.Helper()
	s := &server{t: t, dir: t.TempDir(), client: fake.NewClientset(), stored: map[string]string{}}
	require.NoError(t, apiserver.Write(s.dir))
	s.read()
	for _, name := range names {
		s.add(name)
	}
	s.client.PrependReactor("update", "secrets", func(a clienttesting.Action) (bool, runtime.Object, error) {
		written := a.(clienttesting.UpdateAction).GetObject().(*corev1.Secret)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.stored[written.Name] = s.names[0]
		return false, nil, nil
	})
	return s
}

func (s *server) add(name string) {
	s.t.Helper()
	_, err := s.client.CoreV1().Secrets("default").Create(s.t.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	require.NoError(s.t, err)
	s.stored[name] = s.names[0]
}

func (s *server) read() {
	s.t.Helper()
	var err error
	s.names, err = apiserver.KeyNames(s.dir)
	require.NoError(s.t, err)
	s.hash, err = apiserver.Hash(s.dir)
	require.NoError(s.t, err)
}

func (s *server) loaded(context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asked++; s.asked%2 == 0 && !s.deaf {
		s.read()
	}
	for secret, key := range s.stored {
		require.Contains(s.t, s.names, key, "the Secret %s cannot be read any more", secret)
	}
	return s.hash, nil
}

// rotate gives how each step ended.
func (s *server) rotate(ctx context.Context) (ends []string, err error) {
	s.t.Helper()
	err = secrets.Rotate(ctx, secrets.Options{
		Dir: s.dir, Client: s.client, Loaded: s.loaded, Interval: time.Millisecond, Within: time.Second,
		Sink: func(e event.Event) {
			if e.State.Ended() {
				ends = append(ends, e.Item+": "+string(e.State))
			}
		},
	})
	return ends, err
}

var all = []string{"new key: passed", "Secrets: passed", "old key: passed"}

func TestEverySecretIsStoredWithTheNewKeyAndTheOldOneGoes(t *testing.T) {
	s := newServer(t, "a", "b")
	ends, err := s.rotate(t.Context())
	require.NoError(t, err)
	require.Equal(t, all, ends)
	require.Equal(t, []string{"key2"}, s.names)
	require.Equal(t, map[string]string{"a": "key2", "b": "key2"}, s.stored)

	_, err = s.rotate(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]string{"a": "key3", "b": "key3"}, s.stored)
}

// TestARotationThatWasKilledIsGoneOnWith wherever that was.
func TestARotationThatWasKilledIsGoneOnWith(t *testing.T) {
	for name, killed := range map[string]struct {
		after func(*server)
		ends  []string
	}{
		"the new key was written":   {func(s *server) { require.NoError(s.t, apiserver.NewKey(s.dir)) }, all},
		"the new key was read":      {func(s *server) { require.NoError(s.t, apiserver.NewKey(s.dir)); s.read() }, all},
		"half of them were written": {func(s *server) { require.NoError(s.t, apiserver.NewKey(s.dir)); s.read(); s.stored["a"] = "key2" }, all},
		"the old key was taken away": {func(s *server) {
			require.NoError(s.t, apiserver.NewKey(s.dir))
			s.read()
			s.stored = map[string]string{"a": "key2", "b": "key2"}
			require.NoError(s.t, apiserver.DropOldKeys(s.dir))
		}, all[2:]},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, "a", "b")
			killed.after(s)
			ends, err := s.rotate(t.Context())
			require.NoError(t, err)
			require.Equal(t, killed.ends, ends)
			require.Equal(t, []string{"key2"}, s.names, "there is no third key")
			require.Equal(t, map[string]string{"a": "key2", "b": "key2"}, s.stored)
		})
	}
}

func TestTheOldKeyStaysWhileASecretNeedsIt(t *testing.T) {
	s := newServer(t, "a", "b")
	refuse := true
	s.client.PrependReactor("update", "secrets", func(a clienttesting.Action) (bool, runtime.Object, error) {
		written := a.(clienttesting.UpdateAction).GetObject().(*corev1.Secret)
		return refuse && written.Name == "a", nil, apierrors.NewForbidden(corev1.Resource("secrets"), "a", errors.New("by a policy"))
	})
	ends, err := s.rotate(t.Context())
	require.ErrorContains(t, err, "write the Secret default/a again")
	require.ErrorContains(t, err, "`firedrill secrets rotate` goes on from here")
	require.Equal(t, []string{"new key: passed", "Secrets: failed"}, ends)
	require.Equal(t, []string{"key2", "key1"}, s.names)
	require.Equal(t, map[string]string{"a": "key1", "b": "key2"}, s.stored, "the others are written all the same")
	refuse = false
	_, err = s.rotate(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"key2"}, s.names)
}

// A Secret that somebody else writes or deletes meanwhile is written with the new
// key, or needs none.
func TestSecretsThatChangeMeanwhile(t *testing.T) {
	for name, answer := range map[string]error{
		"changed": apierrors.NewConflict(corev1.Resource("secrets"), "a", errors.New("changed")),
		"deleted": apierrors.NewNotFound(corev1.Resource("secrets"), "a"),
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, "a")
			s.client.PrependReactor("update", "secrets", func(clienttesting.Action) (bool, runtime.Object, error) {
				s.mu.Lock()
				defer s.mu.Unlock()
				s.stored["a"] = s.names[0]
				return true, nil, answer
			})
			_, err := s.rotate(t.Context())
			require.NoError(t, err)
		})
	}
}

func TestAnAPIServerThatDoesNotReadItsKeysKeepsTheOldOne(t *testing.T) {
	s := newServer(t, "a")
	s.deaf = true
	before := s.hash
	ends, err := s.rotate(t.Context())
	require.ErrorContains(t, err, "the API server has not read its keys ("+s.dir)
	require.ErrorContains(t, err, "it works with "+before)
	require.Equal(t, []string{"new key: failed"}, ends)
	names, err := apiserver.KeyNames(s.dir)
	require.NoError(t, err)
	require.Equal(t, []string{"key2", "key1"}, names)
}

func TestCtrlCEndsTheWait(t *testing.T) {
	s := newServer(t, "a")
	s.deaf = true
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.rotate(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func TestARunWithoutKeys(t *testing.T) {
	s := newServer(t)
	s.dir = t.TempDir()
	_, err := s.rotate(t.Context())
	require.ErrorContains(t, err, "there is no key in "+s.dir)
}

func TestLoadedReadsTheMetric(t *testing.T) {
	for name, c := range map[string]struct{ text, hash, message string }{
		"found": {`# TYPE apiserver_encryption_config_controller_last_config_info gauge
apiserver_encryption_config_controller_last_config_info{apiserver_id_hash="sha256:1",hash="sha256:2"} 1
apiserver_other{hash="sha256:3"} 1
`, "sha256:2", ""},
		"not there": {"apiserver_other 1\n", "", "say nothing of apiserver_encryption_config_controller_last_config_info"},
	} {
		t.Run(name, func(t *testing.T) {
			page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/metrics" {
					_, _ = w.Write([]byte(c.text))
				}
			}))
			t.Cleanup(page.Close)
			client, err := kubernetes.NewForConfig(&rest.Config{Host: page.URL})
			require.NoError(t, err)
			found, err := secrets.Loaded(client.CoreV1().RESTClient())(t.Context())
			require.Equal(t, c.hash, found)
			if c.message == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.message)
			page.Close()
			_, err = secrets.Loaded(client.CoreV1().RESTClient())(t.Context())
			require.ErrorContains(t, err, "ask the API server for its metrics")
			require.ErrorContains(t, err, "refused")
		})
	}
}
