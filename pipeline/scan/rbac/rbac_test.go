package rbac

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	authorization "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	testing2 "k8s.io/client-go/testing"
)

func written(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "rbac.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

const matrix = `rights:
  - {subject: "serviceaccount:shop/web", verbs: [get, list], resource: pods, namespace: shop, allowed: true, reason: It looks.}
  - {subject: "group:developers", verbs: [create], resource: pods/exec, namespace: prod, allowed: false, reason: Nobody enters.}
  - {subject: "user:jane", verbs: [get], resource: /metrics, allowed: false, reason: Not hers.}
  - {subject: "user:jane", verbs: [delete], resource: deployments.apps, name: web, allowed: true, reason: Hers.}
`

// answering says yes to what allowed does.
func answering(allowed func(authorization.SubjectAccessReviewSpec) bool) *fake.Clientset {
	client := fake.NewClientset()
	client.PrependReactor("create", "subjectaccessreviews", func(a testing2.Action) (bool, runtime.Object, error) {
		review := a.(testing2.CreateAction).GetObject().(*authorization.SubjectAccessReview)
		review.Status = authorization.SubjectAccessReviewStatus{Allowed: allowed(review.Spec), Reason: "RBAC: allowed by RoleBinding \"x/shop\""}
		return true, review, nil
	})
	return client
}

func TestAnswersAreComparedWithTheMatrix(t *testing.T) {
	m, err := Load(written(t, matrix))
	require.NoError(t, err)
	answers, err := Ask(t.Context(), answering(func(s authorization.SubjectAccessReviewSpec) bool {
		return s.ResourceAttributes != nil && s.ResourceAttributes.Verb != "list" && s.ResourceAttributes.Verb != "delete"
	}), m)
	require.NoError(t, err)
	var said []string
	for _, a := range answers {
		if err := a.Err(); err != nil {
			said = append(said, err.Error())
			continue
		}
		said = append(said, a.String())
	}
	require.Equal(t, []string{
		"serviceaccount:shop/web may get pods in shop",
		"serviceaccount:shop/web may not list pods in shop; it must: It looks.",
		`group:developers may create pods/exec in prod (RBAC: allowed by RoleBinding "x/shop"); it must not: Nobody enters.`,
		"user:jane may not get /metrics",
		"user:jane may not delete deployments.apps web; it must: Hers.",
	}, said)
}

func TestWhatIsAsked(t *testing.T) {
	m, err := Load(written(t, matrix))
	require.NoError(t, err)
	review, err := m.Rights[0].review("get")
	require.NoError(t, err)
	require.Equal(t, "system:serviceaccount:shop:web", review.Spec.User)
	require.Contains(t, review.Spec.Groups, "system:serviceaccounts:shop")
	review, err = m.Rights[1].review("create")
	require.NoError(t, err)
	require.Equal(t, &authorization.ResourceAttributes{Verb: "create", Resource: "pods", Subresource: "exec", Namespace: "prod"}, review.Spec.ResourceAttributes)
	require.Contains(t, review.Spec.Groups, "developers")
	review, err = m.Rights[3].review("delete")
	require.NoError(t, err)
	require.Equal(t, &authorization.ResourceAttributes{Verb: "delete", Resource: "deployments", Group: "apps", Name: "web"}, review.Spec.ResourceAttributes)
}

func TestAClusterThatDoesNotAnswerIsToldApartFromNo(t *testing.T) {
	m, err := Load(written(t, matrix))
	require.NoError(t, err)
	client := fake.NewClientset()
	client.PrependReactor("create", "subjectaccessreviews", func(testing2.Action) (bool, runtime.Object, error) {
		return true, nil, errors.New("connection refused")
	})
	_, err = Ask(t.Context(), client, m)
	require.ErrorContains(t, err, "ask the cluster whether")
	require.ErrorContains(t, err, "connection refused")
}

func TestMistakesInTheMatrix(t *testing.T) {
	for text, want := range map[string]string{
		"rights: []": "rights: is empty",
		"rights: [{subject: jane, verbs: [get], resource: pods, allowed: true, reason: r}]":                   `"jane" is no subject`,
		"rights: [{subject: \"serviceaccount:web\", verbs: [get], resource: pods, allowed: true, reason: r}]": `"serviceaccount:web" is no service account`,
		"rights: [{subject: \"user:jane\", verbs: [get], resource: pods, reason: r}]":                         "allowed: is missing",
		"rights: [{subject: \"user:jane\", verbs: [], resource: pods, allowed: true, reason: r}]":             "verbs: is missing",
		"rights: [{subject: \"user:jane\", verbs: [get], allowed: true}]":                                     "resource: is missing",
		"right: []": "did you mean rights?",
	} {
		_, err := Load(written(t, text))
		require.ErrorContains(t, err, want, text)
	}
	_, err := Load(filepath.Join(t.TempDir(), "none.yaml"))
	require.ErrorContains(t, err, "write who may do what into it")
}

func TestTheShippedMatrixCanBeRead(t *testing.T) {
	_, err := Load("../../../policies/rbac.yaml")
	require.NoError(t, err)
}
