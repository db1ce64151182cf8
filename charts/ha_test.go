package charts_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

func TestReplicasKnowEachOther(t *testing.T) {
	r, err := render("monitoring", variant{chart: "monitoring", values: "monitoring/values-ha.yaml"}.load(t))
	require.NoError(t, err)
	all := objects(t, r)
	set := find[*appsv1.StatefulSet](t, all, "alertmanager")
	require.EqualValues(t, 3, *set.Spec.Replicas)
	require.Equal(t, "alertmanager-peers", set.Spec.ServiceName)
	require.Equal(t, corev1.ClusterIPNone, find[*corev1.Service](t, all, "alertmanager-peers").Spec.ClusterIP)
	args := set.Spec.Template.Spec.Containers[0].Args
	for _, peer := range []string{"0", "1", "2"} {
		require.Contains(t, args, "--cluster.peer=alertmanager-"+peer+".alertmanager-peers:9094")
	}
	require.NotNil(t, set.Spec.Template.Spec.Affinity.PodAntiAffinity)

	two := find[*appsv1.StatefulSet](t, all, "prometheus")
	require.EqualValues(t, 2, *two.Spec.Replicas)
	config := find[*corev1.ConfigMap](t, all, "prometheus").Data["prometheus.yml"]
	require.Contains(t, config, "prometheus_replica: ${POD_NAME}")
	require.Contains(t, config, "regex: prometheus_replica", "an alarm of two would be two alarms")
}

func TestPeersThatAreTooPatientAreRefused(t *testing.T) {
	vals := map[string]any{"alertmanager": map[string]any{"replicas": 3, "groupInterval": "2s", "peerTimeout": "1s"}}
	_, err := render("monitoring", vals)
	require.ErrorContains(t, err, "the last of 3 replicas waits 2s for the others, which is not below groupInterval 2s")
}
