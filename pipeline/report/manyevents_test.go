package report

import (
	"errors"
	"slices"
	"sort"
	"strings"
	"time"

	"firedrill/pipeline/event"
)

// many are the drills of the stream: name, rule, who evaluates it, ways, and how
// long it takes in seconds.
var many = []struct {
	name, rule, by, ways string
	takes                float64
}{
	{"alertmanager-down", "AlertmanagerDown", "prometheus", "grafana", 52},
	{"alertmanager-restarts-while-firing", "WebsiteDown", "prometheus", "prometheus grafana", 61},
	{"api-down", "WebsiteApiDown", "prometheus", "prometheus grafana", 44},
	{"certificate-expires", "CertificateExpiresSoon", "prometheus", "prometheus grafana", 41},
	{"collector-down", "CollectorDown", "prometheus", "prometheus grafana", 47},
	{"control-plane-down", "ControlPlaneDown", "prometheus", "prometheus grafana", 52},
	{"cpu-limit", "ContainerCPUThrottled", "prometheus", "prometheus grafana", 66},
	{"cpu-requested", "CPUNearlyRequested", "prometheus", "prometheus grafana", 40},
	{"cpu-used-up", "CPUNearlyUsedUp", "prometheus", "prometheus grafana", 58},
	{"crash-loop", "PodCrashLooping", "prometheus", "prometheus grafana", 54},
	{"error-burst", "ErrorBurst", "loki", "loki", 38},
	{"grafana-down", "GrafanaDown", "prometheus", "prometheus", 49},
	{"heartbeat-missing", "HeartbeatMissing", "inbox", "inbox", 45},
	{"image-not-pulled", "ImagePullFailing", "prometheus", "prometheus grafana", 43},
	{"job-failed", "JobFailed", "prometheus", "prometheus grafana", 39},
	{"loki-down", "LokiDown", "prometheus", "prometheus grafana", 55},
	{"memory-limit", "ContainerOOMKilled", "prometheus", "prometheus grafana", 51},
	{"memory-requested", "MemoryNearlyRequested", "prometheus", "prometheus grafana", 40},
	{"memory-used-up", "MemoryNearlyUsedUp", "prometheus", "prometheus grafana", 57},
	{"node-disk-pressure", "NodeDiskPressure", "prometheus", "prometheus grafana", 70},
	{"node-memory-pressure", "NodeMemoryPressure", "prometheus", "prometheus grafana", 68},
	{"node-not-ready", "NodeNotReady", "prometheus", "prometheus grafana", 47},
	{"pod-unschedulable", "PodUnschedulable", "prometheus", "prometheus grafana", 40},
	{"prometheus-down", "PrometheusDown", "grafana", "grafana", 58},
	{"replicas-missing", "DeploymentReplicasMissing", "prometheus", "prometheus grafana", 45},
	{"rollout-stuck", "DeploymentRolloutStuck", "prometheus", "prometheus grafana", 64},
	{"volume-nearly-full", "VolumeNearlyFull", "prometheus", "prometheus grafana", 59},
	{"website-down", "WebsiteDown", "prometheus", "prometheus grafana", 48},
	{"website-errors", "WebsiteErrors", "prometheus", "prometheus grafana", 46},
	{"website-slow", "WebsiteSlow", "prometheus", "prometheus grafana", 44},
}

// begins is when the i-th drill begins after the step: after ten seconds of
// quiet, as soon as less than eight are under way.
func begins(i int) float64 {
	var slots [8]float64
	for n := 0; ; n++ {
		next := slices.Index(slots[:], slices.Min(slots[:]))
		if n == i {
			return 10 + slots[next]
		}
		slots[next] += many[n].takes
	}
}

var manyStart = time.Date(2026, 3, 14, 5, 24, 0, 0, time.UTC)

