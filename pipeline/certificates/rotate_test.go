package certificates

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic/fake"
	clienttesting "k8s.io/client-go/testing"

	"firedrill/pipeline/event"
)

const objectsText = `apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: firedrill}
spec: {ca: {secretName: issuing}}
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: others}
spec: {acme: {}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {namespace: demo, name: website}
spec: {secretName: website-tls, issuerRef: {kind: ClusterIssuer, name: firedrill}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {namespace: demo, name: foreign}
spec: {secretName: foreign-tls, issuerRef: {kind: ClusterIssuer, name: others}}
`

// world is a cluster with two certificates, one of them ours, and something that
// signs as cert-manager does when it is asked to.
type world struct {
	Rotation
	signs bool // whether cert-manager works
	asked []string
	// trusted is what a client in namespace demo trusts when the website shows
	// another certificate.
	trusted [][]*x509.Certificate
	// restarted is what was to be, and how things stood then; failing is the number of
	// the restart that fails, from 1.
	restarted []string
	failing   int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Rotation: Rotation{Options: options(t), Overlap: time.Minute, Timeout: time.Minute}, signs: true}
	w.Now, w.Restart = func() time.Time { return now }, w.restart
	require.NoError(t, Place(t.Context(), w.Options))
	var all []runtime.Object
	for text := range strings.SplitSeq(objectsText, "\n---\n") {
		u := &unstructured.Unstructured{}
		require.NoError(t, yaml.Unmarshal([]byte(text), &u.Object))
		all = append(all, u)
	}
	client := fake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), map[schema.GroupVersionResource]string{
		certificateResource: "CertificateList", issuerResource: "ClusterIssuerList",
	}, all...)
	client.PrependReactor("update", "certificates", func(a clienttesting.Action) (bool, runtime.Object, error) {
		u := a.(clienttesting.UpdateAction).GetObject().(*unstructured.Unstructured)
		w.asked = append(w.asked, u.GetName())
		if w.signs {
			w.sign(t, u.GetName()+"-tls")
		}
		return true, u, nil
	})
	w.Dynamic = client
	w.sign(t, "website-tls")
	return w
}

// sign makes the website's certificate by the intermediate that the cluster has.
func (w *world) sign(t *testing.T, name string) {
	t.Helper()
	issuing := secret(t, w.Client, "cert-manager", "issuing")
	by, err := Parse(issuing.Data["tls.crt"])
	require.NoError(t, err)
	key, err := parseKey(issuing.Data["tls.key"])
	require.NoError(t, err)
	chain := pemOf(leaf(t, Authority{Certificate: by[0], Key: key}), by[0])
	s := store{client: w.Client}
	require.NoError(t, s.putSecret(t.Context(), "demo", name, corev1.SecretTypeTLS, map[string][]byte{"tls.crt": chain}))
	trusted, err := s.bundle(t.Context(), "demo", "bundle")
	require.NoError(t, err)
	w.trusted = append(w.trusted, trusted)
}

var errBroken = errors.New("it does not come back")

func (w *world) restart(ctx context.Context, _ *event.Task, what string) error {
	trusted, err := store{client: w.Client}.bundle(ctx, "demo", "bundle")
	if err != nil {
		return err
	}
	w.restarted = append(w.restarted, fmt.Sprintf("%s: roots trusted: %d, certificates signed again: %d", what, len(trusted), len(w.trusted)-1))
	if len(w.restarted) == w.failing {
		return errBroken
	}
	return nil
}

func TestRotateLeavesNoMomentInWhichSomebodyIsNotTrusted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		old, err := w.Root.Load(now)
		require.NoError(t, err)
		var items []string
		w.Sink = func(e event.Event) {
			if len(items) == 0 || items[len(items)-1] != e.Item {
				items = append(items, e.Item)
			}
		}
		begin := time.Now()
		require.NoError(t, Rotate(t.Context(), w.Rotation))
		require.GreaterOrEqual(t, time.Since(begin), 2*w.Overlap)
		require.Equal(t, []string{
			"trust both", "wait until both are trusted", "restart who is to trust both",
			"new intermediate", "certificates", "wait until they are shown", "restart who is to show them",
			"trust the new one alone", "restart who is to trust it alone",
		}, items)
		require.Equal(t, []string{
			"trust: roots trusted: 2, certificates signed again: 0",
			"certificate: roots trusted: 2, certificates signed again: 1",
			"trust: roots trusted: 1, certificates signed again: 1",
		}, w.restarted)

		fresh, err := w.Root.Load(now)
		require.NoError(t, err)
		require.False(t, fresh.Certificate.Equal(old.Certificate))
		require.Len(t, w.trusted, 2)
		require.Len(t, w.trusted[1], 2, "when the website showed the new certificate, both roots were trusted")
		require.Equal(t, string(pemOf(fresh.Certificate)), bundle(t, w.Client, "demo"))
		require.Equal(t, []string{"website"}, w.asked, "and nobody else's")
		under, err := w.under(t.Context(), certificateName{"demo", "website", "website-tls"}, fresh.Certificate)
		require.NoError(t, err)
		require.True(t, under)
		_, err = os.Stat(string(w.Root.next()))
		require.ErrorIs(t, err, os.ErrNotExist)
	})
}

