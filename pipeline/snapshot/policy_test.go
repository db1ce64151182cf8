package snapshot

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/invopop/jsonschema"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"firedrill/internal/golden"
)

func TestPolicy(t *testing.T) {
	policy, err := LoadPolicy("testdata/good.yaml")
	require.NoError(t, err)
	require.Len(t, policy, 2)
	about := func(e Exclusion, namespace, kind, name string) bool {
		o := &unstructured.Unstructured{Object: map[string]any{"kind": kind}}
		o.SetName(name)
		return e.about(o, namespace)
	}
	require.True(t, about(policy[0], "monitoring", "Secret", "web-1"))
	require.False(t, about(policy[0], "demo", "Secret", "web-1"))
	require.False(t, about(policy[0], "monitoring", "Secret", "web"))
	require.True(t, about(policy[1], "", "ClusterRole", "any"))
	require.True(t, about(policy[1], "monitoring", "ClusterRole", "any"), "in a manifest it is where its release is")
}

func TestMistakesInAPolicy(t *testing.T) {
	_, err := LoadPolicy("testdata/bad/all.yaml")
	golden.Equal(t, filepath.Join("testdata", "bad", "all.txt"), err.Error()+"\n")
}

func TestThePolicyOfThisProjectIsValid(t *testing.T) {
	_, err := LoadPolicy("../../policies/drift.yaml")
	require.NoError(t, err)
}

// The schema that editors use is generated from the types that are decoded.
func TestSchema(t *testing.T) {
	r := &jsonschema.Reflector{FieldNameTag: "yaml", Anonymous: true, ExpandedStruct: true}
	schema := r.Reflect(Policy{})
	schema.Title = "What differs on purpose between two deployments"
	text, err := json.MarshalIndent(schema, "", "  ")
	require.NoError(t, err)
	golden.Equal(t, "../../schemas/drift.schema.json", string(text)+"\n")
}

func TestPaths(t *testing.T) {
	for path, want := range map[string][]string{
		"":                               nil,
		"status":                         {"status"},
		"spec.ports.*.nodePort":          {"spec", "ports", "*", "nodePort"},
		"metadata.labels[a.b/c]":         {"metadata", "labels", "a.b/c"},
		"data[tls.crt].x":                {"data", "tls.crt", "x"},
		"spec.template.metadata[a.b][c]": {"spec", "template", "metadata", "a.b", "c"},
	} {
		require.Equal(t, want, split(path), path)
	}
	object := map[string]any{"a": []any{map[string]any{"b": "1", "c": "2"}, map[string]any{"c": "3"}}, "d": map[string]any{"e": "4"}}
	remove(object, split("a.*.b"))
	replace(object, split("d.*"), "x")
	remove(object, split("not.there"))
	require.JSONEq(t, `{"a": [{"c": "2"}, {"c": "3"}], "d": {"e": "x"}}`, asJSON(t, object))
}
