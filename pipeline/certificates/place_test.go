package certificates

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"

	"firedrill/pipeline/event"
)

// options put everything into a cluster of its own.
func options(t *testing.T) Options {
	t.Helper()
	return Options{
		Wanted: Wanted{
			Issuing: Issuing{Namespace: "cert-manager", Secret: "issuing"},
			Trust:   Trust{ConfigMap: "bundle", Namespaces: []string{"demo", "monitoring"}},
			TSIG:    &TSIG{Key: "updates", Secret: "tsig", Namespaces: []string{"dns", "cert-manager"}},
		},
		Root: Folder(filepath.Join(t.TempDir(), "ca")), Client: fake.NewClientset(), Now: func() time.Time { return now },
		Labels: map[string]string{"firedrill.run": "x"},
	}
}

func secret(t *testing.T, c kubernetes.Interface, namespace, name string) *corev1.Secret {
	t.Helper()
	s, err := c.CoreV1().Secrets(namespace).Get(t.Context(), name, metav1.GetOptions{})
	require.NoError(t, err)
	return s
}

func bundle(t *testing.T, c kubernetes.Interface, namespace string) string {
	t.Helper()
	m, err := c.CoreV1().ConfigMaps(namespace).Get(t.Context(), "bundle", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, "x", m.Labels["firedrill.run"])
	return m.Data["ca.crt"]
}

func TestPlaceGivesTheClusterAnIntermediateAndItsPodsTheRoot(t *testing.T) {
	o := options(t)
	require.NoError(t, Place(t.Context(), o))
	top, err := o.Root.Load(now)
	require.NoError(t, err)

	s := secret(t, o.Client, "cert-manager", "issuing")
	require.Equal(t, corev1.SecretTypeTLS, s.Type)
	issuing, err := Parse(s.Data["tls.crt"])
	require.NoError(t, err)
	require.NoError(t, Under(issuing, []*x509.Certificate{top.Certificate}, now))
	key, err := parseKey(s.Data["tls.key"])
	require.NoError(t, err)
	require.True(t, Authority{Certificate: issuing[0], Key: key}.matches())
	for _, namespace := range o.Trust.Namespaces {
		require.Equal(t, string(pemOf(top.Certificate)), bundle(t, o.Client, namespace))
	}

	// The intermediate's key is in the Secret and in no file.
	err = filepath.WalkDir(string(o.Root), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		require.NotContains(t, string(text), strings.Split(string(s.Data["tls.key"]), "\n")[1], path)
		return err
	})
	require.NoError(t, err)
}

func TestPlaceAgainChangesNothing(t *testing.T) {
	o := options(t)
	require.NoError(t, Place(t.Context(), o))
	issuing, tsig := secret(t, o.Client, "cert-manager", "issuing"), secret(t, o.Client, "dns", "tsig")
	require.NoError(t, Place(t.Context(), o))
	require.Equal(t, issuing.Data, secret(t, o.Client, "cert-manager", "issuing").Data)
	require.Equal(t, tsig.Data, secret(t, o.Client, "dns", "tsig").Data)
}

func TestAnIntermediateIsReplacedInTimeUnderTheSameRoot(t *testing.T) {
	o := options(t)
	require.NoError(t, Place(t.Context(), o))
	before, trusted := secret(t, o.Client, "cert-manager", "issuing"), bundle(t, o.Client, "demo")
	o.Now = func() time.Time { return now.Add(IntermediateLife * 3 / 4) }
	require.NoError(t, Place(t.Context(), o))
	require.NotEqual(t, before.Data["tls.crt"], secret(t, o.Client, "cert-manager", "issuing").Data["tls.crt"])
	require.Equal(t, trusted, bundle(t, o.Client, "demo"))

	expired := secret(t, o.Client, "cert-manager", "issuing")
	o.Now = func() time.Time { return now.Add(3 * IntermediateLife) }
	require.NoError(t, Place(t.Context(), o))
	require.NotEqual(t, expired.Data["tls.crt"], secret(t, o.Client, "cert-manager", "issuing").Data["tls.crt"])
}

// Certificates are shown with the intermediate that has signed them until cert-manager
// renews them, which of 90 days is after 60.
func TestAnIntermediateThatIsReplacedLateIsTold(t *testing.T) {
	for left, told := range map[time.Duration]bool{61 * 24 * time.Hour: false, 59 * 24 * time.Hour: true} {
		o := options(t)
		require.NoError(t, Place(t.Context(), o))
		o.Now = func() time.Time { return now.Add(IntermediateLife - left) }
		said := hear(&o)
		require.NoError(t, Place(t.Context(), o))
		require.Contains(t, said(), "made a new one: the one that was there ends on 2027-11-22")
		require.Equal(t, told, strings.Contains(said(), "`firedrill certificates rotate` has all of it signed again"), "%s are left", left)
	}
}

