package deploy

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/kube"
	kubefake "helm.sh/helm/v3/pkg/kube/fake"
	"helm.sh/helm/v3/pkg/storage"
	"helm.sh/helm/v3/pkg/storage/driver"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/resource"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/kubernetes/scheme"
	restfake "k8s.io/client-go/rest/fake"

	"firedrill/pipeline/deploy/ready"
	"firedrill/pipeline/event"
)

// fakeBackend is Helm's side of a cluster: releases kept in memory, and a
// client that writes down what it is told to do.
type fakeBackend struct {
	mu       sync.Mutex
	stores   map[string]*storage.Storage
	done     strings.Builder
	hookErr  error
	forgot   int
	capsErrs error
}

func (b *fakeBackend) configuration(namespace string) (*action.Configuration, helmClient, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stores[namespace] == nil {
		memory := driver.NewMemory()
		memory.SetNamespace(namespace)
		b.stores[namespace] = storage.Init(memory)
	}
	config := &action.Configuration{Releases: b.stores[namespace], Log: discardLog, Capabilities: chartutil.DefaultCapabilities.Copy()}
	return config, &fakeClient{backend: b, namespace: namespace, PrintingKubeClient: kubefake.PrintingKubeClient{Out: io.Discard}}, nil
}

func (b *fakeBackend) capabilities() (*chartutil.Capabilities, error) {
	return chartutil.DefaultCapabilities.Copy(), b.capsErrs
}

func (b *fakeBackend) forget() { b.forgot++ }

func (b *fakeBackend) did(what string, resources kube.ResourceList) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range resources {
		b.done.WriteString(what + " " + r.Mapping.GroupVersionKind.Kind + " " + r.Name + "\n")
	}
}

// fakeClient is Helm's own fake, which knows no objects, taught to know them.
type fakeClient struct {
	kubefake.PrintingKubeClient
	backend   *fakeBackend
	namespace string
}

func (c *fakeClient) Build(manifest io.Reader, _ bool) (kube.ResourceList, error) {
	text, err := io.ReadAll(manifest)
	if err != nil {
		return nil, err
	}
	objects, err := decode(string(text))
	if err != nil {
		return nil, err
	}
	var all kube.ResourceList
	for _, o := range objects {
		kind := o.GroupVersionKind()
		plural, _ := meta.UnsafeGuessKindToResource(kind)
		all = append(all, &resource.Info{
			Client:    absent(),
			Mapping:   &meta.RESTMapping{Resource: plural, GroupVersionKind: kind, Scope: meta.RESTScopeNamespace},
			Namespace: c.namespace, Name: o.GetName(), Object: o,
		})
	}
	return all, nil
}

// absent is an API server that has none of the objects it is asked for.
func absent() *restfake.RESTClient {
	return &restfake.RESTClient{
		NegotiatedSerializer: scheme.Codecs.WithoutConversion(),
		Client: restfake.CreateHTTPClient(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody}, nil
		}),
	}
}

func (c *fakeClient) Create(resources kube.ResourceList) (*kube.Result, error) {
	c.backend.did("create", resources)
	return &kube.Result{Created: resources}, nil
}

func (c *fakeClient) Update(_, target kube.ResourceList, _ bool) (*kube.Result, error) {
	c.backend.did("update", target)
	return &kube.Result{Updated: target}, nil
}

func (c *fakeClient) WatchUntilReady(kube.ResourceList, time.Duration) error {
	return c.backend.hookErr
}

// fakeDeployer deploys to fakes that hold the objects given.
func fakeDeployer(t *testing.T, o Options, objects ...string) (*deployer, *fakeBackend) {
	t.Helper()
	var all []runtime.Object
	for _, text := range objects {
		decoded, err := decode(text)
		require.NoError(t, err)
		all = append(all, decoded[0])
	}
	o.Dir = "testdata"
	o.Labels = map[string]string{"firedrill/run": "r1"}
	b := &fakeBackend{stores: map[string]*storage.Storage{}}
	return &deployer{Options: o, backend: b, cluster: ready.Cluster{
		Dynamic: dynamicfake.NewSimpleDynamicClient(scheme.Scheme, all...), Client: fake.NewClientset(),
	}}, b
}

// deployment is a Deployment of one replica in namespace demo.
func deployment(name string, isReady bool) string {
	status := "{observedGeneration: 1, replicas: 1, updatedReplicas: 1}"
	if isReady {
		status = `{observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1,
  conditions: [{type: Available, status: "True"}]}`
	}
	return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ` + name + `, namespace: demo, uid: ` + name + `, generation: 1}
spec: {replicas: 1}
status: ` + status
}

// crashingPod is a pod of the Deployment that is past healing.
func crashingPod(owner string) string {
	return `
apiVersion: v1
kind: Pod
metadata:
  name: ` + owner + `-x-1
  namespace: demo
  uid: p-` + owner + `
  labels: {pod-template-hash: x}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: ` + owner + `-x, uid: rs, controller: true}]
status: {phase: Running, containerStatuses: [{name: web, restartCount: 3, image: x, imageID: x,
  state: {waiting: {reason: CrashLoopBackOff}}}]}`
}

// record is a sink that keeps "item: state" of every event but progress.
type record struct {
	mu    sync.Mutex
	lines []string
}

func (r *record) sink(e event.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.State == event.Progress {
		return
	}
	line := e.Item + ": " + string(e.State)
	if e.State == event.Skipped {
		line += ": " + e.Message
	}
	r.lines = append(r.lines, line)
}
