package charts_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// pending is how long the website is gone until its alarm fires: a drill that
// lasts renews its record.
const pending = 6 * time.Second

// alarmOfWebsite is WebsiteDown as Alertmanager knows it.
func alarmOfWebsite() map[string]any {
	return map[string]any{
		"labels": map[string]string{"alertname": "WebsiteDown", "namespace": "demo", "job": "probe", "drill": "true"},
		"annotations": map[string]string{
			"summary":       "[DRILL] Website website is down",
			"runbook_url":   "https://example.org/runbooks/WebsiteDown",
			"dashboard_url": "https://grafana.example.org/d/website/website?viewPanel=1&var-namespace=demo",
		},
	}
}

// configure gives the servers what the chart monitoring has for them where all of
// the cluster is the drills' own.
func (c *ownCluster) configure(t *testing.T) {
	t.Helper()
	r, err := render("monitoring", variant{values: "monitoring/values-drill.yaml"}.load(t))
	require.NoError(t, err)
	c.prometheus = find[*corev1.ConfigMap](t, objects(t, r), "prometheus").Data["prometheus.yml"]
	c.alertmanager = find[*corev1.Secret](t, objects(t, r), "alertmanager").StringData["alertmanager.yml"]
	require.NotEmpty(t, c.prometheus)
	require.NotEmpty(t, c.alertmanager)
}

// proxied is what a server behind the API server's proxy says; since is what a
// reader of notifications has read.
func (c *ownCluster) proxied(server, path, since string) any {
	firing := c.replicas == 0 && time.Since(c.down) >= pending
	switch server + path {
	case "https:prometheus:9090/api/v1/rules":
		return c.rules(firing)
	case "https:prometheus:9090/api/v1/status/config":
		return success(map[string]any{"yaml": c.prometheus})
	case "https:prometheus:9090/api/v1/targets":
		return success(map[string]any{"activeTargets": []any{map[string]any{"labels": map[string]string{"job": "probe"}, "scrapeInterval": "1s"}}})
	case "https:prometheus:9090/api/v1/query":
		return success(map[string]any{"resultType": "vector", "result": []any{map[string]any{"metric": map[string]string{}, "value": sample()}}})
	case "https:prometheus:9090/api/v1/query_range":
		return success(map[string]any{"resultType": "matrix", "result": []any{map[string]any{"metric": map[string]string{}, "values": []any{sample()}}}})
	case "https:alertmanager:9093/api/v2/status":
		return map[string]any{"config": map[string]string{"original": c.alertmanager}}
	case "https:alertmanager:9093/api/v2/alerts":
		return c.held(firing)
	case "http:inbox:8080/api/v1/notifications":
		return c.received(since)
	}
	return c.rules(false) // of Loki and inbox
}

// received are the notifications until now whose id is greater, as inbox gives
// them. Their ids are 1, 2 and so on.
func (c *ownCluster) received(since string) any {
	all := slices.DeleteFunc(slices.Clone(c.notes), func(n map[string]any) bool { return n["received"].(time.Time).After(time.Now()) })
	id, _ := strconv.Atoi(since) // none is 0
	return map[string]any{"now": time.Now(), "last": len(all), "notifications": all[min(id, len(all)):]}
}

func success(data any) map[string]any { return map[string]any{"status": "success", "data": data} }

func sample() []any { return []any{float64(time.Now().UnixMilli()) / 1000, "1"} }

// rules are the one rule, with its alarm while that fires.
func (c *ownCluster) rules(firing bool) any {
	alarms := []any{}
	if firing {
		alarm := alarmOfWebsite()
		alarm["state"], alarm["activeAt"], alarm["value"] = "firing", c.down.Add(pending), "0"
		delete(alarm["labels"].(map[string]string), "drill") // comes on the way to Alertmanager
		alarms = append(alarms, alarm)
	}
	rule := map[string]any{
		"type": "alerting", "name": "WebsiteDown", "query": `probe_success{job="probe"} == 0`, "duration": 0, "health": "ok",
		"lastEvaluation": time.Now(), "alerts": alarms, "labels": map[string]string{}, "annotations": map[string]string{},
	}
	return success(map[string]any{"groups": []any{map[string]any{"name": "website", "interval": 1, "rules": []any{rule}}}})
}

func (c *ownCluster) held(firing bool) any {
	if !firing {
		return []any{}
	}
	alarm := alarmOfWebsite()
	alarm["receivers"], alarm["status"] = []any{map[string]string{"name": "people"}}, map[string]string{"state": "active"}
	alarm["startsAt"], alarm["updatedAt"] = c.down.Add(pending), c.down.Add(pending)
	return []any{alarm}
}
