package drill

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/drill/fault"
	"firedrill/pipeline/event"
	"firedrill/pipeline/server"
)

// other is a rule whose one alarm is in that state.
func other(name, state, namespace string) server.Rule {
	return server.Rule{Name: name, Health: "ok", Alarms: []server.Alarm{{
		Labels: map[string]string{"namespace": namespace}, State: state, Value: "7",
		Annotations: map[string]string{"summary": name + " it is"},
	}}}
}

func TestNoiseFailsTheDrill(t *testing.T) {
	tests := map[string]struct {
		rule   server.Rule
		change func(*Drill)
		want   string // part of the error; "" for none
	}{
		"unannounced": {other("ApiDown", "firing", "demo"), nil, `noise: an alarm fired that no drill announced: ApiDown{namespace="demo"} in grafana`},
		"announced":   {other("ApiDown", "firing", "demo"), func(d *Drill) { d.Also = []Announced{{Rule: "ApiDown"}} }, "not quiet again"},
		"other labels": {other("ApiDown", "firing", "demo"), func(d *Drill) {
			d.Also = []Announced{{Rule: "ApiDown", Labels: map[string]string{"namespace": "shop"}}}
		}, "noise"},
		"only pending": {other("ApiDown", "pending", "demo"), nil, ""},
		"heartbeat":    {other("Watchdog", "firing", "monitoring"), nil, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, d := newWorld(), websiteDown()
				w.others = map[string][]server.Rule{WayGrafana: {test.rule}}
				if test.change != nil {
					test.change(&d)
				}
				result, _, err := hold(t.Context(), w, d)
				if test.want == "" {
					require.NoError(t, err)
					require.Empty(t, result.Noise)
					return
				}
				require.ErrorContains(t, err, test.want)
				require.Equal(t, test.want[:5] == "noise", len(result.Noise) == 1)
			})
		})
	}
}

func TestNoiseIsBlamedOnWhoDisturbsTheNamespace(t *testing.T) {
	w := newWatch(newWorld().servers(), "")
	one := w.begin(Drill{Name: "one", Disturbs: []string{"namespace/demo"}}, nil)
	two := w.begin(Drill{Name: "two", Disturbs: []string{"alertmanager"}}, nil)
	look := func(namespace string) {
		w.alarms = []active{{by: WayPrometheus, rule: "X", alarm: other("X", "firing", namespace).Alarms[0]}}
		w.listen()
	}
	look("demo")
	require.Len(t, one.noise, 1)
	require.Empty(t, two.noise)
	look("demo")
	require.Len(t, one.noise, 1, "counted once while it fires")
	look("drill-two")
	require.Len(t, two.noise, 1, "its own namespace")
	look("elsewhere")
	require.Len(t, one.noise, 2)
	require.Len(t, two.noise, 2)
}

// mute is a ruler that gives no answer.
type mute struct{ Ruler }

func (mute) Rules(ctx context.Context) ([]server.Rule, error) {
	<-ctx.Done()
	return nil, context.Cause(ctx)
}

// A Grafana that is away must not keep the alarms of all others from being seen.
func TestOneWithoutAnAnswerKeepsNobodyUnseen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(newWorld().servers(), "")
		w.rulers[WayGrafana] = mute{}
		began := time.Now()
		w.look(t.Context())
		require.Equal(t, answerWithin, time.Since(began))
		require.NoError(t, w.answered[WayPrometheus])
		require.EqualError(t, w.answered[WayGrafana], "grafana has not told its rules within 2s")
	})
}

func TestFlaps(t *testing.T) {
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	x := &watched{drill: websiteDown()}
	s := &sighting{}
	x.turn(WayPrometheus, s, true, at(1))
	x.turn(WayPrometheus, s, false, at(2))
	require.Len(t, x.flaps, 1)
	require.Nil(t, x.flaps[0].Again)
	x.turn(WayPrometheus, s, true, at(3))
	require.Equal(t, at(3), *x.flaps[0].Again)
	x.repaired = true
	x.turn(WayPrometheus, s, false, at(4))
	require.Len(t, x.flaps, 1, "an end after the repair is what is wanted")
	x.turn(WayPrometheus, s, true, at(5))
	require.Len(t, x.flaps, 2)
	require.ErrorContains(t, x.err(), "the alarm flaps: by way prometheus")
}

