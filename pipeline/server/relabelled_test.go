package server

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// configured is a Prometheus that runs with this configuration.
func configured(t *testing.T, yaml string) *Prometheus {
	t.Helper()
	answer, err := json.Marshal(map[string]any{"status": "success", "data": map[string]string{"yaml": yaml}})
	require.NoError(t, err)
	p, _ := prometheus(t, map[string]string{"/api/v1/status/config": string(answer)})
	return p
}

func TestRelabelled(t *testing.T) {
	for name, c := range map[string]struct {
		yaml string
		of   map[string]string
		want map[string]string
	}{
		"nothing is changed": {"alerting: {}", map[string]string{"namespace": "demo"}, map[string]string{"namespace": "demo"}},
		"a namespace is marked": {
			"alerting: {alert_relabel_configs: [{source_labels: [namespace], regex: demo|shop, target_label: drill, replacement: \"true\"}]}",
			map[string]string{"namespace": "demo"},
			map[string]string{"namespace": "demo", "drill": "true"},
		},
		"another one is not": {
			"alerting: {alert_relabel_configs: [{source_labels: [namespace], regex: demo|shop, target_label: drill, replacement: \"true\"}]}",
			map[string]string{"namespace": "demolition"},
			map[string]string{"namespace": "demolition"},
		},
		"joined by a separator": {
			"alerting: {alert_relabel_configs: [{source_labels: [a, b], separator: '/', target_label: c}]}",
			map[string]string{"a": "x", "b": "y"},
			map[string]string{"a": "x", "b": "y", "c": "x/y"},
		},
		"one after the other": {
			"alerting: {alert_relabel_configs: [{target_label: a, replacement: \"1\"}, {regex: a, action: labeldrop}]}",
			map[string]string{"b": "2"},
			map[string]string{"b": "2"},
		},
		"dropped": {
			"alerting: {alert_relabel_configs: [{source_labels: [mutant], regex: .+, action: drop}]}",
			map[string]string{"mutant": "M"},
			map[string]string{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := configured(t, c.yaml).Relabelled(t.Context(), c.of)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestRelabelledErrors(t *testing.T) {
	const its = "Service monitoring/server:9090: its configuration: "
	_, err := configured(t, "alerting: [").Relabelled(t.Context(), nil)
	require.ErrorContains(t, err, its)
	_, err = configured(t, "alerting: {alert_relabel_configs: [{regex: '(', target_label: a}]}").Relabelled(t.Context(), nil)
	require.ErrorContains(t, err, its+"alert_relabel_configs: error parsing regexp")
	_, err = configured(t, "alerting: {alert_relabel_configs: [{action: replace}]}").Relabelled(t.Context(), nil)
	require.ErrorContains(t, err, its+"alert_relabel_configs: ")
	p, _ := prometheus(t, nil)
	_, err = p.Relabelled(t.Context(), nil)
	require.ErrorContains(t, err, its)
}
