package ready

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"firedrill/internal/golden"
)

var createOptions = metav1.CreateOptions{}

const (
	crashing = `{phase: Running, containerStatuses: [{name: web, restartCount: 4, image: x, imageID: x,
  state: {waiting: {reason: CrashLoopBackOff, message: back-off 40s}},
  lastState: {terminated: {exitCode: 1, reason: Error}}}]}`
	unpullable = `{phase: Pending, containerStatuses: [{name: web, restartCount: 0, image: x, imageID: x,
  state: {waiting: {reason: ImagePullBackOff, message: Back-off pulling image "x"}}}]}`
	unready = `{phase: Running, conditions: [{type: Ready, status: "False"}],
  containerStatuses: [{name: web, restartCount: 0, image: x, imageID: x, ready: false, state: {running: {}}}]}`
)

// wait runs Wait in a bubble whose clock runs by itself when nothing else can,
// for at most three minutes of that clock.
func wait(t *testing.T, c Cluster, objects []Object, o Options) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	return Wait(ctx, c, objects, o)
}

func TestWaitSeesAnObjectBecomeReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := cluster(t, nil, websiteNotReady)
		config := Object{Kind: "ConfigMap", Namespace: "demo", Name: "website", Resource: schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}}
		var said []string
		var ready []Object
		done := make(chan error, 1)
		start := time.Now()
		go func() {
			done <- wait(t, c, []Object{config, website}, Options{
				Progress: func(s string) { said = append(said, s) },
				Ready:    func(o Object) { ready = append(ready, o) },
			})
		}()
		time.Sleep(10 * time.Second) // of the bubble's clock
		require.Empty(t, done)
		_, err := c.Dynamic.Resource(deployments).Namespace("demo").Update(t.Context(), object(t, websiteReady), metav1.UpdateOptions{})
		require.NoError(t, err)
		require.NoError(t, <-done)
		require.Equal(t, 10*time.Second, time.Since(start), "the change must be heard at once")
		require.Equal(t, []string{"1/2 ready; waiting for Deployment demo/website: Available: 0/2"}, said)
		require.Equal(t, []Object{website}, ready, "what was waited for, and nothing else")
	})
}

func TestWaitGivesUpBeforeTheDeadline(t *testing.T) {
	tests := map[string]struct {
		status string
		after  time.Duration
		why    string
	}{
		"crash loop":    {crashing, 0, "container web of pod demo/website-1 ends again and again (4 restarts)"},
		"image missing": {unpullable, 30 * time.Second, "container web of pod demo/website-1 has been in ImagePullBackOff for 30s"},
		"probe fails":   {unready, 3 * time.Minute, "context deadline exceeded"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				requireGivesUp(t, cluster(t, nil, websiteNotReady, websitePod("website-1", test.status)), test.after, test.why)
			})
		})
	}
}

// requireGivesUp waits for the website, in vain for that reason and that long.
func requireGivesUp(t *testing.T, c Cluster, after time.Duration, why string) {
	t.Helper()
	start := time.Now()
	err := wait(t, c, []Object{website}, Options{})
	var notReady *NotReady
	require.ErrorAs(t, err, &notReady)
	require.Equal(t, why, notReady.Why)
	require.InDelta(t, after.Seconds(), time.Since(start).Seconds(), 2)
}

func TestWaitDoesNotGiveUpOnPodsThatMayBeReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := cluster(t, nil, websiteNotReady, websitePod("website-1", crashing))
		start := time.Now()
		err := wait(t, c, []Object{website}, Options{Old: map[types.UID]bool{"website-1": true}})
		require.ErrorContains(t, err, "context deadline exceeded")
		require.Equal(t, 3*time.Minute, time.Since(start).Round(time.Second))
	})
}

func TestWaitStopsWhenCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		err := Wait(ctx, cluster(t, nil, websiteNotReady), []Object{website}, Options{})
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorContains(t, err, "0/1 ready; waiting for Deployment demo/website")
	})
}

func TestWaitForAFailedJobEndsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		job := Object{Kind: "Job", Namespace: "demo", Name: "fill", Resource: schema.GroupVersionResource{Group: "batch", Version: "v1", Resource: "jobs"}}
		c := cluster(t, nil, `
apiVersion: batch/v1
kind: Job
metadata: {name: fill, namespace: demo, uid: job}
status: {conditions: [{type: Failed, status: "True", reason: BackoffLimitExceeded, message: too many}]}`)
		start := time.Now()
		err := wait(t, c, []Object{job}, Options{})
		require.ErrorContains(t, err, "Job demo/fill has failed")
		require.Less(t, time.Since(start), time.Second)
	})
}

func TestDiagnosisNamesPodContainerLogAndEvents(t *testing.T) {
	on := func(kind, name, reason, message string, count int32, ago time.Duration) corev1.Event {
		return corev1.Event{
			ObjectMeta:     metav1.ObjectMeta{Namespace: "demo", Name: name + reason},
			InvolvedObject: corev1.ObjectReference{Kind: kind, Namespace: "demo", Name: name, UID: types.UID(name)},
			Type:           "Warning", Reason: reason, Message: message, Count: count,
			LastTimestamp: metav1.NewTime(time.Unix(1e9, 0).Add(-ago)),
		}
	}
	synctest.Test(t, func(t *testing.T) {
		c := cluster(t, []corev1.Event{
			on("Pod", "website-1", "BackOff", "Back-off restarting failed container web", 5, 0),
			on("Pod", "website-1", "Unhealthy", "Readiness probe failed: connection refused", 1, time.Minute),
			on("Pod", "other", "BackOff", "of no interest", 1, 0),
			on("ReplicaSet", "website-abc", "FailedCreate", "exceeded quota", 1, 0),
		}, websiteNotReady, websitePod("website-1", crashing), websitePod("website-2", unready),
			websitePod("website-3", unready))
		golden.Equal(t, "testdata/crash-loop.txt", wait(t, c, []Object{website}, Options{}).Error()+"\n")
	})
}

func TestExplainTellsWhatIsThereNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := cluster(t, nil, websiteNotReady)
		err := Explain(t.Context(), c, []Object{website}, "a hook has failed: job failed")
		require.EqualError(t, err, "0 of 1 objects are ready: a hook has failed: job failed\nDeployment demo/website: Available: 0/2")
	})
}

func TestGoneWaitsUntilTheLastObjectIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := cluster(t, nil, websiteReady)
		done := make(chan error, 1)
		go func() { done <- Gone(t.Context(), c, []Object{website}) }()
		time.Sleep(time.Second) // of the bubble's clock
		require.Empty(t, done)
		require.NoError(t, c.Dynamic.Resource(deployments).Namespace("demo").Delete(t.Context(), "website", metav1.DeleteOptions{}))
		require.NoError(t, <-done)
	})
}