func TestQuietNamesWhatFires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.others = map[string][]server.Rule{WayInbox: {other("HeartbeatMissing", "pending", "monitoring")}, WayPrometheus: {{Name: "Broken", Health: "err", LastError: "no"}}}
		results, err := RunAll(t.Context(), Options{Servers: w.servers()}, []Drill{websiteDown()})
		require.Empty(t, results)
		require.ErrorContains(t, err, `pending: HeartbeatMissing{namespace="monitoring"} in inbox`)
		require.ErrorContains(t, err, "value 7: HeartbeatMissing it is")
		require.ErrorContains(t, err, `rule Broken in prometheus has health "err": no`)
		require.True(t, w.down.IsZero(), "nothing was broken")
	})
}

func TestDuplicates(t *testing.T) {
	w, fault := &way{drill: websiteDown(), receiver: "alertmanager"}, time.Unix(1, 0)
	w.result.Times.Fault = &fault
	note := func(start int64) server.Notification {
		return server.Notification{Channel: "webhook", Receiver: "alertmanager", Received: time.Unix(start, 0), Alarms: []server.Notified{{Status: "firing", Labels: alarmLabels, StartsAt: time.Unix(start, 0)}}}
	}
	w.seen.notes = []server.Notification{note(1), note(2)}
	require.Empty(t, w.duplicates(), "it began anew")
	w.seen.notes = append(w.seen.notes, note(1))
	require.Equal(t, 2, w.duplicates()[0].Count)
	fault = time.Unix(2, 0)
	require.Empty(t, w.duplicates(), "what came before the fault is none of the drill's")
}

// A way that does not become quiet has seen all that inbox ever received.
func TestDuplicatesOfEarlierDrillsAreNotCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		twice := server.Notification{Channel: "webhook", Receiver: "alertmanager", Received: time.Now().Add(-time.Hour), Alarms: []server.Notified{{Status: "firing", Labels: alarmLabels}}}
		w.past = []server.Notification{twice, twice}
		w.series = 0
		result, _, err := hold(t.Context(), w, websiteDown())
		require.ErrorContains(t, err, "not ready for the fault")
		require.Empty(t, result.Duplicates)
	})
}

func TestWindow(t *testing.T) {
	for query, want := range map[string]time.Duration{
		`rate(a[20s]) / rate(b[1m]) > 1`: time.Minute, `increase(a[5m]) > 0`: 0, `max_over_time(a[1m])`: 0,
		`avg_over_time(a[30s:5s]) > 1`: 30 * time.Second, `up == 0`: 0, `not PromQL`: 0,
	} {
		require.Equal(t, want, window(WayPrometheus, query), query)
	}
	require.Equal(t, 20*time.Second, window(WayLoki, `sum(count_over_time({app="x"} |= "error" [20s])) > 5`))
}

func TestAgainst(t *testing.T) {
	w := newWorld()
	o := Options{Servers: w.servers(), Against: &Against{Namespace: "demo", Named: true}}
	_, _, err := o.refuse(t.Context(), []Drill{websiteDown()})
	require.ErrorContains(t, err, `Prometheus does not give alarms of namespace demo the label drill="true"`)
	w.marks = map[string]string{"drill": "true"}
	drills, _, err := o.refuse(t.Context(), []Drill{bothWays()})
	require.NoError(t, err)
	require.Equal(t, []string{WayPrometheus}, drills[0].Ways)
	w.grafanaAwayErr = errors.New("Grafana: no route")
	_, _, err = o.refuse(t.Context(), []Drill{websiteDown()})
	require.ErrorContains(t, err, "its alarm WebsiteDown would not be led away from everybody else: Grafana: no route; set the monitoring chart's values drills.namespaces")
	w.grafanaAwayErr = nil
	o.Against.Namespace = "shop"
	_, _, err = o.refuse(t.Context(), []Drill{websiteDown()})
	require.ErrorContains(t, err, "drill website-down is refused: its fault (scale Deployment demo/website to 0) touches Deployment demo/website, which is not in namespace shop")
	o.Against.Named = false
	_, left, err := o.refuse(t.Context(), []Drill{websiteDown()})
	require.ErrorContains(t, left[0].Why, "which is not in namespace shop")
	require.ErrorContains(t, err, "all 1 drills are left out: none of them can be held within namespace shop alone")
	o.Against.Namespace = ""
	_, _, err = o.refuse(t.Context(), nil)
	require.ErrorContains(t, err, "--namespace")
}

