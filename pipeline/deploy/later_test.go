package deploy

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// slow is site, which nothing has to wait for.
func slow(timeout time.Duration) Release {
	r := site
	r.Ready, r.Because = later, "it is slow"
	r.Timeout.Duration = timeout
	return r
}

func TestALaterReleaseHoldsUpNothingUntilItIsWaitedFor(t *testing.T) {
	var r record
	d, b := fakeDeployer(t, Options{Sink: r.sink}, deployment("site", false), deployment("api", true))
	api := Release{Name: "api", Namespace: "demo", Chart: "web"}
	late := slow(time.Minute)
	late.Needs = []string{"api"}
	results := again(t, d, api, late)
	require.Len(t, results, 2)
	require.False(t, results[0].Later)
	require.True(t, results[1].Later)
	require.Contains(t, b.done.String(), "create Deployment site\n")
	require.Equal(t, Unchanged, again(t, d, api, late)[1].Action, "nor a second time")

	r.lines = nil
	d.Releases = Later(d.Releases)
	ended := make(chan error, 1)
	go func() {
		results, err := d.awaitAll(t.Context())
		if err == nil && (len(results) != 1 || results[0].Later || results[0].Objects != 2) {
			t.Errorf("unexpected results: %+v", results)
		}
		ended <- err
	}()
	require.Never(t, func() bool { return len(ended) > 0 }, 100*time.Millisecond, 10*time.Millisecond)
	now, err := decode(deployment("site", true))
	require.NoError(t, err)
	_, err = d.cluster.Dynamic.Resource(deployments).Namespace("demo").Update(t.Context(), now[0], metav1.UpdateOptions{})
	require.NoError(t, err)
	require.NoError(t, <-ended)
	require.Equal(t, []string{"site: started", "site: passed"}, r.lines, "what is no later release is not waited for again")
}

func TestALaterReleaseThatNeverIsReadyFails(t *testing.T) {
	d, _ := fakeDeployer(t, Options{}, deployment("site", false))
	again(t, d, slow(2*time.Second))
	_, err := d.awaitAll(t.Context())
	require.ErrorContains(t, err, "release site in namespace demo: 1 of 2 objects are ready: the release's timeout of 2s has passed")
	require.ErrorContains(t, err, "Deployment demo/site: ")
}

func TestALaterReleaseThatIsNotInstalledFails(t *testing.T) {
	d, _ := fakeDeployer(t, Options{Releases: []Release{slow(time.Minute)}})
	_, err := d.awaitAll(t.Context())
	require.ErrorContains(t, err, "release site in namespace demo: read the release's history: ")
}

func TestMistakesOfLaterReleases(t *testing.T) {
	got := checked(t, `
  - {name: a, namespace: demo, chart: web, ready: soon}
  - {name: b, namespace: demo, chart: web, ready: later}
  - {name: c, namespace: demo, chart: web, because: of nothing}
  - {name: d, namespace: demo, chart: web, ready: later, because: it is slow}
  - {name: e, namespace: demo, chart: web, needs: [a, d]}
`, nil)
	require.Equal(t, []string{
		"firedrill.yaml:3:51: releases[0].ready: \"soon\" is unknown; write later, or leave it out",
		"firedrill.yaml:4:5: releases[1].because: is missing; say why release b takes so long that nothing should wait for it",
		"firedrill.yaml:5:53: releases[2].because: gives a reason for nothing; it belongs to `ready: later`",
		"firedrill.yaml:7:55: releases[4].needs[1]: release d may become ready later, so no other can need it; take this or its `ready: later` out",
	}, got, strings.Join(got, "\n"))
}
