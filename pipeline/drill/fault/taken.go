package fault

import (
	"context"
	"encoding/json"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// takesNote is the annotation of a hog's Deployment that says what it may take.
const takesNote = "firedrill.io/takes"

// taking is what one Deployment of a hog may take.
type taking struct {
	// Machine is empty where the scheduler chooses: it may be any.
	Machine  string `json:"machine,omitempty"`
	Resource string `json:"resource"`
	Most     int64  `json:"most"`

	namespace, name string
}

// takings are those of all hogs that are set now, also of other drills: they
// share the ceiling.
func takings(ctx context.Context, c Cluster) ([]taking, error) {
	list, err := c.Kubernetes.AppsV1().Deployments("").List(ctx, metav1.ListOptions{LabelSelector: drillLabel})
	if err != nil {
		return nil, fmt.Errorf("look for what drills use already: %w", err)
	}
	var all []taking
	for _, d := range list.Items {
		text, ours := d.Annotations[takesNote]
		if !ours {
			continue
		}
		t := taking{namespace: d.Namespace, name: d.Name}
		if err := json.Unmarshal([]byte(text), &t); err != nil {
			return nil, fmt.Errorf("read the annotation %s of Deployment %s/%s: %w in %q; delete that Deployment", takesNote, d.Namespace, d.Name, err, text)
		}
		all = append(all, t)
	}
	return all, nil
}

// taking is what the load may take at most. What is only requested is taken
// from nobody.
func (l load) taking() taking {
	t := taking{Machine: l.Machine, Resource: l.Resource, Most: max(l.Amount, l.Most)}
	if limit := l.limit(); limit > 0 {
		t.Most = min(t.Most, limit)
	}
	if l.Request {
		t.Most = 0
	}
	return t
}

// besides is what hogs take already of the machine that the load goes to.
func (l load) besides(set []taking) int64 {
	sum := int64(0)
	for _, t := range set {
		if t.Resource == l.Resource && (t.Machine == l.Machine || t.Machine == "" || l.Machine == "") {
			sum += t.Most
		}
	}
	return sum
}

// machine tells the machine under the node: nodes that are containers share one.
// One of which that is not known counts as its own.
func (f free) machine() string {
	if boot := f.node.Status.NodeInfo.BootID; boot != "" {
		return boot
	}
	return f.node.Name
}
