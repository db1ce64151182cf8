//go:build e2e

package e2e_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"firedrill/pipeline/images"
)

// pods puts the demo's programs, as plain pods, on nodes of its choice.
type pods struct {
	t      *testing.T
	client kubernetes.Interface
	images map[string]string // program -> image
}

const namespace = "e2e"

func newPods(ctx context.Context, t *testing.T, kubeconfig string) pods {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	require.NoError(t, err)
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	_, err = client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, metav1.CreateOptions{})
	require.NoError(t, err)
	// No pod is admitted before its account is there, which a controller makes.
	err = wait.PollUntilContextTimeout(ctx, 200*time.Millisecond, 2*time.Minute, true, func(ctx context.Context) (bool, error) {
		_, err := client.CoreV1().ServiceAccounts(namespace).Get(ctx, "default", metav1.GetOptions{})
		return err == nil, nil
	})
	require.NoError(t, err, "the namespace %s has no account for pods", namespace)
	p := pods{t: t, client: client, images: map[string]string{}}
	specs, err := images.Load(filepath.Join("..", "images"))
	require.NoError(t, err)
	for _, s := range specs {
		p.images[filepath.Base(s.Dir)] = s.Name
	}
	return p
}

// requireTalk has websites on one node show what a new api of that name on the other
// one answers: by the pod's address, and by the name of its Service.
func (p pods) requireTalk(ctx context.Context, api, one, other string) {
	p.t.Helper()
	address := p.start(ctx, api, "api", other)
	p.service(ctx, api)
	for name, url := range map[string]string{
		api + "-by-address": fmt.Sprintf("http://%s:8080", address),
		api + "-by-name":    fmt.Sprintf("http://%s.%s.svc.cluster.local:8080", api, namespace),
	} {
		p.start(ctx, name, "website", one, corev1.EnvVar{Name: "WEBSITE_API_URL", Value: url})
		p.requirePage(ctx, name, fmt.Sprintf("<dd>%s</dd>", api))
	}
}

// restartProxies starts kube-proxy anew on every node, where it finds what it wrote
// before, as it does each hour.
func (p pods) restartProxies(ctx context.Context) {
	p.t.Helper()
	all, of := p.client.CoreV1().Pods("kube-system"), metav1.ListOptions{LabelSelector: "k8s-app=kube-proxy"}
	old, err := all.List(ctx, of)
	require.NoError(p.t, err)
	require.NotEmpty(p.t, old.Items)
	for _, pod := range old.Items {
		require.NoError(p.t, all.Delete(ctx, pod.Name, metav1.DeleteOptions{}))
	}
	now, answer := old, error(nil)
	err = wait.PollUntilContextTimeout(ctx, time.Second, 2*time.Minute, true, func(ctx context.Context) (bool, error) {
		now, answer = all.List(ctx, of)
		return answer == nil && len(now.Items) == len(old.Items) && !slices.ContainsFunc(now.Items, func(pod corev1.Pod) bool {
			was := slices.ContainsFunc(old.Items, func(o corev1.Pod) bool { return o.UID == pod.UID })
			return was || !podReady(&pod)
		}), nil
	})
	require.NoError(p.t, err, "not every node has a new kube-proxy; last answer: %v", answer)
}

// start starts a pod on the node and gives its address once it is ready.
func (p pods) start(ctx context.Context, name, program, node string, env ...corev1.EnvVar) (address string) {
	p.t.Helper()
	all := p.client.CoreV1().Pods(namespace)
	_, err := all.Create(ctx, &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"app": name}},
		Spec: corev1.PodSpec{
			NodeName:   node,
			Containers: []corev1.Container{{Name: program, Image: p.images[program], Env: env, ReadinessProbe: ready()}},
		},
	}, metav1.CreateOptions{})
	require.NoError(p.t, err)
	var last corev1.PodStatus
	var answer error
	err = wait.PollUntilContextCancel(ctx, time.Second, true, func(ctx context.Context) (bool, error) {
		var pod *corev1.Pod
		if pod, answer = all.Get(ctx, name, metav1.GetOptions{}); answer == nil {
			last = pod.Status
		}
		return answer == nil && podReady(pod), nil
	})
	require.NoError(p.t, err, "pod %s on node %s is not ready; last state: %+v; last answer: %v", name, node, last, answer)
	return last.PodIP
}

func ready() *corev1.Probe {
	return &corev1.Probe{
		PeriodSeconds: 1,
		ProbeHandler:  corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/readyz", Port: intstr.FromInt32(8080)}},
	}
}

func podReady(pod *corev1.Pod) bool {
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}

// service gives the pod of that name a Service.
func (p pods) service(ctx context.Context, name string) {
	p.t.Helper()
	_, err := p.client.CoreV1().Services(namespace).Create(ctx, &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       corev1.ServiceSpec{Selector: map[string]string{"app": name}, Ports: []corev1.ServicePort{{Port: 8080}}},
	}, metav1.CreateOptions{})
	require.NoError(p.t, err)
}

// requirePage reads the pod's page through the API server until the words are
// on it.
func (p pods) requirePage(ctx context.Context, name, words string) {
	p.t.Helper()
	var last string
	err := wait.PollUntilContextTimeout(ctx, time.Second, 3*time.Minute, true, func(ctx context.Context) (bool, error) {
		page, err := p.client.CoreV1().Pods(namespace).ProxyGet("http", name, "8080", "/", nil).DoRaw(ctx)
		last = fmt.Sprintf("%v\n%s", err, page)
		return strings.Contains(string(page), words), nil
	})
	require.NoError(p.t, err, "the page of pod %s never shows %q; last answer: %s", name, words, last)
}
