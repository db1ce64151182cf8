//go:build e2e

package e2e_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"firedrill/pipeline"
	"firedrill/pipeline/addresses"
	"firedrill/pipeline/certificates"
	firedrillyaml "firedrill/pipeline/content"
)

const tlsContent = "e2e/testdata/tls.yaml"

// secured is a cluster with names and certificates.
type secured struct {
	hardened
	content *firedrillyaml.Content
}

// TestTLS holds the tests that need such a cluster.
func TestTLS(t *testing.T) {
	const name = "e2e-tls"
	h := secured{hardened: hardened{t: t, site: newSite(t)}}
	var err error
	h.content, err = firedrillyaml.Load(t.Context(), "testdata/tls.yaml", pipeline.Charts(h.site.cache))
	require.NoError(t, err)
	h.site.run("up", "--name", name, "--content", tlsContent)
	h.site.run("deploy", "--name", name, "--content", tlsContent)
	h.connect(h.site.cache, name)
	for _, part := range []struct {
		name string
		test func(secured, context.Context)
	}{
		{"names", secured.namesAreKeptInStep},
		{"failures", secured.failuresAreExplained},
		{"rotation", secured.rootIsChanged},
	} {
		t.Run(part.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
			defer cancel()
			mine := h
			mine.t = t
			part.test(mine, ctx)
		})
	}
	h.site.run("down", "--name", name)
	h.site.requireNothingLeft()
}

// failuresAreExplained deploys certificates that cannot come.
func (h secured) failuresAreExplained(ctx context.Context) {
	_, err := h.client.CoreV1().Secrets("cert-manager").Create(ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "wrong-tsig"}, StringData: map[string]string{"key": "d3Jvbmcga2V5IHdyb25nIGtleSB3cm9uZyBrZXkgd3Jvbmc="},
	}, metav1.CreateOptions{})
	require.NoError(h.t, err)
	p := h.site.start("deploy", "--name", h.run.Name, "--content", "e2e/testdata/tls-failing.yaml")
	require.NotZero(h.t, p.wait(), "certificates came that cannot")
	h.t.Log(p.stderr())
	for _, want := range []string{
		"DNS-01 for wrong-key.sandbox.kind.firedrill.test: pending: DNS update failed",
		"why: the DNS server does not accept the signed update (TSIG): the key is another",
		"DNS-01 for shop.elsewhere.test: ",
		"why: nobody knows which server is in charge of the name: the zone is not delegated",
		"HTTP-01 for unmet.sandbox.kind.firedrill.test: pending: ",
		"why: the challenge cannot be met: the name has no address",
	} {
		require.Contains(h.t, p.stderr(), want)
	}
}

// asked is what a visitor saw, and whom he trusted when he asked.
type asked struct{ bundle, app, serial string }

// rootIsChanged asks for each address all the time while the root is changed, with
// a client that trusts the bundle of that moment and nobody else. The change is
// killed in between, and taken up.
func (h secured) rootIsChanged(ctx context.Context) {
	asking, stop := context.WithCancel(ctx)
	defer stop()
	var all []asked
	seen := make(chan error, 1)
	go func() {
		var err error
		all, err = h.keepAsking(asking)
		seen <- err
	}()

	rotate := []string{"certificates", "rotate", "--name", h.run.Name, "--content", tlsContent, "--overlap", "10s"}
	p := h.site.start(rotate...)
	p.await(says("certificates", "new intermediate", ""))
	p.kill()
	h.site.run(rotate...)
	stop()
	require.NoError(h.t, <-seen)

	var roots []int
	bundle, shown := "", map[string][]string{}
	for _, a := range all {
		if a.bundle != bundle {
			trusted, err := certificates.Parse([]byte(a.bundle))
			require.NoError(h.t, err)
			roots, bundle = append(roots, len(trusted)), a.bundle
		}
		if !slices.Contains(shown[a.app], a.serial) {
			shown[a.app] = append(shown[a.app], a.serial)
		}
	}
	h.t.Logf("%d visits, each a good one; roots trusted: %v; certificates shown: %v", len(all), roots, shown)
	require.Equal(h.t, []int{1, 2, 1}, roots, "how many roots were trusted")
	require.NotEqual(h.t, all[0].bundle, bundle)
	for _, v := range h.content.Addresses.Visits {
		require.Greater(h.t, len(shown[v.App]), 1, "certificates that %s has shown", v.App)
	}
	h.site.run("deploy", "--name", h.run.Name, "--content", tlsContent)
}

// keepAsking visits the addresses in turn, until one is not as it should be. Its last
// round begins after the end of the context, so that it sees how things were left.
func (h secured) keepAsking(ctx context.Context) (all []asked, err error) {
	for last := false; !last; {
		last = ctx.Err() != nil
		for _, v := range h.content.Addresses.Visits {
			a, err := h.visit(context.WithoutCancel(ctx), v)
			if err != nil {
				return all, fmt.Errorf("%s: %w", time.Now().Format(time.TimeOnly), err)
			}
			all = append(all, a)
		}
	}
	return all, nil
}

// visit asks again if the way there is lost, which no certificate can help. That one
// is not trusted is told at once.
func (h secured) visit(ctx context.Context, v addresses.Visit) (a asked, err error) {
	for range 3 {
		a, err = h.ask(ctx, v)
		var wrong *tls.CertificateVerificationError
		if err == nil || errors.As(err, &wrong) {
			return a, err
		}
		h.t.Logf("%s: %v", time.Now().Format(time.TimeOnly), err)
	}
	return a, err
}

func (h secured) ask(ctx context.Context, v addresses.Visit) (asked, error) {
	o := addresses.Options{Config: *h.content.Addresses, Names: *h.content.Names, REST: h.config}
	trust := o.Config.Trust
	bundle, err := h.client.CoreV1().ConfigMaps(trust.Namespace).Get(ctx, trust.ConfigMap, metav1.GetOptions{})
	if err != nil {
		return asked{}, err
	}
	text := bundle.Data[trust.Key]
	o.Roots = []byte(text)
	seen, err := addresses.Ask(ctx, o, v)
	return asked{text, v.App, seen.Serial}, err
}
