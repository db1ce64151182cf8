package deploy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/storage/driver"

	"firedrill/pipeline/deploy/ready"
	"firedrill/pipeline/event"
	"firedrill/pipeline/poll"
)

// job is the work on one release.
type job struct {
	Release
	*deployer
	config *action.Configuration
	client *watchingClient
}

// deploy brings one release to the state that its chart describes.
func (d *deployer) deploy(ctx context.Context, task *event.Task, r Release) (Result, error) {
	ctx, cancel := r.withTimeout(ctx)
	defer cancel()
	if err := d.ensureNamespace(ctx, r.Namespace); err != nil {
		return Result{}, err
	}
	j, err := d.job(ctx, task, r)
	if err != nil {
		return Result{}, err
	}
	done, what, err := j.untilAnswered(ctx, task)
	if err != nil {
		return Result{}, j.explain(ctx, err)
	}
	if strings.Contains(done.Manifest, "\nkind: CustomResourceDefinition\n") {
		d.backend.forget()
	}
	result := j.result(done, what)
	result.Later = r.Later()
	return result, nil
}

func (j *job) result(done *release.Release, what Action) Result {
	return Result{
		Name: j.Name, Namespace: j.Namespace, Action: what,
		Chart: done.Chart.Name(), Version: done.Chart.Metadata.Version,
		Revision: done.Version, Objects: j.client.waited, Ready: j.client.ready,
	}
}

func (d *deployer) job(ctx context.Context, task *event.Task, r Release) (*job, error) {
	config, client, err := d.backend.configuration(r.Namespace)
	if err != nil {
		return nil, err
	}
	j := &job{Release: r, deployer: d, config: config}
	j.client = &watchingClient{helmClient: client, cluster: d.cluster, ctx: ctx, progress: task.Progress, start: time.Now()}
	config.KubeClient = j.client
	return j, nil
}

// explain adds to an error what Helm was not told.
func (j *job) explain(ctx context.Context, err error) error {
	if j.client.failure != nil {
		return j.client.failure
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return fmt.Errorf("%w%s", err, replaceHint(j.Namespace, err))
}

// untilAnswered tries again while an admission webhook does not answer: one that
// has just become ready is not known to every node yet.
func (j *job) untilAnswered(ctx context.Context, task *event.Task) (done *release.Release, what Action, err error) {
	// That time is up, the last error says better.
	_ = poll.Until(ctx, time.Second, func() bool {
		done, what, err = j.installOrUpgrade(ctx)
		if !unanswered(err) {
			return true
		}
		task.Progress("again: " + err.Error())
		return false
	})
	return done, what, err
}

// unanswered tells whether the API server has not reached a webhook; a webhook's
// own no reads differently.
func unanswered(err error) bool {
	return err != nil && strings.Contains(err.Error(), "failed calling webhook")
}

func (j *job) installOrUpgrade(ctx context.Context) (*release.Release, Action, error) {
	last, err := j.config.Releases.Last(j.Name)
	switch {
	case errors.Is(err, driver.ErrReleaseNotFound), err == nil && last.Info.Status == release.StatusUninstalled:
		done, err := j.install()
		return done, Installed, err
	case err != nil:
		return nil, "", fmt.Errorf("read the release's history: %w", err)
	}
	if err := j.unlock(last); err != nil {
		return nil, "", err
	}
	if j.client.old, err = ready.PodsIn(ctx, j.cluster.Client, j.Namespace); err != nil {
		return nil, "", err
	}
	planned, err := j.upgrade(true)
	if err != nil {
		return nil, "", err
	}
	if same(last, planned) {
		if j.Later() {
			return last, Unchanged, nil
		}
		return last, Unchanged, j.waitFor(ctx, last)
	}
	done, err := j.upgrade(false)
	return done, Upgraded, err
}

func (j *job) install() (*release.Release, error) {
	install := action.NewInstall(j.config)
	install.ReleaseName, install.Namespace = j.Name, j.Namespace
	install.Labels = j.Labels
	install.Replace = true // a record that an earlier uninstall has kept
	install.Wait = !j.Later()
	install.Timeout = j.timeout()
	return j.run(install.Run)
}

func (j *job) upgrade(dry bool) (*release.Release, error) {
	upgrade := action.NewUpgrade(j.config)
	upgrade.Namespace = j.Namespace
	upgrade.Wait = !j.Later()
	upgrade.Timeout = j.timeout()
	upgrade.MaxHistory = 10
	if dry {
		upgrade.DryRun, upgrade.DryRunOption = true, "server"
	}
	return j.run(func(c *chart.Chart, values map[string]any) (*release.Release, error) {
		return upgrade.Run(j.Name, c, values)
	})
}

// run loads chart and values and gives them to one of Helm's actions.
func (j *job) run(act func(*chart.Chart, map[string]any) (*release.Release, error)) (*release.Release, error) {
	c, err := loadChart(j.Dir, j.Release)
	if err != nil {
		return nil, err
	}
	values, err := loadValues(j.Dir, j.Release)
	if err != nil {
		return nil, err
	}
	// A chart with CRDs is rendered after they have come, and others that need
	// them must hear of them too; Helm then asks the cluster itself.
	j.config.Capabilities = nil
	if len(c.CRDObjects()) > 0 {
		defer j.backend.forget()
	} else if j.config.Capabilities, err = j.backend.capabilities(); err != nil {
		return nil, err
	}
	return act(c, values)
}

// waitFor waits for the objects of a release that needed no change.
func (j *job) waitFor(ctx context.Context, r *release.Release) error {
	resources, err := j.config.KubeClient.Build(bytes.NewBufferString(r.Manifest), false)
	if err != nil {
		return fmt.Errorf("find the release's objects: %w", err)
	}
	return j.client.wait(ctx, resources)
}
