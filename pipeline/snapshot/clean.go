package snapshot

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// serverSet are the fields that the cluster fills in: two deployments of the
// same content differ in them.
var serverSet = map[string][]string{
	"": {
		"status", "metadata.resourceVersion", "metadata.uid", "metadata.creationTimestamp", "metadata.managedFields",
		"metadata.generation", "metadata.selfLink", "metadata.ownerReferences.*.uid",
		"metadata.annotations[deployment.kubernetes.io/revision]", "metadata.annotations[deprecated.daemonset.template.generation]",
		"metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]",
	},
	"Service":        {"spec.clusterIP", "spec.clusterIPs", "spec.healthCheckNodePort", "spec.ports.*.nodePort"},
	"ServiceAccount": {"secrets"},
	"PersistentVolumeClaim": {
		"spec.volumeName", "metadata.annotations[pv.kubernetes.io/bind-completed]", "metadata.annotations[pv.kubernetes.io/bound-by-controller]",
		"metadata.annotations[volume.kubernetes.io/selected-node]",
	},
	// Of a pod that nothing controls: where it went, and the volume with its
	// token, which has a made-up name. The other volumes are in the manifest.
	"Pod": {"spec.nodeName", "spec.volumes", "spec.containers.*.volumeMounts", "spec.initContainers.*.volumeMounts"},
	"Job": {
		"spec.selector", "metadata.labels[batch.kubernetes.io/controller-uid]", "metadata.labels[controller-uid]",
		"spec.template.metadata.labels[batch.kubernetes.io/controller-uid]", "spec.template.metadata.labels[controller-uid]",
	},
}

// headless is an address that a person chose and the cluster did not.
const headless = "None"

// text is an object without what the cluster made up, what differs on purpose
// and what is secret. namespace is where it is, or will be.
func (o Options) text(object *unstructured.Unstructured, namespace string) string {
	object = object.DeepCopy()
	content := object.Object
	address, _, _ := unstructured.NestedString(content, "spec", "clusterIP")
	for _, kind := range []string{"", object.GetKind()} {
		for _, path := range serverSet[kind] {
			if address == headless && strings.HasPrefix(path, "spec.clusterIP") {
				continue
			}
			remove(content, split(path))
		}
	}
	o.hide(object)
	// After what is secret: the reason is none.
	for _, e := range o.Policy {
		if e.about(object, namespace) {
			replace(content, split(e.Field), "(differs on purpose: "+e.Reason+")")
		}
	}
	dropEmpty(content)
	text, err := yaml.Marshal(content)
	if err != nil {
		return "not YAML: " + err.Error() // of a value that came as JSON: cannot be
	}
	return string(text)
}

// dropEmpty leaves out annotations and labels of which nothing is left.
func dropEmpty(content map[string]any) {
	metadata, _ := content["metadata"].(map[string]any)
	for _, key := range []string{"annotations", "labels"} {
		if values, ok := metadata[key].(map[string]any); ok && len(values) == 0 {
			delete(metadata, key)
		}
	}
}

// split takes a path such as spec.ports.*.nodePort apart. A key with dots in it
// stands in brackets: metadata.labels[app.kubernetes.io/name].
func split(path string) []string {
	var keys []string
	for path != "" {
		if rest, ok := strings.CutPrefix(path, "["); ok {
			key, after, _ := strings.Cut(rest, "]")
			keys, path = append(keys, key), strings.TrimPrefix(after, ".")
			continue
		}
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			return append(keys, path)
		}
		keys = append(keys, path[:end])
		path = strings.TrimPrefix(path[end:], ".")
	}
	return keys
}

func remove(value any, path []string) { edit(value, path, nil) }

func replace(value any, path []string, by string) { edit(value, path, &by) }

// edit changes every value at a path, where * is any key or place.
func edit(value any, path []string, by *string) {
	switch v := value.(type) {
	case []any:
		if path[0] == "*" && len(path) > 1 {
			for _, inner := range v {
				edit(inner, path[1:], by)
			}
		}
	case map[string]any:
		for _, key := range keysAt(v, path[0]) {
			switch {
			case len(path) > 1:
				edit(v[key], path[1:], by)
			case by == nil:
				delete(v, key)
			default:
				v[key] = *by
			}
		}
	}
}

func keysAt(v map[string]any, wanted string) []string {
	var keys []string
	for key := range v {
		if key == wanted || wanted == "*" {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