// manyEvents is a run whose drills are held side by side. Three of them fail,
// each for a reason of its own.
func manyEvents() []event.Event {
	var list []event.Event
	add := func(at float64, item string, state event.State, message string, result any) {
		list = append(list, event.Event{Step: stepDrill, Item: item, State: state, Message: message, Time: manyStart.Add(inSeconds(at)), Result: result})
	}
	add(0, "", event.Started, "", nil)
	add(0, quietBefore, event.Started, "", nil)
	add(10, quietBefore, event.Passed, "", nil)
	list[len(list)-1].Seconds = 10
	var failures []error
	rules := map[string]*RuleCoverage{"Watchdog": {Rule: "Watchdog", By: "prometheus"}}
	for i, d := range many {
		at := begins(i)
		add(at, d.name, event.Started, "", nil)
		add(at, d.name, event.Progress, "waiting until the rule is quiet", nil)
		add(at+4, d.name, event.Progress, "fault set; waiting until "+d.rule+" fires", nil)
		result := manyDrill(i)
		state, message := event.Passed, manyFailures[d.name]
		if message != "" {
			state = event.Failed
			failures = append(failures, errors.New(message))
		}
		add(at+d.takes, d.name, state, message, result)
		list[len(list)-1].Seconds = d.takes
		r := rules[d.rule]
		if r == nil {
			r = &RuleCoverage{Rule: d.rule, By: d.by}
			rules[d.rule] = r
		}
		r.Drills = append(r.Drills, d.name)
		r.Fired, r.Ended = r.Fired || message == "", r.Ended || message == ""
	}
	end := 0.0
	for i, d := range many {
		end = max(end, begins(i)+d.takes)
	}
	add(end, quietAfter, event.Started, "", nil)
	const noise = "not quiet after the last drill: PodCrashLooping{namespace=\"demo\"} by prometheus still fires"
	add(end+5, quietAfter, event.Failed, noise, nil)
	list[len(list)-1].Seconds = 5
	failures = append(failures, errors.New(noise))
	add(end+5.1, "", event.Failed, errors.Join(failures...).Error(), manyCoverage(rules))
	sort.SliceStable(list, func(i, j int) bool { return list[i].Time.Before(list[j].Time) })
	return manyRun(list)
}

// manyRun wraps the step into a run.
func manyRun(list []event.Event) []event.Event {
	first := event.Event{Step: stepRun, State: event.Started, Time: manyStart.Add(-time.Second), Result: &Run{Name: "fd-many", HostCores: 2}}
	last := event.Event{Step: stepRun, State: event.Failed, Time: list[len(list)-1].Time.Add(time.Second), Seconds: 207.1}
	last.Message = "run fd-many: drill: " + list[len(list)-1].Message
	list[len(list)-1].Seconds = 205.1
	return append(append([]event.Event{first}, list...), last)
}

func manyCoverage(rules map[string]*RuleCoverage) *Coverage {
	c := &Coverage{Alerts: &AlertCoverage{Shipped: len(rules), Goal: ptr(100.0)}}
	for _, r := range rules {
		c.Rules = append(c.Rules, *r)
		if r.Fired && r.Ended {
			c.Alerts.Seen++
		}
	}
	sort.Slice(c.Rules, func(i, j int) bool { return c.Rules[i].Rule < c.Rules[j].Rule })
	return c
}

func inSeconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

var manyFailures = map[string]string{
	"loki-down":          "drill loki-down: noise: alarms fired that it does not announce:\n  CollectorDown{namespace=\"monitoring\"} by prometheus, value 0; since 05:26:01\nannounce it under also, or mend the rule",
	"node-disk-pressure": "drill node-disk-pressure: flap: by grafana the alarm ended at 05:25:31 and fired again at 05:25:41, before the repair",
	"website-slow":       "drill website-slow: by grafana: WebsiteSlow{namespace=\"demo\"} fired and Grafana's Alertmanager had it, but it was not received by mail for receiver grafana within 20s; last seen:\n  rule: WebsiteSlow{namespace=\"demo\"} firing since 05:26:05Z; health ok\n  inbox: nothing " + strings.Repeat("at all ", 4),
}
