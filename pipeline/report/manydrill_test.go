package report

import (
	"strings"
	"time"
)

// manyDrill is what the i-th drill found.
func manyDrill(i int) *Drill {
	d := many[i]
	began := manyStart.Add(inSeconds(begins(i)))
	at := func(s float64) *time.Time { return ptr(began.Add(inSeconds(s))) }
	r := &Drill{
		Name: d.name, Rule: d.rule, Began: at(0), Ended: at(d.takes),
		About:    "What is broken here breaks for real; the rule " + d.rule + " sees it.",
		Disturbs: []string{"namespace/drill-" + d.name}, Faults: []string{"creates what is broken in namespace drill-" + d.name},
		Graph: &Graph{Query: "max(" + strings.ReplaceAll(d.name, "-", "_") + "{namespace=\"demo\"})", Threshold: ptr(0.8), Samples: wave(began, int(d.takes), 0.2, 0.95, 4, int(d.takes)-14)},
	}
	for n, way := range strings.Fields(d.ways) {
		r.Ways = append(r.Ways, manyWay(d.name, d.rule, way, at, 5+float64(i%7)+float64(n)*11, d.takes))
	}
	manySpecial(r, began, int(d.takes))
	return r
}

func manyWay(name, rule, way string, at func(float64) *time.Time, notified, takes float64) Way {
	floor := Floor{Scrape: 2, Evaluation: 2, For: 4, GroupWait: 1}
	sum, repair := 9.0, takes-14
	if way == slowWay {
		floor, sum = Floor{Scrape: 2, Evaluation: 10, For: 10, GroupWait: 1}, 23
	}
	resolved := 3 + notified/3
	w := Way{
		Way: way, Status: Passed, FloorSeconds: &sum, Floor: &floor, Ratio: ptr(notified / sum),
		Times:   Times{Fault: at(4), Pending: at(6), Firing: at(3 + notified), Alertmanager: at(3.2 + notified), Receiver: at(4 + notified), Repair: at(repair), Ended: at(repair + resolved - 1), Resolved: at(repair + resolved)},
		Seconds: Latencies{ptr(2.0), ptr(notified - 1), ptr(notified), ptr(resolved)},
	}
	url := "http://grafana.example/d/" + name + "/" + name + "?viewPanel=3"
	for _, channel := range []string{"webhook", "mail"} {
		w.Notifications = append(w.Notifications, Notification{
			Channel: channel, Receiver: way, Summary: rule + ": something is broken", RunbookURL: "https://runbooks.example/" + rule, DashboardURL: url,
			Received: at(4 + notified), Resolved: at(repair + resolved), FaultToNotification: ptr(notified), RepairToResolved: ptr(resolved),
		})
		w.Links = append(w.Links, Link{Channel: channel, URL: url, Dashboard: "Workloads", Panel: rule, Outcome: LinkNoPages})
	}
	return w
}

// slowWay is the way with the longer floor.
const slowWay = "grafana"

// manySpecial is what only some of the drills have.
func manySpecial(r *Drill, began time.Time, takes int) {
	since := began.Add(9 * time.Second)
	switch r.Name {
	case "memory-limit":
		r.Graph = &Graph{
			Query: `max(container_memory_working_set_bytes{namespace="drill-memory-limit"})`, Unit: "bytes", Samples: wave(began, takes, 12<<20, 62<<20, 4, 22),
			Limit: `max(kube_pod_container_resource_limits{namespace="drill-memory-limit", resource="memory"})`, LimitSamples: wave(began, takes, 64<<20, 64<<20, 0, takes),
		}
		r.Graph.LimitSamples = flat(r.Graph.LimitSamples, 64<<20)
	case "cpu-limit":
		r.Graph = &Graph{
			Query: `sum(rate(container_cpu_usage_seconds_total{namespace="drill-cpu-limit"}[20s]))`, Unit: "cores", Samples: wave(began, takes, 0.002, 0.1, 4, takes-14),
			Limit: `sum(kube_pod_container_resource_limits{namespace="drill-cpu-limit", resource="cpu"})`, LimitSamples: flat(wave(began, takes, 1, 1, 0, takes), 0.1),
		}
	case "loki-down":
		r.Onset = &Onset{Seconds: 2, Because: "Loki drains"}
		r.Also = []SeenAlarm{{By: "prometheus", Rule: "DeploymentReplicasMissing", Labels: map[string]string{"namespace": "monitoring"}, Since: since}}
		r.Noise = []SeenAlarm{{By: "prometheus", Rule: "CollectorDown", Labels: map[string]string{"alertname": "CollectorDown", "namespace": "monitoring"}, Value: "0", Since: since}}
	case "node-disk-pressure":
		r.Flaps = []Flap{{Way: "grafana", Labels: map[string]string{"node": "worker"}, Ended: since, Again: ptr(since.Add(10 * time.Second))}}
	case "website-slow":
		way := &r.Ways[1]
		way.Status, way.Error, way.Ratio = Failed, manyFailures[r.Name], nil
		way.Times.Receiver, way.Seconds.FaultToNotification = nil, nil
		way.Notifications, way.Links = way.Notifications[:1], way.Links[:1]
		r.Duplicates = []Duplicate{{Receiver: "alertmanager", Channel: "webhook", Status: "firing", Alarms: []string{`WebsiteSlow{namespace="demo"}`}, Count: 2}}
	case "alertmanager-restarts-while-firing":
		r.During = []string{"deletes the pod alertmanager-0"}
	}
}

func flat(list []Sample, v float64) []Sample {
	for i := range list {
		list[i].Value = ptr(v)
	}
	return list
}
