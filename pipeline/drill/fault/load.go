package fault

import (
	"context"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// life is when pods give everything back by themselves: longer than any drill,
// and short enough for the machine under a lost cluster.
const life = 15 * time.Minute

// load is one Deployment that uses memory or CPU.
type load struct {
	Name     string `json:"name"`
	Node     string `json:"node,omitempty"` // empty: wherever there is room
	Resource string `json:"resource"`       // memory or cpu
	Amount   int64  `json:"amount"`         // bytes or millicores, as measured
	Percent  int64  `json:"percent,omitempty"`
	Most     int64  `json:"most,omitempty"`
	Request  bool   `json:"request,omitempty"`
	// Machine is the one under the node.
	Machine string `json:"machine,omitempty"`

	LimitMemory string `json:"limitMemory,omitempty"`
	LimitCPU    string `json:"limitCPU,omitempty"`

	// others is what other faults take of the machine, while it is planned.
	others int64
}

// String says what it uses and where.
func (l load) String() string {
	verb, where := "uses", ""
	if l.Request {
		verb = "requests"
	}
	if l.Node != "" {
		where = " on node " + l.Node
	}
	return fmt.Sprintf("%s %s of %s%s", verb, format(l.Resource, l.Amount), l.Resource, where)
}

// units turns a quantity into bytes or millicores.
func (l load) units(q resource.Quantity) int64 {
	if l.Resource == "cpu" {
		return q.MilliValue()
	}
	return q.Value()
}

// quantity is the other way round.
func (l load) quantity(n int64) resource.Quantity {
	if l.Resource == "cpu" {
		return *resource.NewMilliQuantity(n, resource.DecimalSI)
	}
	return *resource.NewQuantity(n, resource.BinarySI)
}

// taking is what the load takes if it uses so much: no more than its limit. What
// is only requested is taken from nobody.
func (l load) taking(n int64) taking {
	if limit := l.limit(); limit > 0 {
		n = min(n, limit)
	}
	if l.Request {
		n = 0
	}
	return taking{Machine: l.Machine, Resource: l.Resource, Most: n}
}

// argv is what the tool is told.
func (l load) argv(until time.Time) []string {
	if l.Request {
		return []string{"wait"}
	}
	argv := []string{l.Resource, fmt.Sprintf("-until=%d", until.Unix())}
	if l.Most > 0 {
		argv = append(argv, fmt.Sprintf("-most=%d", l.Most))
	}
	switch {
	case l.Percent > 0:
		return append(argv, fmt.Sprintf("-percent=%d", l.Percent))
	case l.Resource == "cpu":
		return append(argv, fmt.Sprintf("-millicores=%d", l.Amount))
	}
	return append(argv, fmt.Sprintf("-bytes=%d", l.Amount))
}

// share of the CPU that a pod gets which takes the memory of a machine. Without
// one the kernel would give it time only when nobody else wants any, and it would
// never come to its end beside others; with more, small programs beside it, which
// ask for as much, answer so late that they count as slow.
const share = "20m"

// resources of the container. Without a request or limit of memory its pod is
// the first that the kernel ends when memory runs out; so whoever uses what the
// machine has gets none.
func (l load) resources() corev1.ResourceRequirements {
	r := corev1.ResourceRequirements{Requests: corev1.ResourceList{}, Limits: corev1.ResourceList{}}
	if l.Request {
		r.Requests[corev1.ResourceName(l.Resource)] = l.quantity(l.Amount)
		return r
	}
	if l.Percent > 0 && l.Resource == string(corev1.ResourceMemory) {
		r.Requests[corev1.ResourceCPU] = resource.MustParse(share)
	}
	// Without a request the limit would count as one.
	if l.LimitMemory != "" {
		r.Limits[corev1.ResourceMemory] = resource.MustParse(l.LimitMemory) // checked with the drill
		r.Requests[corev1.ResourceMemory] = *resource.NewQuantity(1, resource.BinarySI)
	}
	// Here it may: who gets less than the limit is never throttled by it.
	if l.LimitCPU != "" {
		r.Limits[corev1.ResourceCPU] = resource.MustParse(l.LimitCPU)
	}
	return r
}

// deployment is the object.
func (l load) deployment(c Cluster, namespace string) *appsv1.Deployment {
	labels := c.labels()
	labels[appLabel] = l.Name
	spec := toolPod(l.argv(time.Now().Add(life)))
	spec.Containers[0].Name = "hog"
	spec.Containers[0].Resources = l.resources()
	if l.Node != "" {
		spec.NodeSelector = map[string]string{corev1.LabelHostname: l.Node}
	}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: l.Name, Namespace: namespace, Labels: labels, Annotations: map[string]string{takingNote: mustJSON(l.taking(max(l.Amount, l.Most)))}},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: map[string]string{appLabel: l.Name}},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: spec},
		},
	}
}

// create makes the Deployment. One of the drill's own is there after a try whose
// answer was lost.
func (l load) create(ctx context.Context, c Cluster, namespace string) error {
	deployments := c.Kubernetes.AppsV1().Deployments(namespace)
	_, err := deployments.Create(ctx, l.deployment(c, namespace), metav1.CreateOptions{FieldManager: manager})
	if apierrors.IsAlreadyExists(err) {
		var there *appsv1.Deployment
		if there, err = deployments.Get(ctx, l.Name, metav1.GetOptions{}); err == nil && there.Labels[drillLabel] != c.Drill {
			err = fmt.Errorf("it is there already and not of drill %s; rename it, or give the hog another namespace", c.Drill)
		}
	}
	if err != nil {
		return fmt.Errorf("create Deployment %s/%s: %w", namespace, l.Name, err)
	}
	return nil
}

// remove removes the Deployment, unless it is somebody else's, and waits until its
// pods have ended too: only then is anything given back.
func (l load) remove(ctx context.Context, c Cluster, namespace string) error {
	deployments, ours := c.Kubernetes.AppsV1().Deployments(namespace), fmt.Sprintf("%s=%s,%s=%s", appLabel, l.Name, drillLabel, c.Drill)
	what, see := fmt.Sprintf("remove Deployment %s/%s", namespace, l.Name), fmt.Sprintf("kubectl -n %s get pods", namespace)
	return await(ctx, what, see, func(ctx context.Context) (bool, string, error) {
		found, err := deployments.Get(ctx, l.Name, metav1.GetOptions{})
		if err == nil && found.Labels[drillLabel] == c.Drill {
			err = deployments.Delete(ctx, l.Name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &found.UID}})
		}
		if err != nil && !apierrors.IsNotFound(err) {
			return false, "", err
		}
		pods, err := c.Kubernetes.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: ours})
		if err != nil {
			return false, "", err
		}
		return len(pods.Items) == 0, fmt.Sprintf("%d of its pods are there", len(pods.Items)), nil
	})
}
