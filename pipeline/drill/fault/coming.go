package fault

import (
	"context"
	"errors"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// Coming knows what is not there yet when faults of one drill are asked what
// they would touch: what those before them are to create.
type Coming struct{ namespaces []string }

// creator is a fault that creates objects.
type creator interface{ creates() (namespace string) }

// targeted is a fault that changes what is there.
type targeted interface {
	// target is what it changes, before anybody has looked: by name, or by what selects it.
	target() Object
}

// absent is the error of a fault that has nothing to change.
type absent struct{ error }

// Touches names every object that the fault would change after those that were
// asked before it, and the namespace that it would create for them. What is not there now, where one of them creates objects, is
// taken for one of these: a drill that breaks its own creation breaks nothing
// of others. Who makes objects of objects is not known before, so they are
// named as the fault names them.
func (n *Coming) Touches(ctx context.Context, c Cluster, f Fault) ([]Object, error) {
	objects, err := f.Touches(ctx, c)
	if t, ok := f.(targeted); ok && isAbsent(err) {
		if o := t.target(); slices.Contains(n.namespaces, o.Namespace) {
			o.Change += ", once the drill has created it"
			return []Object{o}, nil
		}
	}
	if maker, ok := f.(creator); ok && err == nil && !slices.Contains(n.namespaces, maker.creates()) {
		missing, err := isNew(ctx, c, maker.creates())
		if err != nil {
			return nil, err
		}
		if missing {
			objects = slices.Insert(objects, 0, Object{Kind: "Namespace", Name: maker.creates(), Change: "created, and removed in the end with all that is in it"})
		}
		n.namespaces = append(n.namespaces, maker.creates())
	}
	return objects, err
}

// Within tells whether what the fault changes is in that namespace, by its
// description alone. Nodes are in none.
func Within(f Fault, namespace string) bool {
	switch f := f.(type) {
	case creator:
		return f.creates() == namespace
	case targeted:
		return f.target().Namespace == namespace
	}
	return false
}

func isAbsent(err error) bool {
	return apierrors.IsNotFound(err) || errors.As(err, &absent{})
}

func (f *Create) creates() string { return f.Namespace }

func (h *Hog) creates() string { return h.Namespace }