// One that got stuck leaves both roots trusted, and the next goes on with the same
// new root.
func TestARotationThatGotStuckIsTakenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.signs = false
		err := Rotate(t.Context(), w.Rotation)
		require.ErrorContains(t, err, "not all were signed again within 1m0s; still under the old root: demo/website")
		both := bundle(t, w.Client, "demo")
		trusted, err := Parse([]byte(both))
		require.NoError(t, err)
		require.Len(t, trusted, 2)
		next, err := w.Root.next().Load(now)
		require.NoError(t, err)

		w.signs = true
		require.NoError(t, Rotate(t.Context(), w.Rotation))
		fresh, err := w.Root.Load(now)
		require.NoError(t, err)
		require.True(t, fresh.Certificate.Equal(next.Certificate))
	})
}

// What does not come back holds the rotation up, and the next one restarts it again:
// nothing is signed while somebody trusts the old root alone, nor is that taken away
// while somebody shows what is under it.
func TestARotationWhoseRestartFailsIsTakenUp(t *testing.T) {
	for step, failing := range map[string]int{"restart who is to trust both": 1, "restart who is to show them": 2, "restart who is to trust it alone": 3} {
		t.Run(step, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				old, err := w.Root.Load(now)
				require.NoError(t, err)
				w.failing = failing
				err = Rotate(t.Context(), w.Rotation)
				require.ErrorIs(t, err, errBroken)
				require.ErrorContains(t, err, step+": ")
				require.Equal(t, failing > 1, len(w.asked) > 0, "whether anything was signed")
				trusted, err := Parse([]byte(bundle(t, w.Client, "demo")))
				require.NoError(t, err)
				require.Equal(t, failing < 3, slices.ContainsFunc(trusted, old.Certificate.Equal), "whether the old root is trusted")
				next, err := w.Root.next().Load(now)
				require.NoError(t, err)

				w.failing, w.restarted = 0, nil
				require.NoError(t, Rotate(t.Context(), w.Rotation))
				require.Len(t, w.restarted, 3)
				require.Equal(t, []string{"website"}, w.asked, "signed once")
				fresh, err := w.Root.Load(now)
				require.NoError(t, err)
				require.True(t, fresh.Certificate.Equal(next.Certificate))
				require.Equal(t, string(pemOf(fresh.Certificate)), bundle(t, w.Client, "demo"))
			})
		})
	}
}

// Whose deployment is told to rotate must be able to.
func TestAnExpiredRootIsRotated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		old, err := NewRoot("old", now.Add(-RootLife-time.Hour))
		require.NoError(t, err)
		w.Root = Folder(t.TempDir())
		require.NoError(t, w.Root.save(old))
		require.ErrorIs(t, Place(t.Context(), w.Options), errExpired)

		require.NoError(t, Rotate(t.Context(), w.Rotation))
		fresh, err := w.Root.Load(now)
		require.NoError(t, err)
		require.False(t, fresh.Certificate.Equal(old.Certificate))
		require.Equal(t, string(pemOf(fresh.Certificate)), bundle(t, w.Client, "demo"))
	})
}

// Whose folder has a root that the cluster does not sign under is told to rotate.
func TestARotationLeavesTheRootTrustedThatTheClusterSignsUnder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		signing, err := w.Root.Load(now)
		require.NoError(t, err)
		w.Root = Folder(t.TempDir())
		_, err = w.Root.Open("another", now)
		require.NoError(t, err)
		require.ErrorIs(t, Place(t.Context(), w.Options), errOther)

		require.NoError(t, Rotate(t.Context(), w.Rotation))
		require.Len(t, w.trusted, 2)
		require.Contains(t, string(pemOf(w.trusted[1]...)), string(pemOf(signing.Certificate)),
			"until the website shows the new certificate, the old one is trusted")
		fresh, err := w.Root.Load(now)
		require.NoError(t, err)
		require.Equal(t, string(pemOf(fresh.Certificate)), bundle(t, w.Client, "demo"))
	})
}

func TestARotationWithoutARootIsRefused(t *testing.T) {
	w := newWorld(t)
	w.Root = Folder(t.TempDir())
	require.ErrorContains(t, Rotate(t.Context(), w.Rotation), "to change: whoever holds the root of this cluster rotates it")
}

func TestACancelledRotationEndsAtOnce(t *testing.T) {
	w := newWorld(t)
	w.Overlap = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, Rotate(ctx, w.Rotation), context.Canceled)
	_, err := w.Client.CoreV1().Secrets("cert-manager").Get(t.Context(), "issuing", metav1.GetOptions{})
	require.NoError(t, err)
}
