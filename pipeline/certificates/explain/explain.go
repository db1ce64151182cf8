// Package explain says in words why a Certificate of cert-manager's is not
// ready. cert-manager writes what it knows into four objects, each of which the
// next one makes: Certificate, CertificateRequest, Order, Challenge. The cause
// stands in the last of them, in the words of whoever refused.
package explain

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/client-go/dynamic"
)

// Link is one object of the chain and what it says of itself.
type Link struct {
	// Object is kind namespace/name.
	Object string
	State  string
}

// Explanation is why a Certificate is not ready.
type Explanation struct {
	// Chain leads from the Certificate to the object that knows the cause.
	Chain []Link
	// Why is the cause in words, and Do what to do about it; both are empty if
	// the chain says nothing that this package knows.
	Why, Do string
}

// Lines are the explanation as a person reads it.
func (e Explanation) Lines() []string {
	var lines []string
	for _, link := range e.Chain {
		lines = append(lines, link.Object+": "+link.State)
	}
	if e.Why != "" {
		lines = append(lines, "why: "+e.Why, "what to do: "+e.Do)
	}
	return lines
}

// Options say which Certificate.
type Options struct {
	Client          dynamic.Interface
	Namespace, Name string
	// Resources is the namespace in which ClusterIssuers find their Secrets:
	// cert-manager's own.
	Resources string
	Now       time.Time
}

// Certificate follows the chain as far as it goes. What cannot be read is told in
// its place.
func Certificate(ctx context.Context, o Options) Explanation {
	t := &trail{Options: o}
	certificate := t.get(ctx, certificates, o.Namespace, o.Name)
	if certificate == nil {
		return t.explanation()
	}
	t.add("Certificate", *certificate, conditions(*certificate, "Ready", "Issuing"))
	t.issuer(ctx, *certificate)
	request := t.newest(ctx, requests, o.Namespace, certificate.UID)
	if request == nil {
		return t.explanation()
	}
	t.add("CertificateRequest", *request, conditions(*request, "Ready", "Denied", "InvalidRequest"))
	order := t.newest(ctx, orders, o.Namespace, request.UID)
	if order == nil {
		return t.explanation()
	}
	t.add("Order", *order, state(*order))
	for _, challenge := range t.owned(ctx, challenges, o.Namespace, order.UID) {
		if challenge.Status.State != "valid" {
			t.add("Challenge", challenge, challenge.Spec.Type+" for "+challenge.Spec.DNSName+": "+state(challenge))
		}
	}
	return t.explanation()
}

// trail is the chain as it is followed.
type trail struct {
	Options
	chain []Link
}

func (t *trail) add(kind string, o object, state string) {
	where := o.Name
	if o.Namespace != "" {
		where = o.Namespace + "/" + o.Name
	}
	t.chain = append(t.chain, Link{Object: kind + " " + where, State: state})
}

// explanation looks for the cause from the end, where it is said most exactly.
func (t *trail) explanation() Explanation {
	e := Explanation{Chain: t.chain}
	for _, link := range slices.Backward(t.chain) {
		for _, c := range causes {
			if c.says.MatchString(link.State) {
				e.Why, e.Do = c.why, c.do
				return e
			}
		}
	}
	return e
}

// state is what an Order or a Challenge says of itself.
func state(o object) string {
	words := o.Status.State
	if words == "" {
		words = "nothing done yet"
	}
	if o.Status.Reason != "" {
		words += ": " + o.Status.Reason
	}
	return words
}

// conditions are those of the types, with why they are so.
func conditions(o object, types ...string) string {
	var all []string
	for _, c := range o.Status.Conditions {
		if slices.Contains(types, c.Type) {
			all = append(all, fmt.Sprintf("%s is %s: %s: %s", c.Type, c.Status, c.Reason, strings.TrimSpace(c.Message)))
		}
	}
	if len(all) == 0 {
		return "cert-manager has said nothing of it yet"
	}
	return strings.Join(all, "; ")
}
