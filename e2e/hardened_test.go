//go:build e2e

package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/transport/spdy"

	"firedrill/pipeline"
	"firedrill/pipeline/cluster"
	"firedrill/pipeline/command"
	"firedrill/pipeline/runs"
)

// hardened is a cluster with everything deployed, on which tests try what is
// forbidden.
type hardened struct {
	t      *testing.T
	run    *runs.Run
	config *rest.Config
	client kubernetes.Interface
	nodes  *cluster.Cluster
	output string // what the program printed and wrote; empty if the cluster was there
	site   *site  // where the program is run; none if the cluster was there
}

// TestHardened holds all tests that need such a cluster. FIREDRILL_E2E_RUN
// names one that stands; else there is one for them.
func TestHardened(t *testing.T) {
	h := newHardened(t)
	for name, test := range map[string]func(hardened, context.Context){
		"secrets in etcd":     hardened.secretsAreEncrypted,
		"secrets in output":   hardened.secretsAreNotPrinted,
		"strangers":           hardened.strangersAreRefused,
		"mutual TLS":          hardened.peersCheckEachOther,
		"flags":               hardened.programsAreStrict,
		"tokens":              hardened.tokensEnd,
		"pod security":        hardened.podsAreConfined,
		"people":              hardened.peopleSeeWhatIsTheirs,
		"quotas":              hardened.namespacesAreBounded,
		"network connections": hardened.networkIsClosed,
		"certificates":        hardened.peersShowCertificates,
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
			defer cancel()
			mine := h
			mine.t = t
			test(mine, ctx)
		})
	}
	t.Run("new root", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
		defer cancel()
		mine := h
		mine.t = t
		mine.peersTrustANewRoot(ctx)
	})
}

func newHardened(t *testing.T) hardened {
	t.Helper()
	h := hardened{t: t}
	name := os.Getenv("FIREDRILL_E2E_RUN")
	cache, err := pipeline.CacheDir()
	require.NoError(t, err)
	if name == "" {
		name = "e2e-hardened"
		s := newSite(t)
		h.site = s
		for _, command := range []string{"up", "deploy"} {
			p := s.start(command, "--name", name)
			require.Zero(t, p.wait(), p.stderr())
			h.output += p.stderr() + everythingIn(t, p.out)
		}
		t.Cleanup(func() {
			s.run("down", "--name", name)
			s.requireNothingLeft()
		})
	}
	h.connect(cache, name)
	return h
}

// connect finds the ways into the run's cluster.
func (h *hardened) connect(cache, name string) {
	t := h.t
	t.Helper()
	h.run = runs.Folders(filepath.Join(cache, "runs")).Open(name)
	var err error
	h.config, err = clientcmd.BuildConfigFromFlags("", h.run.Kubeconfig())
	require.NoError(t, err)
	h.client, err = kubernetes.NewForConfig(h.config)
	require.NoError(t, err)
	engine, err := inspect()
	require.NoError(t, err)
	h.nodes, err = cluster.Open(t.Context(), command.OS{}, cluster.Engine{Name: engine.Name, Env: engine.Env}, name, h.run.Kubeconfig())
	require.NoError(t, err)
}

func everythingIn(t *testing.T, folder string) string {
	t.Helper()
	var all strings.Builder
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	}))
	return all.String()
}

func (h hardened) controlPlane() string { return h.run.Name + "-control-plane" }

// onNode runs a program on the control plane's node.
func (h hardened) onNode(ctx context.Context, argv ...string) string {
	h.t.Helper()
	out, err := h.nodes.Exec(ctx, h.controlPlane(), argv...)
	require.NoError(h.t, err)
	return out
}

// forward opens a port of the control plane's node, and gives it on loopback.
// etcd's pod has the node's network.
func (h hardened) forward(port int) string {
	h.t.Helper()
	transport, upgrader, err := spdy.RoundTripperFor(h.config)
	require.NoError(h.t, err)
	url := h.client.CoreV1().RESTClient().Post().Resource("pods").Namespace("kube-system").
		Name("etcd-" + h.controlPlane()).SubResource("portforward").URL()
	dialer := spdy.NewDialer(upgrader, &http.Client{Transport: transport}, http.MethodPost, url)
	stop, ready := make(chan struct{}), make(chan struct{})
	forwarder, err := portforward.New(dialer, []string{fmt.Sprintf("0:%d", port)}, stop, ready, os.Stderr, os.Stderr)
	require.NoError(h.t, err)
	ended := make(chan error, 1)
	go func() { ended <- forwarder.ForwardPorts() }()
	h.t.Cleanup(func() { close(stop) })
	select {
	case <-ready:
	case err := <-ended:
		require.NoError(h.t, err, "forward to port %d", port)
	case <-time.After(time.Minute):
		require.FailNow(h.t, "no port-forward within a minute")
	}
	open, err := forwarder.GetPorts()
	require.NoError(h.t, err)
	return fmt.Sprintf("127.0.0.1:%d", open[0].Local)
}
