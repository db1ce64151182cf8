package explain

import (
	"context"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
)

var (
	certificates = schema.GroupVersionResource{Group: "cert-manager.io", Version: "v1", Resource: "certificates"}
	requests     = schema.GroupVersionResource{Group: "cert-manager.io", Version: "v1", Resource: "certificaterequests"}
	orders       = schema.GroupVersionResource{Group: "acme.cert-manager.io", Version: "v1", Resource: "orders"}
	challenges   = schema.GroupVersionResource{Group: "acme.cert-manager.io", Version: "v1", Resource: "challenges"}
	issuers      = schema.GroupVersionResource{Group: "cert-manager.io", Version: "v1", Resource: "issuers"}
	cluster      = schema.GroupVersionResource{Group: "cert-manager.io", Version: "v1", Resource: "clusterissuers"}
	secrets      = schema.GroupVersionResource{Version: "v1", Resource: "secrets"}
)

// object is what this package reads of all kinds.
type object struct {
	metav1.ObjectMeta `json:"metadata"`
	Spec              struct {
		IssuerRef struct {
			Name string `json:"name"`
			Kind string `json:"kind"`
		} `json:"issuerRef"`
		CA *struct {
			SecretName string `json:"secretName"`
		} `json:"ca"`
		// Type and DNSName are a Challenge's.
		Type    string `json:"type"`
		DNSName string `json:"dnsName"`
	} `json:"spec"`
	Status struct {
		State      string             `json:"state"`
		Reason     string             `json:"reason"`
		Conditions []metav1.Condition `json:"conditions"`
	} `json:"status"`
	// Data is a Secret's.
	Data map[string][]byte `json:"data"`
}

// read is an object as far as this package understands it.
func read(u *unstructured.Unstructured) (o object) {
	// What does not fit stays empty, and is said to be.
	_ = runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, &o)
	return o
}

// get is nil if the object cannot be had, which the chain then says.
func (t *trail) get(ctx context.Context, resource schema.GroupVersionResource, namespace, name string) *object {
	u, err := t.Client.Resource(resource).Namespace(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		t.missing(resource, namespace, name, err)
		return nil
	}
	o := read(u)
	return &o
}

func (t *trail) missing(resource schema.GroupVersionResource, namespace, name string, err error) {
	words := "cannot be read: " + err.Error()
	switch notFound := apierrors.IsNotFound(err); {
	case notFound && resource == secrets: // it is the key that is missing, not who signs
		words = "secret not found"
	case notFound:
		words = "does not exist"
	}
	t.chain = append(t.chain, Link{Object: strings.TrimSuffix(resource.Resource, "s") + " " + strings.TrimPrefix(namespace+"/"+name, "/"), State: words})
}

// owned are the objects that one has made, the oldest first.
func (t *trail) owned(ctx context.Context, resource schema.GroupVersionResource, namespace string, by types.UID) []object {
	list, err := t.Client.Resource(resource).Namespace(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		t.chain = append(t.chain, Link{Object: resource.Resource + " in " + namespace, State: fmt.Sprintf("cannot be listed: %v", err)})
		return nil
	}
	var all []object
	for i := range list.Items {
		for _, owner := range list.Items[i].GetOwnerReferences() {
			if owner.UID == by {
				all = append(all, read(&list.Items[i]))
			}
		}
	}
	slices.SortStableFunc(all, func(a, b object) int {
		if d := a.CreationTimestamp.Compare(b.CreationTimestamp.Time); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all
}

// newest is the one of the latest attempt.
func (t *trail) newest(ctx context.Context, resource schema.GroupVersionResource, namespace string, by types.UID) *object {
	all := t.owned(ctx, resource, namespace, by)
	if len(all) == 0 {
		return nil
	}
	return &all[len(all)-1]
}
