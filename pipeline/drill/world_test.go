package drill

import (
	"encoding/json"
	"strings"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"

	"firedrill/pipeline/drill/fault"
	"firedrill/pipeline/server"
)

// never is the delay of a hop that the alarm does not reach.
const never = 1000 * time.Hour

// course is when the alarm reaches each hop of one way: since the fault, then
// since the repair.
type course struct {
	pending, firing, held, notified, mailed, ended, resolved time.Duration
}

// world is a cluster with its servers whose state follows from the time since
// the fault and since the repair. It runs on the fake clock of synctest.
type world struct {
	// course is that of the alarm from Prometheus, grafana that out of Grafana.
	course
	grafana     course
	available   time.Duration // since the repair
	annotations map[string]string
	// What Grafana's own pages answer, and its one dashboard.
	pageErr error
	board   server.Dashboard
	// Errors of the requests that scale down and up, and of every question to a server.
	downErr, upErr, prometheusErr, grafanaErr error
	series                                    int
	// by is who evaluates the drill's rule: Prometheus and Grafana when empty.
	by string
	// limit is the query of the graph's limit, and why it has no answer; drawn is
	// how long after the fault the graph comes near it, 0 for never.
	limit    string
	limitErr error
	drawn    time.Duration
	// What Prometheus adds to labels, and why Alertmanager and Grafana do not lead away.
	marks                   map[string]string
	awayErr, grafanaAwayErr error
	// sent are labels that webhooks have besides the alarm's.
	sent map[string]string
	// again is when, since the fault, the webhook tells of it once more; 0 for never.
	again time.Duration
	// Notifications of earlier faults, and what comes besides by now.
	past    []server.Notification
	besides func() []server.Notification
	// Rules besides the drill's, by who evaluates them, as they are now.
	others map[string][]server.Rule

	mu         sync.Mutex
	down, up   time.Time // when the fault was set, and undone
	upAttempts int
	// scaled is what became of other Deployments, in order; backErr is why one
	// cannot be scaled up again.
	scaled  []scaling
	backErr error
}

// scaling is a change of the number of replicas of a Deployment that the alarm
// says nothing of.
type scaling struct {
	name string
	up   bool
	at   time.Time
}

func newWorld() *world {
	return &world{
		course: course{
			pending: 2 * time.Second, firing: 6 * time.Second, held: 6100 * time.Millisecond,
			notified: 7 * time.Second, mailed: 7200 * time.Millisecond, ended: 5 * time.Second, resolved: 8 * time.Second,
		},
		grafana: course{
			pending: 5600 * time.Millisecond, firing: 15600 * time.Millisecond, held: 15900 * time.Millisecond,
			notified: 17 * time.Second, mailed: 17100 * time.Millisecond, ended: 12 * time.Second, resolved: 14 * time.Second,
		},
		available: 3 * time.Second, series: 1,
		board: server.Dashboard{Title: "Website", Panels: map[string]string{"1": "Is the website up?"}, Variables: []string{"namespace"}},
		annotations: map[string]string{
			"summary":       "Website website is down",
			"runbook_url":   "https://example.org/runbooks/WebsiteDown",
			"dashboard_url": "https://grafana.example.org/d/website/website?viewPanel=1&var-namespace=demo",
		},
	}
}

func (w *world) servers() Servers {
	client := fake.NewClientset()
	client.PrependReactor("patch", "deployments", w.patch)
	client.PrependReactor("get", "deployments", w.get)
	return Servers{
		Cluster:    fault.Cluster{Kubernetes: client},
		Prometheus: prometheusOf{w}, Alertmanager: alertmanagerOf{w}, Inbox: inboxOf{w},
		Grafana: grafanaOf{w}, Loki: lokiOf{w},
	}
}

// since tells whether delay has passed since the fault, or since the repair.
func (w *world) since(start time.Time, delay time.Duration) bool {
	return !start.IsZero() && time.Since(start) >= delay
}

func (w *world) patch(a k8stesting.Action) (bool, runtime.Object, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	none := strings.Contains(string(a.(k8stesting.PatchAction).GetPatch()), `"replicas":0`)
	if name := a.(k8stesting.PatchAction).GetName(); name != "website" {
		w.scaled = append(w.scaled, scaling{name, !none, time.Now()})
		if none {
			return true, &appsv1.Deployment{}, nil
		}
		return true, &appsv1.Deployment{}, w.backErr
	}
	if none {
		if w.downErr == nil {
			w.past = w.allNotes()
			w.down, w.up = time.Now(), time.Time{}
		}
		return true, &appsv1.Deployment{}, w.downErr
	}
	w.upAttempts++
	if w.upErr == nil && w.up.IsZero() { // the second of two drills mends nothing
		w.up = time.Now()
	}
	return true, &appsv1.Deployment{}, w.upErr
}

func (w *world) get(a k8stesting.Action) (bool, runtime.Object, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	name := a.(k8stesting.GetAction).GetName()
	d := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: name}}
	two := int32(2)
	d.Spec.Replicas = &two
	if name != "website" || w.since(w.up, w.available) {
		d.Status.AvailableReplicas = two
	}
	return true, d, nil
}

// encoded is a result to compare, but for the parts of a second of its end: who looks
// at the alarms and who waits for that look come at the same instant, in any order, and who
// came too early comes again a moment later.
func encoded(r Result) string {
	r.Ended = r.Ended.Truncate(time.Second)
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		panic(err)
	}
	return string(text) + "\n"
}
