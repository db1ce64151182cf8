package charts_test

import (
	"slices"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
)

// scrapeConfig is what the tests look at in prometheus.yml.
type scrapeConfig struct {
	Global struct {
		Evaluation string `yaml:"evaluation_interval"`
	}
	Alerting struct {
		Alertmanagers []struct {
			Client `yaml:",inline"`
		}
	}
	Jobs []struct {
		Client   `yaml:",inline"`
		Name     string `yaml:"job_name"`
		Interval string `yaml:"scrape_interval"`
		Timeout  string `yaml:"scrape_timeout"`
		Static   []struct {
			Targets []string
			Labels  map[string]string
		} `yaml:"static_configs"`
	} `yaml:"scrape_configs"`
}

// Client is how a server is asked.
type Client struct {
	Scheme string
	TLS    clientTLS `yaml:"tls_config"`
}

type clientTLS struct {
	CA          string `yaml:"ca_file"`
	Certificate string `yaml:"cert_file"`
	Key         string `yaml:"key_file"`
	Name        string `yaml:"server_name"`
	Unchecked   bool   `yaml:"insecure_skip_verify"`
}

func scraped(t *testing.T, r *release.Release) scrapeConfig {
	t.Helper()
	text := find[*corev1.ConfigMap](t, objects(t, r), "prometheus").Data["prometheus.yml"]
	var config scrapeConfig
	require.NoError(t, yaml.Unmarshal([]byte(text), &config))
	return config
}

func TestEverythingIsScraped(t *testing.T) {
	forEachMonitoring(t, func(t *testing.T, _ variant, r *release.Release) {
		var names []string
		for _, job := range scraped(t, r).Jobs {
			names = append(names, job.Name)
		}
		require.Subset(t, names, []string{
			"probe", "prometheus", "alertmanager", "blackbox-exporter", "kube-state-metrics", "node-exporter",
			"kubelet", "cadvisor", "apiserver", "kube-scheduler", "kube-controller-manager", "etcd", "pods", "services",
		})
		all := objects(t, r)
		for job, workload := range map[string]string{
			"grafana": "Deployment/grafana", "loki": "StatefulSet/loki",
			"certificates": "Deployment/certificates", "otel-collector": "DaemonSet/otel-collector", "spans": "DaemonSet/otel-collector",
		} {
			require.Equal(t, runs(all, workload), slices.Contains(names, job), job)
		}
	})
}

func TestProbesAreLabelled(t *testing.T) {
	r, err := render("monitoring", nil)
	require.NoError(t, err)
	job := scraped(t, r).Jobs[0]
	require.Equal(t, "probe", job.Name)
	require.Len(t, job.Static, 1)
	require.Equal(t, []string{"http://website.demo.svc:8080/"}, job.Static[0].Targets)
	require.Equal(t, map[string]string{"website": "website", "namespace": "demo", "__param_module": "http_2xx"}, job.Static[0].Labels)
}

// A drill's time from fault to notification has an upper bound, and it is the
// values' to keep: a probe, an evaluation, the rule's `for` and the group's wait.
func TestDrillProfileIsFast(t *testing.T) {
	v := variant{chart: "monitoring", values: "monitoring/values-drill.yaml"}
	r, err := render(v.chart, v.load(t))
	require.NoError(t, err)
	config := scraped(t, r)
	wait := duration(t, config.Jobs[0].Interval) + duration(t, config.Global.Evaluation)
	wait += duration(t, alerts(t, r)["WebsiteDown"].For) + duration(t, routed(t, r).Route.GroupWait)
	require.LessOrEqual(t, wait, 8*time.Second)
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := model.ParseDuration(text)
	require.NoError(t, err)
	return time.Duration(d)
}
