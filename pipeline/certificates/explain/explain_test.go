package explain

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic/fake"

	"firedrill/internal/golden"
)

// objects are those of a file.
func objects(t *testing.T, file string) []runtime.Object {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var all []runtime.Object
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		u := &unstructured.Unstructured{}
		json, err := yaml.ToJSON([]byte(document))
		require.NoError(t, err)
		require.NoError(t, u.UnmarshalJSON(json), file)
		all = append(all, u)
	}
	return all
}

func explained(t *testing.T, all ...runtime.Object) Explanation {
	t.Helper()
	kinds := map[schema.GroupVersionResource]string{
		certificates: "CertificateList", requests: "CertificateRequestList", orders: "OrderList",
		challenges: "ChallengeList", issuers: "IssuerList", cluster: "ClusterIssuerList", secrets: "SecretList",
	}
	return Certificate(t.Context(), Options{
		Client:    fake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), kinds, all...),
		Namespace: "demo", Name: "website", Resources: "cert-manager", Now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
	})
}

// Each file of testdata is an example of what a cluster has when something is
// wrong; what is made of it stands beside.
func TestFailures(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 8)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			e := explained(t, objects(t, file)...)
			require.NotEmpty(t, e.Why, "%v", e.Chain)
			golden.Equal(t, strings.TrimSuffix(file, ".yaml")+".txt", strings.Join(e.Lines(), "\n")+"\n")
		})
	}
}

func TestACertificateThatIsNotThere(t *testing.T) {
	e := explained(t)
	require.Equal(t, []Link{{Object: "certificate demo/website", State: "does not exist"}}, e.Chain)
	require.Contains(t, e.Why, "does not exist")
}

// cert-manager's controller may be the last to notice that the key is gone.
func TestAKeyThatIsGoneBehindAReadyIssuer(t *testing.T) {
	all := objects(t, "testdata/nobody-works.yaml")
	e := explained(t, all[:len(all)-1]...)
	require.Equal(t, Link{Object: "secret cert-manager/issuing", State: "secret not found"}, e.Chain[len(e.Chain)-1])
	require.Contains(t, e.Why, "no key to sign with")
}

// said is the explanation of a Challenge that gives the reason.
func said(t *testing.T, reason string) Explanation {
	t.Helper()
	all := objects(t, "testdata/wrong-key.yaml")
	challenge := all[len(all)-1].(*unstructured.Unstructured)
	require.NoError(t, unstructured.SetNestedField(challenge.Object, reason, "status", "reason"))
	return explained(t, all...)
}

// Names and tokens may have the letters of a cause in them.
func TestCAA(t *testing.T) {
	const caa = "the zone's CAA record does not allow this authority to sign for the name"
	for reason, why := range map[string]string{
		"acme: authorization error for a.test: 403 urn:ietf:params:acme:error:caa: no":                                                           caa,
		"acme: authorization error for a.test: 403 urn:ietf:params:acme:error:unauthorized: CAA record for a.test prevents issuance":             caa,
		"acme: authorization error for caa.test: 403 urn:ietf:params:acme:error:unauthorized: http://caa.test/.well-known/acme-challenge/xCAAx1": "the ACME server looked at the challenge and was not convinced",
	} {
		require.Equal(t, why, said(t, reason).Why, reason)
	}
}

// Of what nobody knows, nothing is made up.
func TestAnUnknownCauseIsLeftToTheChain(t *testing.T) {
	e := said(t, "the moon is in the wrong house")
	require.Empty(t, e.Why)
	require.Contains(t, e.Chain[len(e.Chain)-1].State, "the moon is in the wrong house")
}
