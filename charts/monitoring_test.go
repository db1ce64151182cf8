package charts_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// forEachMonitoring is forEachVariant for the chart monitoring alone.
func forEachMonitoring(t *testing.T, test func(t *testing.T, v variant, r *release.Release)) {
	forEachVariant(t, func(t *testing.T, v variant, r *release.Release) {
		if v.chart == "monitoring" {
			test(t, v, r)
		}
	})
}

func TestPrometheusAcceptsItsConfiguration(t *testing.T) {
	forEachMonitoring(t, func(t *testing.T, _ variant, r *release.Release) {
		all := objects(t, r)
		folder := t.TempDir()
		// What the pod reads its token from exists in a pod only.
		config := find[*corev1.ConfigMap](t, all, "prometheus").Data["prometheus.yml"]
		promtool(t, "check", "config", "--syntax-only", write(t, folder, "prometheus.yml", config))
		for name, text := range find[*corev1.ConfigMap](t, all, "prometheus-rules").Data {
			promtool(t, "check", "rules", "--lint=all", "--lint-fatal", write(t, folder, name, text))
		}
	})
}

func TestAlertmanagerAcceptsItsConfiguration(t *testing.T) {
	forEachMonitoring(t, func(t *testing.T, _ variant, r *release.Release) {
		config := find[*corev1.Secret](t, objects(t, r), "alertmanager").StringData["alertmanager.yml"]
		amtool(t, "check-config", write(t, t.TempDir(), "alertmanager.yml", config))
	})
}

func TestLokiAcceptsItsConfiguration(t *testing.T) {
	forEachMonitoring(t, func(t *testing.T, _ variant, r *release.Release) {
		all := objects(t, r)
		if !runs(all, "StatefulSet/loki") {
			return
		}
		config := find[*corev1.ConfigMap](t, all, "loki").Data["loki.yaml"]
		loki(t, "-verify-config", "-target=all", "-config.file="+write(t, t.TempDir(), "loki.yaml", config))
	})
}

func TestTheCollectorAcceptsItsConfiguration(t *testing.T) {
	forEachMonitoring(t, func(t *testing.T, _ variant, r *release.Release) {
		all := objects(t, r)
		if !runs(all, "DaemonSet/otel-collector") {
			return
		}
		folder := t.TempDir()
		config := find[*corev1.ConfigMap](t, all, "otel-collector").Data["config.yaml"]
		// The folder must be there, and is in the pod alone.
		config = strings.ReplaceAll(config, "/var/lib/otel-collector", folder)
		t.Setenv("K8S_NODE_NAME", "node")
		otelcol(t, "validate", "--config", write(t, folder, "config.yaml", config))
	})
}

func runs(all []runtime.Object, workload string) bool {
	_, found := pods(all)[workload]
	return found
}

func TestRulesPassTheirTests(t *testing.T) {
	for _, pattern := range []string{"monitoring/rules/tests/*.yaml", "monitoring/rules/grafana/tests/*.yaml"} {
		for _, file := range glob(t, pattern) {
			t.Run(file, func(t *testing.T) { promtool(t, "test", "rules", file) })
		}
	}
}

// The checksums make a new pod of a new configuration, and only of that.
func TestConfigurationChangesThePod(t *testing.T) {
	cases := map[string]struct {
		vals map[string]any
		pods []string
	}{
		"scrape interval": {set("prometheus.scrapeInterval", "11s"), []string{"StatefulSet/prometheus", "Deployment/grafana"}},
		"probe interval":  {set("probe.interval", "11s"), []string{"StatefulSet/prometheus"}},
		"rules":           {set("rules.maxFor", "5s"), []string{"StatefulSet/prometheus", "StatefulSet/loki", "Deployment/grafana"}},
		"route":           {set("alertmanager.groupWait", "3s"), []string{"StatefulSet/alertmanager"}},
		"module":          {set("blackboxExporter.modules.http_2xx.timeout", "3s"), []string{"Deployment/blackbox-exporter"}},
		"retention":       {set("loki.retention", "1h"), []string{"StatefulSet/loki"}},
		"rules on logs":   {set("loki.rules", map[string]any{"a.yaml": "groups: []"}), []string{"StatefulSet/loki"}},
		"batch":           {set("otelCollector.batchTimeout", "3s"), []string{"DaemonSet/otel-collector"}},
		"contact":         {set("grafana.alerting.groupWait", "3s"), []string{"Deployment/grafana"}},
		"ini":             {set("grafana.ini.log.level", "warn"), []string{"Deployment/grafana"}},
	}
	before := annotations(t, nil)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for pod, after := range annotations(t, c.vals) {
				if slices.Contains(c.pods, pod) {
					require.NotEqual(t, before[pod], after, pod)
				} else {
					require.Equal(t, before[pod], after, pod)
				}
			}
		})
	}
}

func annotations(t *testing.T, vals map[string]any) map[string]map[string]string {
	t.Helper()
	r, err := render("monitoring", vals)
	require.NoError(t, err)
	found := map[string]map[string]string{}
	for name, w := range pods(objects(t, r)) {
		found[name] = w.template.Annotations
	}
	return found
}

func TestKubeStateMetricsMayReadWhatItReportsOn(t *testing.T) {
	r, err := render("monitoring", set("kubeStateMetrics.watch", map[string]any{
		"core": []any{"pods"}, "apps": nil, "autoscaling": nil, "batch": []any{"jobs"}, "policy": nil,
	}))
	require.NoError(t, err)
	container := pods(objects(t, r))["Deployment/kube-state-metrics"].template.Spec.Containers[0]
	require.Contains(t, container.Args, "--resources=jobs,pods")
	role := find[*rbacv1.ClusterRole](t, objects(t, r), "monitoring-kube-state-metrics")
	require.Equal(t, []rbacv1.PolicyRule{
		{APIGroups: []string{"batch"}, Resources: []string{"jobs"}, Verbs: []string{"list", "watch"}},
		{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"list", "watch"}},
	}, role.Rules)
}
