package render

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"firedrill/pipeline/scan/finding"
)

// read tells what the document is of; the kind is "" if it is no manifest.
func (d Document) read() (finding.Object, error) {
	if d.Object.Kind != "" {
		return d.Object, nil
	}
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Metadata   struct {
			Name      string `json:"name"`
			Namespace string `json:"namespace"`
		} `json:"metadata"`
	}
	if err := yaml.Unmarshal([]byte(d.text), &head); err != nil {
		return finding.Object{}, fmt.Errorf("read a manifest: %w", err)
	}
	if head.APIVersion == "" || head.Metadata.Name == "" {
		return finding.Object{}, nil
	}
	return finding.Object{Kind: head.Kind, Namespace: head.Metadata.Namespace, Name: head.Metadata.Name}, nil
}

// clusterWide tells whether objects of that kind have no namespace.
func clusterWide(kind string) bool {
	return strings.HasPrefix(kind, "Cluster") || slices.Contains([]string{
		"CustomResourceDefinition", "IngressClass", "MutatingWebhookConfiguration", "Namespace", "PersistentVolume",
		"PriorityClass", "StorageClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
	}, kind)
}

// split parts a file into its documents, which know their lines.
func split(text string) []Document {
	var all []Document
	var d Document
	flush := func() {
		if strings.TrimSpace(d.text) != "" {
			all = append(all, d)
		}
		d = Document{}
	}
	n := 0
	for line := range strings.Lines(text) {
		n++
		if strings.HasPrefix(line, "---") {
			flush()
			continue
		}
		d.text += line
		d.lines = append(d.lines, n)
	}
	flush()
	return all
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