// An alarm of which nobody can tell that it is marked pages somebody.
func TestAgainstWithAlarmsThatAreNotMarked(t *testing.T) {
	w := newWorld()
	w.marks = map[string]string{"drill": "true"}
	o := Options{Servers: w.servers(), Against: &Against{Namespace: "demo", Named: true}}
	without := websiteDown()
	without.Labels = map[string]string{"job": "probe"}
	_, _, err := o.refuse(t.Context(), []Drill{without})
	require.ErrorContains(t, err, `drill website-down is refused: its alarm WebsiteDown{job="probe"} is not sure to have the label namespace="demo", by which alarms of drills are marked`)
	besides := websiteDown()
	besides.Also = []Announced{{Rule: "PodCrashLooping", Labels: map[string]string{"namespace": "demo"}}, {Rule: "ErrorBurst", Labels: map[string]string{"namespace": "cert-manager"}}}
	_, _, err = o.refuse(t.Context(), []Drill{besides})
	require.EqualError(t, err, `drill website-down is refused: its alarm ErrorBurst{namespace="cert-manager"} is not sure to have the label namespace="demo", by which alarms of drills are marked; `+
		"put that among the labels in the drill file if the alarm has it, or give --page-for-real to wake people for it")
	besides.Also = []Announced{{Rule: "ErrorBurst", Labels: map[string]string{"namespace": "demo"}}}
	o.Rules = []Rule{{Name: "ErrorBurst", By: ByLoki}}
	_, _, err = o.refuse(t.Context(), []Drill{besides})
	require.ErrorContains(t, err, "its alarm ErrorBurst does not go through Prometheus")
	stopped := websiteDown()
	stopped.Rule, stopped.Ways = "PrometheusDown", []string{WayGrafana}
	o.Rules = append(o.Rules, Rule{Name: "PrometheusDown", By: ByGrafana})
	stopped.Also = []Announced{{Rule: "PrometheusDown", Labels: map[string]string{"job": "b"}}}
	_, _, err = o.refuse(t.Context(), []Drill{stopped})
	require.EqualError(t, err, "drill website-down is refused: its alarm PrometheusDown does not go through Prometheus, and only there it can be marked as a drill's; "+
		"hold it with --page-for-real, which wakes people, or on a cluster of its own", "said once")
	stopped.Rule, stopped.Also = "WebsiteDown", nil
	_, _, err = o.refuse(t.Context(), []Drill{stopped})
	require.ErrorContains(t, err, "its alarm WebsiteDown does not go through Prometheus", "by none of its ways")
	o.Against.PageForReal = true
	_, _, err = o.refuse(t.Context(), []Drill{without, besides})
	require.NoError(t, err)
}

// Without names, what can be held is held, and the rest says why it is not.
func TestAgainstLeavesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, elsewhere := newWorld(), websiteDown()
		w.marks, w.sent = map[string]string{"drill": "true"}, map[string]string{"drill": "true"}
		w.annotations["summary"] = "[DRILL] Website website is down"
		elsewhere.Name, elsewhere.Faults = "elsewhere", []fault.Spec{{Scale: &fault.Scale{Namespace: "shop", Deployment: "till", Replicas: new(int32)}}}
		var skipped []string
		sink := func(e event.Event) {
			if e.State == event.Skipped {
				skipped = append(skipped, e.Item+": "+e.Message)
			}
		}
		o := Options{Servers: w.servers(), Against: &Against{Namespace: "demo"}, Sink: sink}
		results, err := RunAll(t.Context(), o, []Drill{elsewhere, websiteDown()})
		require.NoError(t, err)
		require.Len(t, results, 1)
		require.Equal(t, "website-down", results[0].Name)
		require.Equal(t, []string{"elsewhere: left out: its fault (scale Deployment shop/till to 0) touches Deployment shop/till, which is not in namespace demo"}, skipped)
	})
}
