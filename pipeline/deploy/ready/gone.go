package ready

import (
	"context"
	"fmt"
)

// Gone returns nil as soon as none of the objects is in the cluster any more.
// Kinds on which nothing works, such as ConfigMaps, go at once and are not
// looked for.
func Gone(ctx context.Context, c Cluster, objects []Object) error {
	watching, stop := context.WithCancel(ctx)
	defer stop()
	v, err := c.watch(watching, objects, false)
	if err != nil {
		return err
	}
	for {
		left := v.present(objects)
		if len(left) == 0 {
			return nil
		}
		select {
		case <-v.changed:
		case <-ctx.Done():
			return fmt.Errorf("%d objects are still there, the first is %s: %w", len(left), left[0], context.Cause(ctx))
		}
	}
}

func (v *view) present(objects []Object) []Object {
	var left []Object
	for _, o := range objects {
		if v.get(o) != nil {
			left = append(left, o)
		}
	}
	return left
}
