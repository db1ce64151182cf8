package fault

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Patch changes fields of an object by a JSON merge patch.
type Patch struct {
	// Kind of the object, as for kubectl: deployments, configmaps, …
	Kind string `yaml:"kind" json:"kind"`
	// Namespace of the object.
	Namespace string `yaml:"namespace" json:"namespace"`
	// Name of the object.
	Name string `yaml:"name" json:"name"`
	// Fields and their values while the fault lasts; null removes one. A list
	// replaces the whole list.
	Patch map[string]any `yaml:"patch" json:"patch"`
}

// String is part of Fault.
func (p *Patch) String() string {
	return fmt.Sprintf("patch %s %s/%s", p.Kind, p.Namespace, p.Name)
}

// Check is part of Fault. Values of a Secret would stand in the record of what
// was before, where more people may read.
func (p *Patch) Check(report func(at, format string, args ...any)) {
	checkNamed(p.Kind, p.Namespace, report)
	if p.Name == "" {
		report("name", "is missing; name the object to patch")
	}
	if isSecret(p.Kind) {
		report("kind", "must not be a Secret, whose values would be written down to restore them; delete it instead")
	}
	if len(p.Patch) == 0 {
		report("patch", "is missing; give the fields to change and their values during the fault")
	}
}

// Touches is part of Fault.
func (p *Patch) Touches(ctx context.Context, c Cluster) ([]Object, error) {
	if _, err := p.earlier(ctx, c); err != nil {
		return nil, err
	}
	return []Object{p.target()}, nil
}

func (p *Patch) target() Object {
	return Object{Kind: p.Kind, Namespace: p.Namespace, Name: p.Name, Change: "patched with " + mustJSON(p.Patch)}
}

// earlier is the merge patch that brings back what the fault's patch changes.
func (p *Patch) earlier(ctx context.Context, c Cluster) (map[string]any, error) {
	wanted := map[string]any{}
	text, err := json.Marshal(p.Patch) // YAML's numbers are not JSON's
	if err == nil {
		err = json.Unmarshal(text, &wanted)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	objects, err := resources(ctx, c, p.Kind, p.Namespace)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	now, err := objects.Get(ctx, p.Name, metav1.GetOptions{})
	if err != nil {
		return nil, fmt.Errorf("%s: read it: %w", p, err)
	}
	return inverse(wanted, now.Object), nil
}

// inverse of a merge patch: the values that now has where the patch has some,
// and null where it has none.
func inverse(patch, now map[string]any) map[string]any {
	undo := map[string]any{}
	for key, value := range patch {
		old, there := now[key]
		deeper, ok1 := value.(map[string]any)
		below, ok2 := old.(map[string]any)
		switch {
		case ok1 && ok2:
			undo[key] = inverse(deeper, below)
		case there:
			undo[key] = old
		default:
			undo[key] = nil
		}
	}
	return undo
}

// Prepare is part of Fault.
func (p *Patch) Prepare(ctx context.Context, c Cluster) (json.RawMessage, error) {
	earlier, err := p.earlier(ctx, c)
	if err != nil {
		return nil, err
	}
	before, err := record(earlier)
	if err != nil {
		return nil, err
	}
	if text, err := json.Marshal(p.Patch); err == nil && string(text) == string(before) {
		return nil, fmt.Errorf("%s: it is so already: %s; the fault would change nothing", p, text)
	}
	return before, nil
}

// Set is part of Fault.
func (p *Patch) Set(ctx context.Context, c Cluster, _ json.RawMessage) error {
	text, err := record(p.Patch)
	if err != nil {
		return err
	}
	return p.apply(ctx, c, text)
}

// Undo is part of Fault.
func (p *Patch) Undo(ctx context.Context, c Cluster, before json.RawMessage) error {
	what := fmt.Sprintf("patch %s %s/%s back", p.Kind, p.Namespace, p.Name)
	if err := p.apply(ctx, c, before); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return works(ctx, c, what, p.Kind, p.Namespace, p.Name)
}

func (p *Patch) apply(ctx context.Context, c Cluster, patch []byte) error {
	objects, err := resources(ctx, c, p.Kind, p.Namespace)
	if err == nil {
		_, err = objects.Patch(ctx, p.Name, types.MergePatchType, patch, metav1.PatchOptions{FieldManager: manager})
	}
	if err != nil {
		return fmt.Errorf("%s with %s: %w", p, patch, err)
	}
	return nil
}

func isSecret(kind string) bool {
	k := strings.ToLower(kind)
	return k == "secret" || k == "secrets"
}
