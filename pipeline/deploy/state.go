package deploy

import (
	"fmt"
	"slices"
	"time"

	"helm.sh/helm/v3/pkg/release"
)

// same tells whether an upgrade would change nothing.
func same(last, planned *release.Release) bool {
	return last.Info.Status == release.StatusDeployed &&
		last.Chart.Name() == planned.Chart.Name() &&
		last.Chart.Metadata.Version == planned.Chart.Metadata.Version &&
		last.Chart.AppVersion() == planned.Chart.AppVersion() &&
		last.Manifest == planned.Manifest &&
		slices.EqualFunc(last.Hooks, planned.Hooks, func(a, b *release.Hook) bool { return a.Manifest == b.Manifest })
}

// unlock makes a release usable again that a killed run has left in the middle
// of its work: Helm refuses to touch it. Unless nobody else deploys, one that was
// started a moment ago may be work in progress and is left alone.
func (j *job) unlock(last *release.Release) error {
	status := last.Info.Status
	if !status.IsPending() && status != release.StatusUninstalling {
		return nil
	}
	since := last.Info.LastDeployed.Time
	if status == release.StatusUninstalling {
		since = last.Info.Deleted.Time
	}
	age := time.Since(since)
	if age < j.timeout() && !j.Alone {
		return fmt.Errorf("revision %d has been %s for %s: another run is at work on it, or was killed; try again in %s",
			last.Version, status, age.Round(time.Second), (j.timeout() - age).Round(time.Second))
	}
	last.SetStatus(release.StatusFailed, fmt.Sprintf("left %s by a run that did not end", status))
	if err := j.config.Releases.Update(last); err != nil {
		return fmt.Errorf("mark revision %d, left %s, as failed: %w", last.Version, status, err)
	}
	return nil
}
