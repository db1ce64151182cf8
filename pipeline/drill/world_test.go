package drill

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"

	"firedrill/pipeline/drill/fault"
	"firedrill/pipeline/drill/server"
)

// never is the delay of a hop that the alarm does not reach.
const never = 1000 * time.Hour

// world is a cluster with its servers whose state follows from the time since
// the fault and since the repair. It runs on the fake clock of synctest.
type world struct {
	// Delays since the fault, then since the repair.
	pending, firing, held, notified, ended, resolved, available time.Duration
	annotations                                                 map[string]string
	// Errors of the requests that scale down and up, and of every question to Prometheus.
	downErr, upErr, prometheusErr error
	series                        int

	mu         sync.Mutex
	down, up   time.Time // when the fault was set, and undone
	upAttempts int
}

func newWorld() *world {
	return &world{
		pending: 2 * time.Second, firing: 6 * time.Second, held: 6100 * time.Millisecond, notified: 7 * time.Second,
		ended: 5 * time.Second, resolved: 8 * time.Second, available: 3 * time.Second,
		series: 1,
		annotations: map[string]string{
			"summary":       "Website website is down",
			"runbook_url":   "https://example.org/runbooks/WebsiteDown",
			"dashboard_url": "https://grafana.example.org/d/website?viewPanel=1",
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
	}
}

// since tells whether delay has passed since the fault, or since the repair.
func (w *world) since(start time.Time, delay time.Duration) bool {
	return !start.IsZero() && time.Since(start) >= delay
}

func (w *world) patch(a k8stesting.Action) (bool, runtime.Object, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if strings.Contains(string(a.(k8stesting.PatchAction).GetPatch()), `"replicas":0`) {
		if w.downErr == nil {
			w.down, w.up = time.Now(), time.Time{}
		}
		return true, &appsv1.Deployment{}, w.downErr
	}
	w.upAttempts++
	if w.upErr == nil {
		w.up = time.Now()
	}
	return true, &appsv1.Deployment{}, w.upErr
}

func (w *world) get(k8stesting.Action) (bool, runtime.Object, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: "website"}}
	two := int32(2)
	d.Spec.Replicas = &two
	if w.since(w.up, w.available) {
		d.Status.AvailableReplicas = two
	}
	return true, d, nil
}

var alarmLabels = map[string]string{"alertname": "WebsiteDown", "namespace": "demo", "job": "probe"}

type prometheusOf struct{ *world }

func (p prometheusOf) Rule(context.Context, string) (server.Rule, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	rule := server.Rule{
		Name: "WebsiteDown", Query: `probe_success{job="probe"} == 0`,
		Interval: 2 * time.Second, For: 3 * time.Second, Health: "ok",
	}
	if p.prometheusErr != nil {
		return rule, p.prometheusErr
	}
	if p.since(p.down, p.pending) && !p.since(p.up, p.ended) {
		state := "pending"
		if p.since(p.down, p.firing) {
			state = "firing"
		}
		rule.Alarms = []server.Alarm{{Labels: alarmLabels, State: state, ActiveAt: p.down.Add(p.pending)}}
	}
	return rule, nil
}

func (p prometheusOf) Values(context.Context, string) ([]float64, error) {
	return make([]float64, p.series), p.prometheusErr
}

func (p prometheusOf) Range(_ context.Context, _ string, from, to time.Time, step time.Duration) ([]server.Sample, error) {
	var samples []server.Sample
	for t := from; !t.After(to); t = t.Add(step) {
		samples = append(samples, server.Sample{Time: t})
	}
	return samples, p.prometheusErr
}

func (p prometheusOf) ScrapeInterval(_ context.Context, jobs *regexp.Regexp) (time.Duration, error) {
	if !jobs.MatchString("probe") || jobs.MatchString("node") {
		return 0, errors.New("asked for the wrong jobs: " + jobs.String())
	}
	return time.Second, nil
}

type alertmanagerOf struct{ *world }

func (a alertmanagerOf) Alarms(context.Context, string) ([]server.Held, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.since(a.down, a.held) || a.since(a.up, a.ended) {
		return nil, nil
	}
	return []server.Held{{
		Labels: alarmLabels, Receivers: []string{"website"}, State: "active",
		StartsAt: a.down.Add(a.firing), UpdatedAt: a.down.Add(a.held),
	}}, nil
}

func (a alertmanagerOf) GroupWait(_ context.Context, receivers []string) (time.Duration, error) {
	if len(receivers) != 1 || receivers[0] != "website" {
		return 0, errors.New("asked for the wrong receivers")
	}
	return time.Second, nil
}

type inboxOf struct{ *world }

func (i inboxOf) Since(_ context.Context, id int64) ([]server.Notification, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	var notes []server.Notification
	add := func(n int64, status string, start time.Time, delay time.Duration, ends time.Time) {
		if i.since(start, delay) && id < n {
			notes = append(notes, server.Notification{
				ID: n, Channel: "webhook", Receiver: "website", Received: start.Add(delay),
				Alarms: []server.Notified{{Status: status, Labels: alarmLabels, Annotations: i.annotations, EndsAt: ends}},
			})
		}
	}
	add(1, "firing", i.down, i.notified, time.Time{})
	add(2, "resolved", i.up, i.resolved, i.up.Add(i.ended))
	return notes, nil
}

// encoded is a result as summary.json will hold it.
func encoded(r Result) string {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		panic(err)
	}
	return string(text) + "\n"
}
