// Package rbac asks a cluster who may do what, and compares the answers with
// policies/rbac.yaml: what must be allowed, and what must not.
package rbac

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	authorization "k8s.io/api/authorization/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"firedrill/pipeline/strict"
)

// Matrix is policies/rbac.yaml.
type Matrix struct {
	Rights []Right `yaml:"rights" jsonschema:"minItems=1" jsonschema_description:"Who may do what, and who may not."`
}

// Right is a line of the matrix: all its verbs are allowed, or none.
type Right struct {
	Subject   string   `yaml:"subject" jsonschema:"pattern=^(user|group|serviceaccount):.+$" jsonschema_description:"serviceaccount:NAMESPACE/NAME, user:NAME, or group:NAME."`
	Verbs     []string `yaml:"verbs" jsonschema:"minItems=1" jsonschema_description:"Such as get, list, watch, create, update, patch, delete."`
	Resource  string   `yaml:"resource" jsonschema:"minLength=1" jsonschema_description:"Such as pods, pods/exec, deployments.apps, or a path such as /metrics."`
	Namespace string   `yaml:"namespace,omitempty" jsonschema_description:"Namespace of the object; without one, objects of all namespaces, or such as have none."`
	Name      string   `yaml:"name,omitempty" jsonschema_description:"Name of the object; without one, any."`
	Allowed   *bool    `yaml:"allowed" jsonschema_description:"Whether it must be allowed, or must not be."`
	Reason    string   `yaml:"reason" jsonschema:"minLength=1" jsonschema_description:"Why that is right."`
}

// Load reads the matrix.
func Load(path string) (Matrix, error) {
	var m Matrix
	file, err := strict.Load(path, &m)
	if errors.Is(err, os.ErrNotExist) {
		return m, fmt.Errorf("%w; write who may do what into it, docs/security.md says how", err)
	}
	if err != nil {
		return m, err
	}
	if len(m.Rights) == 0 {
		file.Errorf("rights", "is empty; a matrix without a line proves nothing")
	}
	for i, r := range m.Rights {
		r.check(file, fmt.Sprintf("rights[%d]", i))
	}
	return m, file.Err()
}

func (r Right) check(file *strict.File, at string) {
	if _, err := r.subject(); err != nil {
		file.Errorf(at+".subject", "%v", err)
	}
	if len(r.Verbs) == 0 {
		file.Errorf(at+".verbs", "is missing; write such as [get, list]")
	}
	if r.Resource == "" {
		file.Errorf(at+".resource", "is missing; write such as pods, deployments.apps or /metrics")
	}
	if r.Allowed == nil {
		file.Errorf(at+".allowed", "is missing; write true or false")
	}
	if r.Reason == "" {
		file.Errorf(at+".reason", "is missing; say why that is right")
	}
}

// Answer is what the cluster says to one verb of a right.
type Answer struct {
	Right Right
	Verb  string
	Said  bool
	// Why is the rule or binding that allows it, in the cluster's words.
	Why string
}

// String is such as "serviceaccount:monitoring/prometheus may get secrets in demo".
func (a Answer) String() string {
	verb := "may not"
	if a.Said {
		verb = "may"
	}
	text := fmt.Sprintf("%s %s %s %s", a.Right.Subject, verb, a.Verb, a.Right.Resource)
	if a.Right.Name != "" {
		text += " " + a.Right.Name
	}
	if a.Right.Namespace != "" {
		text += " in " + a.Right.Namespace
	}
	return text
}

// Wrong tells whether the cluster says other than the matrix.
func (a Answer) Wrong() bool { return a.Said != *a.Right.Allowed }

// Err is nil if the cluster says what the matrix does.
func (a Answer) Err() error {
	if !a.Wrong() {
		return nil
	}
	if a.Said {
		return fmt.Errorf("%s (%s); it must not: %s", a, a.Why, a.Right.Reason)
	}
	return fmt.Errorf("%s; it must: %s", a, a.Right.Reason)
}

// parallel is how many questions are asked at a time.
const parallel = 8

// Ask asks for every verb of every right, in the order of the matrix.
func Ask(ctx context.Context, client kubernetes.Interface, m Matrix) ([]Answer, error) {
	var all []Answer
	for _, r := range m.Rights {
		for _, verb := range r.Verbs {
			all = append(all, Answer{Right: r, Verb: verb})
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for i := range all {
		group.Go(func() error { return all[i].ask(ctx, client) })
	}
	return all, group.Wait()
}

func (a *Answer) ask(ctx context.Context, client kubernetes.Interface) error {
	review, err := a.Right.review(a.Verb)
	if err != nil {
		return err
	}
	answer, err := client.AuthorizationV1().SubjectAccessReviews().Create(ctx, review, meta.CreateOptions{})
	if err != nil {
		return fmt.Errorf("ask the cluster whether %s may %s %s: %w", a.Right.Subject, a.Verb, a.Right.Resource, err)
	}
	if answer.Status.EvaluationError != "" && !answer.Status.Allowed {
		return fmt.Errorf("ask the cluster whether %s may %s %s: it cannot tell: %s", a.Right.Subject, a.Verb, a.Right.Resource, answer.Status.EvaluationError)
	}
	a.Said, a.Why = answer.Status.Allowed, answer.Status.Reason
	return nil
}

// review is the question.
func (r Right) review(verb string) (*authorization.SubjectAccessReview, error) {
	spec, err := r.subject()
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(r.Resource, "/") {
		spec.NonResourceAttributes = &authorization.NonResourceAttributes{Path: r.Resource, Verb: verb}
		return &authorization.SubjectAccessReview{Spec: spec}, nil
	}
	resource, subresource, _ := strings.Cut(r.Resource, "/")
	resource, group, _ := strings.Cut(resource, ".")
	spec.ResourceAttributes = &authorization.ResourceAttributes{
		Verb: verb, Resource: resource, Subresource: subresource, Group: group, Namespace: r.Namespace, Name: r.Name,
	}
	return &authorization.SubjectAccessReview{Spec: spec}, nil
}

func (r Right) subject() (authorization.SubjectAccessReviewSpec, error) {
	var spec authorization.SubjectAccessReviewSpec
	kind, name, _ := strings.Cut(r.Subject, ":")
	namespace, account, found := strings.Cut(name, "/")
	switch {
	case name == "" || !slices.Contains([]string{"user", "group", "serviceaccount"}, kind):
		return spec, fmt.Errorf("%q is no subject: wanted serviceaccount:NAMESPACE/NAME, user:NAME or group:NAME", r.Subject)
	case kind == "user":
		spec.User = name
		spec.Groups = []string{"system:authenticated"}
	case kind == "group":
		// A group's rights are those of somebody who is nobody else.
		spec.User, spec.Groups = "firedrill:anybody", []string{name, "system:authenticated"}
	case !found || namespace == "" || account == "":
		return spec, fmt.Errorf("%q is no service account: wanted serviceaccount:NAMESPACE/NAME", r.Subject)
	default:
		spec.User = "system:serviceaccount:" + namespace + ":" + account
		spec.Groups = []string{"system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"}
	}
	return spec, nil
}
