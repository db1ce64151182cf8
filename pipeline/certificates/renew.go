package certificates

import (
	"context"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"firedrill/pipeline/event"
	"firedrill/pipeline/poll"
)

var (
	certificateResource = schema.GroupVersionResource{Group: "cert-manager.io", Version: "v1", Resource: "certificates"}
	issuerResource      = schema.GroupVersionResource{Group: "cert-manager.io", Version: "v1", Resource: "clusterissuers"}
)

// lookEvery is how often it is looked whether cert-manager has signed.
const lookEvery = time.Second

// renew has every certificate of the issuers that sign with the intermediate
// signed again, and returns when all are under the root.
func (r Rotation) renew(ctx context.Context, task *event.Task, root *x509.Certificate) error {
	ctx, cancel := context.WithTimeoutCause(ctx, r.Timeout, fmt.Errorf("not all were signed again within %s", r.Timeout))
	defer cancel()
	all, err := r.ours(ctx)
	if err != nil {
		return err
	}
	say := poll.Changes(task.Progress)
	var left []string
	var failed error
	err = poll.Until(ctx, lookEvery, func() bool {
		left, failed = r.behind(ctx, all, root)
		say(fmt.Sprintf("%d of %d are under the new root", len(all)-len(left), len(all)))
		return len(left) == 0 || failed != nil
	})
	switch {
	case failed != nil:
		return failed
	case err != nil:
		return fmt.Errorf("%w; still under the old root: %s; `kubectl describe certificate` says why", err, strings.Join(left, ", "))
	}
	return nil
}

// behind asks for those that are not under the root yet, and names them.
func (r Rotation) behind(ctx context.Context, all []certificateName, root *x509.Certificate) ([]string, error) {
	var left []string
	for _, c := range all {
		under, err := r.under(ctx, c, root)
		if err == nil && !under {
			left = append(left, c.String())
			err = r.ask(ctx, c)
		}
		if err != nil {
			return left, err
		}
	}
	return left, nil
}

// certificateName is a Certificate and the Secret that it keeps.
type certificateName struct{ namespace, name, secret string }

func (c certificateName) String() string { return c.namespace + "/" + c.name }

// ours are the Certificates of the issuers that sign with the intermediate.
func (r Rotation) ours(ctx context.Context) ([]certificateName, error) {
	issuers, err := r.Dynamic.Resource(issuerResource).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list ClusterIssuers: %w", err)
	}
	var names []string
	for _, i := range issuers.Items {
		if secret, _, _ := unstructured.NestedString(i.Object, "spec", "ca", "secretName"); secret == r.Issuing.Secret {
			names = append(names, i.GetName())
		}
	}
	list, err := r.Dynamic.Resource(certificateResource).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list Certificates: %w", err)
	}
	var all []certificateName
	for _, c := range list.Items {
		kind, _, _ := unstructured.NestedString(c.Object, "spec", "issuerRef", "kind")
		name, _, _ := unstructured.NestedString(c.Object, "spec", "issuerRef", "name")
		secret, _, _ := unstructured.NestedString(c.Object, "spec", "secretName")
		if kind == "ClusterIssuer" && slices.Contains(names, name) {
			all = append(all, certificateName{c.GetNamespace(), c.GetName(), secret})
		}
	}
	slices.SortFunc(all, func(a, b certificateName) int { return strings.Compare(a.String(), b.String()) })
	return all, nil
}

// under tells whether what servers show leads to the root.
func (r Rotation) under(ctx context.Context, c certificateName, root *x509.Certificate) (bool, error) {
	secret, err := store{client: r.Client}.secret(ctx, c.namespace, c.secret)
	if err != nil || secret == nil {
		return false, err
	}
	return leadsTo(secret.Data["tls.crt"], root, r.Now()), nil
}

// leadsTo tells whether a chain ends at the root. One that cannot be read is being
// written anew.
func leadsTo(text []byte, root *x509.Certificate, now time.Time) bool {
	chain, err := Parse(text)
	if err != nil {
		return false
	}
	return Under(chain, []*x509.Certificate{root}, now) == nil
}

// ask has cert-manager sign again, as `cmctl renew` does, unless it is at it.
func (r Rotation) ask(ctx context.Context, c certificateName) error {
	certificates := r.Dynamic.Resource(certificateResource).Namespace(c.namespace)
	u, err := certificates.Get(ctx, c.name, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("look at Certificate %s: %w", c, err)
	}
	conditions, _, _ := unstructured.NestedSlice(u.Object, "status", "conditions")
	for _, item := range conditions {
		if condition, _ := item.(map[string]any); condition["type"] == "Issuing" && condition["status"] == "True" {
			return nil
		}
	}
	conditions = append(slices.DeleteFunc(conditions, func(item any) bool {
		condition, _ := item.(map[string]any)
		return condition["type"] == "Issuing"
	}), map[string]any{
		"type": "Issuing", "status": "True", "reason": "ManuallyTriggered",
		"message": "firedrill certificates rotate", "lastTransitionTime": r.Now().UTC().Format(time.RFC3339),
		"observedGeneration": u.GetGeneration(),
	})
	if err := unstructured.SetNestedSlice(u.Object, conditions, "status", "conditions"); err != nil {
		return err
	}
	if _, err := certificates.UpdateStatus(ctx, u, metav1.UpdateOptions{}); err != nil {
		return fmt.Errorf("have Certificate %s signed again: %w", c, err)
	}
	return nil
}