// hear returns what is said from now on.
func hear(o *Options) func() string {
	var said []string
	o.Sink = func(e event.Event) { said = append(said, e.Message) }
	return func() string { return strings.Join(said, "\n") }
}

func TestARootThatEndsSoonIsToldAndItsIntermediateStays(t *testing.T) {
	o := options(t)
	_, err := o.Root.Open(rootName, now)
	require.NoError(t, err)
	const told = "the root ends on 2036-11-19, and with it all that is under it: rotate it with `firedrill certificates rotate`"
	at := func(left time.Duration) string {
		o.Now = func() time.Time { return now.Add(RootLife - left) }
		said := hear(&o)
		require.NoError(t, Place(t.Context(), o))
		return said()
	}
	require.NotContains(t, at(200*24*time.Hour), told)
	issuing := secret(t, o.Client, "cert-manager", "issuing")
	require.Contains(t, at(100*24*time.Hour), told)
	require.Contains(t, at(5*24*time.Hour), told)
	require.Equal(t, issuing.Data, secret(t, o.Client, "cert-manager", "issuing").Data, "a new one would end with the root as well")
}

func TestAnotherRootIsNotPutInPlaceOfTheClusters(t *testing.T) {
	o := options(t)
	require.NoError(t, Place(t.Context(), o))
	issuing := secret(t, o.Client, "cert-manager", "issuing")
	o.Root = Folder(t.TempDir())
	_, err := o.Root.Open("another", now)
	require.NoError(t, err)
	for _, age := range []time.Duration{0, IntermediateLife * 3 / 4, IntermediateLife + time.Hour} {
		o.Now = func() time.Time { return now.Add(age) }
		err = Place(t.Context(), o)
		require.ErrorIs(t, err, errOther, "after %s", age)
		require.ErrorContains(t, err, "certificates rotate")
		require.ErrorContains(t, err, `"firedrill intermediate" (until 2027-11-22) under "another" (until 2036-11-19)`)
	}
	require.Equal(t, issuing.Data, secret(t, o.Client, "cert-manager", "issuing").Data)
}

// Somebody else's: no root is made that could not have signed it.
func TestWithoutARootTheClustersOwnIntermediateIsTaken(t *testing.T) {
	o := options(t)
	require.NoError(t, Place(t.Context(), o))
	trusted := bundle(t, o.Client, "demo")
	require.NoError(t, o.Client.CoreV1().ConfigMaps("demo").Delete(t.Context(), "bundle", metav1.DeleteOptions{}))
	o.Root = Folder(filepath.Join(t.TempDir(), "none"))
	require.NoError(t, Place(t.Context(), o))
	require.Equal(t, trusted, bundle(t, o.Client, "demo"))
	require.NoDirExists(t, string(o.Root))
}

// give has an authority sign what the cluster signs with. between are above it, and
// these are said to be its roots.
func give(t *testing.T, o Options, by Authority, between []*x509.Certificate, roots ...*x509.Certificate) {
	t.Helper()
	made, err := by.NewIntermediate("theirs", now)
	require.NoError(t, err)
	key, err := keyText(made.Key)
	require.NoError(t, err)
	chain := append([]*x509.Certificate{made.Certificate}, between...)
	require.NoError(t, store{client: o.Client}.putSecret(t.Context(), "cert-manager", "issuing", corev1.SecretTypeTLS, map[string][]byte{
		"tls.crt": pemOf(chain...), "tls.key": key, "ca.crt": pemOf(roots...),
	}))
}

