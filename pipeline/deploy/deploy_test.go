package deploy

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/release"
	helmtime "helm.sh/helm/v3/pkg/time"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"

	"firedrill/pipeline/strict"
)

// site has a timeout that no test reaches unless something is wrong.
var site = Release{Name: "site", Namespace: "demo", Chart: "web", Timeout: strict.Duration{Duration: 20 * time.Second}}

var deployments = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}

// again lets a second deployer work on what the first one left.
func again(t *testing.T, d *deployer, releases ...Release) []Result {
	t.Helper()
	d.Releases = releases
	results, err := d.deployAll(t.Context())
	require.NoError(t, err)
	return results
}

func TestDeployInstallsThenLeavesAloneThenUpgrades(t *testing.T) {
	d, b := fakeDeployer(t, Options{}, deployment("site", true))

	first := again(t, d, site)[0]
	require.Positive(t, first.Seconds)
	first.Seconds, first.At = 0, 0
	require.Equal(t, Result{Name: "site", Namespace: "demo", Chart: "web", Version: "1.2.3", Revision: 1, Action: Installed, Objects: 2, Order: 1}, first)
	require.Equal(t, "create ConfigMap site\ncreate Deployment site\n", b.done.String())

	b.done.Reset()
	second := again(t, d, site)[0]
	require.Equal(t, Unchanged, second.Action)
	require.Equal(t, 1, second.Revision)
	require.Equal(t, 2, second.Objects)
	require.Empty(t, b.done.String())

	changed := site
	changed.Set = map[string]any{"port": 80}
	third := again(t, d, changed)[0]
	require.Equal(t, Upgraded, third.Action)
	require.Equal(t, 2, third.Revision)
	require.Equal(t, "update ConfigMap site\nupdate Deployment site\n", b.done.String())
}

func TestDeployLabelsWhatItCreates(t *testing.T) {
	d, b := fakeDeployer(t, Options{}, deployment("site", true))
	again(t, d, site)
	namespace, err := d.cluster.Client.CoreV1().Namespaces().Get(t.Context(), "demo", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, map[string]string{"firedrill/run": "r1"}, namespace.Labels)
	last, err := b.stores["demo"].Last("site")
	require.NoError(t, err)
	require.Equal(t, "r1", last.Labels["firedrill/run"])
}

func TestDeployNamesTheCulpritAndSkipsWhatNeedsIt(t *testing.T) {
	var r record
	d, b := fakeDeployer(t, Options{Parallel: 1, Sink: r.sink, Releases: []Release{
		{Name: "api", Namespace: "demo", Chart: "web", Timeout: strict.Duration{Duration: 20 * time.Second}},
		{Name: "site", Namespace: "demo", Chart: "web", Needs: []string{"api"}},
		{Name: "other", Namespace: "demo", Chart: "web", Timeout: strict.Duration{Duration: 20 * time.Second}},
	}}, deployment("api", false), crashingPod("api"), deployment("other", true))
	results, err := d.deployAll(t.Context())
	require.ErrorContains(t, err, "release api in namespace demo: 1 of 2 objects are ready: container web of pod demo/api-x-1 ends again and again")
	require.ErrorContains(t, err, "Deployment demo/api: Available: 0/1")
	require.ErrorContains(t, err, "fake logs")
	require.Len(t, results, 1)
	require.Equal(t, "other", results[0].Name)
	require.ElementsMatch(t, []string{
		"api: started", "api: failed", "site: started",
		"site: skipped: it needs release api, which is not ready", "other: started", "other: passed",
	}, r.lines)
	last, err := b.stores["demo"].Last("api")
	require.NoError(t, err)
	require.Equal(t, release.StatusFailed, last.Info.Status)
	require.NotContains(t, last.Info.Description, "fake logs", "logs do not belong into the cluster's records")
}

func TestDeployTriesAFailedReleaseAgain(t *testing.T) {
	d, b := fakeDeployer(t, Options{Releases: []Release{site}}, deployment("site", false), crashingPod("site"))
	_, err := d.deployAll(t.Context())
	require.Error(t, err)
	fixed, b2 := fakeDeployer(t, Options{}, deployment("site", true))
	b2.stores = b.stores
	require.Equal(t, Upgraded, again(t, fixed, site)[0].Action)
}

func TestDeployGivesUpAtTheReleasesTimeout(t *testing.T) {
	slow := site
	slow.Timeout.Duration = 300 * time.Millisecond
	d, _ := fakeDeployer(t, Options{Releases: []Release{slow}}, deployment("site", false))
	_, err := d.deployAll(t.Context())
	require.ErrorContains(t, err, "the release's timeout of 300ms has passed")
	require.ErrorContains(t, err, "site")
}

func TestDeployExplainsAFailedHook(t *testing.T) {
	hooked := site
	hooked.Set = map[string]any{"hook": true}
	d, b := fakeDeployer(t, Options{Releases: []Release{hooked}}, deployment("site", true))
	b.hookErr = errors.New("job failed: BackoffLimitExceeded")
	_, err := d.deployAll(t.Context())
	require.ErrorContains(t, err, "a hook has failed: job failed: BackoffLimitExceeded")
	require.ErrorContains(t, err, "Job demo/site-fill: not found in the cluster")
}

func TestDeployRecoversWhatAKilledRunLeft(t *testing.T) {
	d, b := fakeDeployer(t, Options{}, deployment("site", true))
	again(t, d, site)
	last, err := b.stores["demo"].Last("site")
	require.NoError(t, err)

	last.SetStatus(release.StatusPendingUpgrade, "")
	last.Info.LastDeployed = helmtime.Now()
	d.Releases = []Release{site}
	_, err = d.deployAll(t.Context())
	require.ErrorContains(t, err, "another run is at work on it, or was killed; try again in")

	last.Info.LastDeployed = helmtime.Time{Time: time.Now().Add(-time.Hour)}
	require.Equal(t, Upgraded, again(t, d, site)[0].Action)
}

func TestDeployAloneRecoversAtOnce(t *testing.T) {
	d, b := fakeDeployer(t, Options{Alone: true}, deployment("site", true))
	again(t, d, site)
	last, err := b.stores["demo"].Last("site")
	require.NoError(t, err)
	last.SetStatus(release.StatusPendingUpgrade, "")
	last.Info.LastDeployed = helmtime.Now()
	require.Equal(t, Upgraded, again(t, d, site)[0].Action)
}

func TestDeployChecksBeforeItConnects(t *testing.T) {
	_, err := Deploy(t.Context(), Options{Dir: "testdata", Releases: []Release{{Name: "site", Namespace: "demo", Chart: "nowhere"}}})
	require.ErrorContains(t, err, "releases[0].chart: no chart folder")
}

// Whoever waits can say why a certificate does not come.
func TestTheClusterIsToldWhereIssuersFindTheirSecrets(t *testing.T) {
	d, err := newDeployer(Options{REST: &rest.Config{Host: "https://cluster.test"}, CertManager: "pki"})
	require.NoError(t, err)
	require.Equal(t, "pki", d.cluster.CertManager)
}
