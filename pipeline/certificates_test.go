package pipeline

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"

	"firedrill/pipeline/addresses"
	"firedrill/pipeline/certificates"
	"firedrill/pipeline/names"
)

// underOwnRoot has addresses trust a bundle that the root is put into.
func underOwnRoot(s *state) {
	s.content.Names = &names.Scheme{}
	s.content.Certificates = &certificates.Wanted{Trust: certificates.Trust{ConfigMap: "bundle", Namespaces: []string{"shop", "ingress"}}}
	s.content.Addresses = &addresses.Addresses{Trust: &addresses.TrustBundle{Namespace: "ingress", ConfigMap: "bundle", Key: "ca.crt"}}
}

// newRoot makes a root in a folder and returns its certificate.
func newRoot(t *testing.T, folder string) string {
	t.Helper()
	_, err := certificates.Folder(folder).Open("root", time.Now())
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(folder, "root.crt"))
	require.NoError(t, err)
	return string(text)
}

// The API server of the test has no bundle, so that whoever asks for it fails.
func TestAddressesAreMeasuredByTheRootThatIsHeldHere(t *testing.T) {
	o := apiServer{
		"GET /api/v1/namespaces/kube-system": always(`{"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "kube-system", "uid": "7"}}`),
	}.on(t)
	s, err := loadedState(t.Context(), o)
	require.NoError(t, err)
	underOwnRoot(s)
	require.ErrorContains(t, s.visitAddresses(t.Context(), nil), "read whom to trust from ConfigMap ingress/bundle, key ca.crt")

	newRoot(t, filepath.Join(o.Cache, "ca", "7"))
	require.NoError(t, s.visitAddresses(t.Context(), nil), "the cluster was asked whom to trust in it")
}

func TestTheHeldRootIsForAddressesWhoseBundleHasIt(t *testing.T) {
	s, _ := running(t, "one", nil)
	underOwnRoot(s)
	held := func() string {
		all, err := s.heldRoots(t.Context(), &rest.Config{Host: "http://127.0.0.1:1"})
		require.NoError(t, err)
		return string(all)
	}
	require.Empty(t, held(), "there is none yet")
	require.Equal(t, newRoot(t, s.run.Authority()), held(), "the run's own")
	s.content.Certificates.Root = t.TempDir()
	require.Equal(t, newRoot(t, s.content.Certificates.Root), held(), "the operator's")
	for _, other := range []*addresses.TrustBundle{
		nil,
		{Namespace: "acme", ConfigMap: "bundle", Key: "ca.crt"},
		{Namespace: "ingress", ConfigMap: "theirs", Key: "ca.crt"},
		{Namespace: "ingress", ConfigMap: "bundle", Key: "theirs.crt"},
	} {
		s.content.Addresses.Trust = other
		require.Empty(t, held(), "others have signed: %v", other)
	}
	s.content.Certificates = nil
	require.Empty(t, held())
}