// What was signed before an authority had a new root is shown for months yet.
func TestANewRootOfSomebodyElsesIsTrustedBesidesTheOld(t *testing.T) {
	o, next := options(t), root(t)
	old, err := NewRoot("old", now)
	require.NoError(t, err)
	give(t, o, old, nil, old.Certificate)
	require.NoError(t, Place(t.Context(), o))
	require.Equal(t, string(pemOf(old.Certificate)), bundle(t, o.Client, "demo"))

	give(t, o, next, nil, next.Certificate)
	for _, when := range []string{"first", "again"} {
		said := hear(&o)
		require.NoError(t, Place(t.Context(), o))
		for _, namespace := range o.Trust.Namespaces {
			require.Equal(t, string(pemOf(old.Certificate, next.Certificate)), bundle(t, o.Client, namespace), when)
		}
		require.Contains(t, said(), `trusted besides, for what they have signed: "old" (until 2036-11-19); `+
			"when all is signed again, delete the ConfigMaps bundle and deploy again", when)
	}

	for _, namespace := range o.Trust.Namespaces {
		require.NoError(t, o.Client.CoreV1().ConfigMaps(namespace).Delete(t.Context(), "bundle", metav1.DeleteOptions{}))
	}
	require.NoError(t, Place(t.Context(), o))
	require.Equal(t, string(pemOf(next.Certificate)), bundle(t, o.Client, "demo"), "as it was told")
}

// Who names both roots before anything is signed under the new one has all hear of it
// in time.
func TestAllRootsOfSomebodyElsesAreTrusted(t *testing.T) {
	o, old, next := options(t), root(t), root(t)
	give(t, o, old, nil, old.Certificate, next.Certificate)
	require.NoError(t, Place(t.Context(), o))
	require.Equal(t, string(pemOf(old.Certificate, next.Certificate)), bundle(t, o.Client, "demo"))
}

func TestSomebodyElsesIntermediateIsUnderTheRootThatItNames(t *testing.T) {
	o, top, other := options(t), root(t), root(t)
	give(t, o, top, nil, other.Certificate)
	require.ErrorContains(t, Place(t.Context(), o),
		`look at Secret cert-manager/issuing: its authority is under no root of its ca.crt, so nobody would trust what it signs`)
	_, err := o.Client.CoreV1().ConfigMaps("demo").Get(t.Context(), "bundle", metav1.GetOptions{})
	require.Error(t, err, "nobody is told of a root that has signed nothing here")

	// One that stands between the two is in tls.crt.
	policy, err := sign(template("policy", now, IntermediateLife), &top)
	require.NoError(t, err)
	give(t, o, policy, nil, top.Certificate)
	require.ErrorContains(t, Place(t.Context(), o), "into tls.crt, behind the authority, whoever stands between the two")
	give(t, o, policy, []*x509.Certificate{policy.Certificate}, top.Certificate)
	require.NoError(t, Place(t.Context(), o))
	require.Equal(t, string(pemOf(top.Certificate)), bundle(t, o.Client, "demo"))
}

// Whose clock is off, or whose time is short, is told in words.
func TestTheClustersOwnIntermediateIsLookedAt(t *testing.T) {
	o := options(t)
	require.NoError(t, Place(t.Context(), o))
	withRoot := o.Root
	o.Root = Folder(filepath.Join(t.TempDir(), "none"))
	said := hear(&o)
	at := func(when time.Duration) error {
		o.Now = func() time.Time { return now.Add(when) }
		return Place(t.Context(), o)
	}
	require.NoError(t, at(IntermediateLife-5*24*time.Hour))
	require.Contains(t, said(), "it expires on 2027-11-22, in 5 days, and with it all that it signs")
	require.ErrorContains(t, at(IntermediateLife+time.Hour), `its authority "firedrill intermediate" has expired on 2027-11-22`)
	const clock = "here it is 2026-11-21T12:00:00Z: a clock is off"
	require.ErrorContains(t, at(-24*time.Hour), clock)
	o.Root = withRoot
	require.ErrorContains(t, at(-24*time.Hour), clock)
}

func TestTheKeyForDNSIsOneForAllAndStays(t *testing.T) {
	o := options(t)
	require.NoError(t, Place(t.Context(), o))
	server, client := secret(t, o.Client, "dns", "tsig"), secret(t, o.Client, "cert-manager", "tsig")
	require.Equal(t, server.Data, client.Data)
	raw, err := base64.StdEncoding.DecodeString(string(client.Data["key"]))
	require.NoError(t, err)
	require.Len(t, raw, 32)
	require.Equal(t, `key "updates" { algorithm hmac-sha256; secret "`+string(client.Data["key"])+"\"; };\n", string(server.Data["named.conf"]))

	// A namespace that comes later is given the same.
	require.NoError(t, o.Client.CoreV1().Secrets("dns").Delete(context.Background(), "tsig", metav1.DeleteOptions{}))
	require.NoError(t, Place(t.Context(), o))
	require.Equal(t, server.Data, secret(t, o.Client, "dns", "tsig").Data)
}
