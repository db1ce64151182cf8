package dashboards

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// undoTimeout is for putting everything back, also after a Ctrl-C.
const undoTimeout = 30 * time.Second

// undo knows how to take back what an import has done so far.
type undo struct {
	*grafana
	steps []func(context.Context) error
}

func (u *undo) add(step func(context.Context) error) { u.steps = append(u.steps, step) }

// all takes everything back, the last thing first.
func (u *undo) all(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	var errs []error
	for _, step := range slices.Backward(u.steps) {
		errs = append(errs, step(ctx))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("part of the import is left in Grafana, it could not be put back: %w", err)
	}
	return nil
}

func (g *grafana) putBack(ctx context.Context, d Dashboard, before stored) error {
	if before.text == nil {
		return g.remove(ctx, d.UID)
	}
	_, err := g.save(ctx, saving{d.UID, before.title, before.folder, "put back by firedrill, whose import failed", before.text})
	return err
}
