package ready

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/kubernetes/scheme"
)

var deployments = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}

var website = Object{Kind: "Deployment", Namespace: "demo", Name: "website", Resource: deployments}

// cluster is a fake API server that holds the objects of a YAML text and,
// for the diagnosis, events.
func cluster(t *testing.T, events []corev1.Event, objects ...string) Cluster {
	t.Helper()
	var all []runtime.Object
	for _, text := range objects {
		all = append(all, object(t, text))
	}
	client := fake.NewClientset()
	for i := range events {
		_, err := client.CoreV1().Events(events[i].Namespace).Create(t.Context(), &events[i], createOptions)
		require.NoError(t, err)
	}
	return Cluster{Dynamic: dynamicfake.NewSimpleDynamicClient(scheme.Scheme, all...), Client: client}
}

func object(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	u := &unstructured.Unstructured{}
	json, err := yaml.ToJSON([]byte(text))
	require.NoError(t, err)
	require.NoError(t, u.UnmarshalJSON(json))
	return u
}

const websiteNotReady = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: website, namespace: demo, uid: dep, generation: 1}
spec: {replicas: 2}
status: {observedGeneration: 1, replicas: 2, updatedReplicas: 2, unavailableReplicas: 2}
`

const websiteReady = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: website, namespace: demo, uid: dep, generation: 1}
spec: {replicas: 2}
status:
  observedGeneration: 1
  replicas: 2
  updatedReplicas: 2
  readyReplicas: 2
  availableReplicas: 2
  conditions: [{type: Available, status: "True"}]
`

// websitePod is a pod of the website with the status given.
func websitePod(name, status string) string {
	return `
apiVersion: v1
kind: Pod
metadata:
  name: ` + name + `
  namespace: demo
  uid: ` + name + `
  labels: {pod-template-hash: abc}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: website-abc, uid: rs, controller: true}]
status: ` + status
}
