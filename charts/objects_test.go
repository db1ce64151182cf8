package charts_test

import (
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/releaseutil"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

// objects decodes everything that a release consists of into the API's own
// types. A kind or a field that the API does not know is an error.
func objects(t *testing.T, r *release.Release) []runtime.Object {
	t.Helper()
	texts := releaseutil.SplitManifests(r.Manifest)
	for _, hook := range r.Hooks {
		texts[hook.Path] = hook.Manifest
	}
	names := make([]string, 0, len(texts))
	for name := range texts {
		names = append(names, name)
	}
	sort.Sort(releaseutil.BySplitManifestsOrder(names))

	var all []runtime.Object
	for _, name := range names {
		object, err := decode(texts[name])
		require.NoError(t, err, texts[name])
		all = append(all, object)
	}
	require.NotEmpty(t, all, "the chart renders to nothing")
	return all
}

func decode(text string) (runtime.Object, error) {
	if strings.Contains(text, "apiVersion: cert-manager.io/v1\n") {
		return decodeForeign(text)
	}
	options := json.SerializerOptions{Yaml: true, Strict: true}
	serializer := json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme.Scheme, scheme.Scheme, options)
	object, _, err := serializer.Decode([]byte(text), nil, nil)
	return object, err
}

// decodeForeign reads a kind that is none of the API's own: its CRD checks it in a
// cluster.
func decodeForeign(text string) (runtime.Object, error) {
	u := &unstructured.Unstructured{}
	return u, yaml.UnmarshalStrict([]byte(text), &u.Object)
}

// find returns the object of type T with the given name.
func find[T metav1.Object](t *testing.T, all []runtime.Object, name string) T {
	t.Helper()
	for _, object := range all {
		if o, ok := object.(T); ok && o.GetName() == name {
			return o
		}
	}
	var none T
	require.Failf(t, "not rendered", "%T %s", none, name)
	return none
}

// pods returns the pod templates among objects, by "kind/name".
func pods(all []runtime.Object) map[string]workload {
	found := map[string]workload{}
	for _, object := range all {
		switch o := object.(type) {
		case *appsv1.Deployment:
			found["Deployment/"+o.Name] = workload{o.Spec.Selector, o.Spec.Template, true}
		case *appsv1.StatefulSet:
			found["StatefulSet/"+o.Name] = workload{o.Spec.Selector, o.Spec.Template, true}
		case *appsv1.DaemonSet:
			found["DaemonSet/"+o.Name] = workload{o.Spec.Selector, o.Spec.Template, true}
		case *batchv1.Job:
			found["Job/"+o.Name] = workload{nil, o.Spec.Template, false}
		case *batchv1.CronJob:
			found["CronJob/"+o.Name] = workload{nil, o.Spec.JobTemplate.Spec.Template, false}
		case *corev1.Pod:
			found["Pod/"+o.Name] = workload{nil, corev1.PodTemplateSpec{ObjectMeta: o.ObjectMeta, Spec: o.Spec}, true}
		}
	}
	return found
}

type workload struct {
	selector *metav1.LabelSelector
	template corev1.PodTemplateSpec
	stays    bool // is meant to run until it is stopped
}

func TestObjectsAreKnownToTheAPI(t *testing.T) {
	forEachVariant(t, func(t *testing.T, _ variant, r *release.Release) { objects(t, r) })

	const deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: "
	_, err := decode(deployment + "{replicas: 1}")
	require.NoError(t, err)
	_, err = decode(deployment + "{replica: 1}")
	require.ErrorContains(t, err, `unknown field "spec.replica"`)
}

func TestSelectorsFindTheirPods(t *testing.T) {
	forEachVariant(t, func(t *testing.T, _ variant, r *release.Release) {
		all := objects(t, r)
		for name, w := range pods(all) {
			if w.selector == nil {
				continue
			}
			selector, err := metav1.LabelSelectorAsSelector(w.selector)
			require.NoError(t, err)
			require.True(t, selector.Matches(labels.Set(w.template.Labels)), "%s does not select its own pods", name)
		}
		for _, object := range all {
			if service, ok := object.(*corev1.Service); ok && service.Spec.Type != corev1.ServiceTypeExternalName {
				requireServed(t, service, pods(all))
			}
		}
	})
}

// requireServed fails if no pod has the labels and ports that a Service wants.
func requireServed(t *testing.T, service *corev1.Service, among map[string]workload) {
	t.Helper()
	selector := labels.SelectorFromSet(service.Spec.Selector)
	for _, w := range among {
		if !selector.Matches(labels.Set(w.template.Labels)) {
			continue
		}
		for _, port := range service.Spec.Ports {
			require.True(t, listens(w, port), "Service %s: no container has port %s", service.Name, port.TargetPort.String())
		}
		return
	}
	require.Failf(t, "Service without pods", "%s selects %s", service.Name, selector)
}

func listens(w workload, port corev1.ServicePort) bool {
	for _, c := range w.template.Spec.Containers {
		for _, p := range c.Ports {
			number := port.TargetPort.IntVal
			if number == 0 {
				number = port.Port
			}
			if p.ContainerPort == number || (port.TargetPort.StrVal != "" && p.Name == port.TargetPort.StrVal) {
				return true
			}
		}
	}
	return false
}

func TestLabels(t *testing.T) {
	forEachVariant(t, func(t *testing.T, _ variant, r *release.Release) {
		for _, object := range objects(t, r) {
			o := object.(metav1.Object)
			for _, key := range strings.Fields("name instance version part-of managed-by") {
				require.Contains(t, o.GetLabels(), "app.kubernetes.io/"+key, "%T %s", object, o.GetName())
			}
		}
	})
}
