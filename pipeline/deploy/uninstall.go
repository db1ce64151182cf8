package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/storage/driver"

	"firedrill/pipeline/event"
)

// errNothingToDo is the reason why a release needs no work.
var errNothingToDo = errors.New("nothing to do")

// Uninstall removes the releases, those that need others first, and then their
// namespaces. Releases and namespaces that do not carry Options.Labels were not
// made by the run and stay. It returns when the objects are gone. The charts need
// not be there any more.
func Uninstall(ctx context.Context, o Options) ([]Result, error) {
	if err := validateOrder(o.Releases); err != nil {
		return nil, err
	}
	d, err := newDeployer(o)
	if err != nil {
		return nil, err
	}
	return d.uninstallAll(ctx)
}

func (d *deployer) uninstallAll(ctx context.Context) ([]Result, error) {
	results, err := d.each(graphOf(d.Releases).reversed(), "release %s, which needs it, is still there",
		func(task *event.Task, r Release) (Result, error) { return d.uninstall(ctx, task, r) })
	if err != nil {
		return results, err
	}
	ctx, cancel := context.WithTimeout(ctx, DefaultTimeout)
	defer cancel()
	var errs []error
	for _, namespace := range d.namespaces() {
		errs = append(errs, d.removeNamespace(ctx, namespace))
	}
	return results, errors.Join(errs...)
}

func (d *deployer) uninstall(ctx context.Context, task *event.Task, r Release) (Result, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout())
	defer cancel()
	j, err := d.job(ctx, task, r)
	if err != nil {
		return Result{}, err
	}
	last, err := j.config.Releases.Last(r.Name)
	switch {
	case errors.Is(err, driver.ErrReleaseNotFound):
		return Result{}, fmt.Errorf("%w: it is not installed", errNothingToDo)
	case err != nil:
		return Result{}, fmt.Errorf("read the release's history: %w", err)
	case !d.ours(last.Labels):
		return Result{}, fmt.Errorf("%w: this run has not installed it", errNothingToDo)
	}
	remove := action.NewUninstall(j.config)
	remove.Wait = true
	remove.Timeout = r.timeout()
	remove.DeletionPropagation = "background"
	if _, err := remove.Run(r.Name); err != nil {
		return Result{}, j.explain(ctx, err)
	}
	return Result{
		Name: r.Name, Namespace: r.Namespace, Action: Uninstalled,
		Chart: last.Chart.Name(), Version: last.Chart.Metadata.Version, Revision: last.Version,
	}, nil
}

// namespaces returns the namespaces of the releases and those beside them, each
// once, sorted.
func (d *deployer) namespaces() []string {
	var names []string
	for _, n := range d.Namespaces {
		names = append(names, n.Name)
	}
	for _, r := range d.Releases {
		names = append(names, r.Namespace)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
