package charts_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/lint/support"
)

func TestLint(t *testing.T) {
	for _, v := range variants(t) {
		t.Run(v.name(), func(t *testing.T) {
			lint := action.NewLint()
			lint.Strict = true
			result := lint.Run([]string{v.chart}, v.load(t))
			require.Empty(t, result.Errors)
			require.Equal(t, 1, result.TotalChartsLinted)
			for _, m := range result.Messages {
				require.Less(t, m.Severity, support.WarningSev, m.Error())
			}
		})
	}
}

func TestSchemaRejectsUnknownKeys(t *testing.T) {
	for _, folder := range folders(t) {
		t.Run(folder, func(t *testing.T) {
			_, err := render(folder, set("surprise", true))
			require.ErrorContains(t, err, "surprise")
		})
	}
}

func TestMonitoringSchemaRejects(t *testing.T) {
	cases := map[string]any{
		"prometheus.scrapeIntervall":      "30s",
		"prometheus.scrapeInterval":       "30 seconds",
		"prometheus.image.tag":            "latest",
		"prometheus.image.digest":         "sha256:short",
		"prometheus.retention.size":       "8 gigabytes",
		"prometheus.persistence.size":     "a lot",
		"prometheus.resources.requests":   map[string]any{"cpu": "a few", "memory": "1Gi"},
		"prometheus.extraArgs":            []any{"no-dashes"},
		"probe.targets":                   []any{map[string]any{"name": "website"}},
		"rules.maxFor":                    "short",
		"rules.maxForOf":                  map[string]any{"WebsiteDown": "short"},
		"rules.runbookBaseURL":            "docs/",
		"rules.extra":                     map[string]any{"not yaml": ""},
		"alertmanager.receivers":          []any{map[string]any{}},
		"alertmanager.replicas":           0,
		"channels":                        []any{"pigeon"},
		"channel.slack.url":               "slack",
		"heartbeat.interval":              "often",
		"prometheus.persistence.medium":   "disk",
		"alertmanager.routes":             "inbox",
		"blackboxExporter.timeoutOffset":  "half a second",
		"blackboxExporter.modules":        map[string]any{"tcp": map[string]any{}},
		"kubeStateMetrics.watch":          map[string]any{"core": []any{"*"}},
		"nodeExporter.hostRoot":           "yes",
		"nodeExporter.hostNetwork":        true,
		"alertmanager.persistence.enable": true,

		"loki.retention":                      "a week",
		"loki.limits":                         "none",
		"otelCollector.batchTimeout":          "1d", // Go has no days
		"otelCollector.spanMetrics.maxSeries": 0,
		"kubeStateMetrics.labels":             map[string]any{"pods": "*"},
		"grafana.ini":                         map[string]any{"log": "info"},
		"grafana.alerting.evaluationInterval": "1500ms",
		"grafana.alerting.contactPoints":      []any{map[string]any{}},
	}
	for path, value := range cases {
		t.Run(path, func(t *testing.T) {
			_, err := render("monitoring", set(path, value))
			require.ErrorContains(t, err, "values don't meet the specifications of the schema")
		})
	}
}
