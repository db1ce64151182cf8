//go:build e2e

package e2e_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"firedrill/pipeline/forward"
	"firedrill/pipeline/poll"
)

// namesAreKeptInStep makes an Ingress and a Service: the DNS server knows their
// names. It deletes them: it does not.
func (h secured) namesAreKeptInStep(ctx context.Context) {
	var tunnels []io.Closer
	defer func() {
		for _, t := range tunnels {
			_ = t.Close()
		}
	}()
	dns := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		// One each time: a tunnel that is lost stays so.
		server, err := forward.Open(ctx, h.config, forward.Target{Namespace: "dns", Service: "dns", Port: 53})
		if err != nil {
			return nil, err
		}
		tunnels = append(tunnels, server)
		return (&net.Dialer{}).DialContext(ctx, "tcp", strings.TrimPrefix(server.URL, "http://"))
	}}
	const page, service = "made.sandbox.kind.firedrill.test", "service.sandbox.kind.firedrill.test"
	h.awaitAddress(ctx, dns, "website.sandbox.kind.firedrill.test", "10.96.0.80")
	h.awaitAddress(ctx, dns, page, "")

	ingresses, services := h.client.NetworkingV1().Ingresses("ingress"), h.client.CoreV1().Services("ingress")
	_, err := ingresses.Create(ctx, &networkingv1.Ingress{
		ObjectMeta: metav1.ObjectMeta{Name: "made", Annotations: map[string]string{"kubernetes.io/ingress.class": "ingress"}},
		Spec: networkingv1.IngressSpec{
			DefaultBackend: &networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
				Name: "website", Port: networkingv1.ServiceBackendPort{Name: "http"},
			}},
			Rules: []networkingv1.IngressRule{{Host: page}},
		},
	}, metav1.CreateOptions{})
	require.NoError(h.t, err)
	_, err = services.Create(ctx, &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "made", Annotations: map[string]string{
			"external-dns.alpha.kubernetes.io/hostname": service,
			"external-dns.alpha.kubernetes.io/target":   "10.96.0.81",
		}},
		Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: "elsewhere.test"},
	}, metav1.CreateOptions{})
	require.NoError(h.t, err)
	h.awaitAddress(ctx, dns, page, "10.96.0.80")
	h.awaitAddress(ctx, dns, service, "10.96.0.81")

	require.NoError(h.t, ingresses.Delete(ctx, "made", metav1.DeleteOptions{}))
	require.NoError(h.t, services.Delete(ctx, "made", metav1.DeleteOptions{}))
	h.awaitAddress(ctx, dns, page, "")
	h.awaitAddress(ctx, dns, service, "")
	h.awaitAddress(ctx, dns, "website.sandbox.kind.firedrill.test", "10.96.0.80") // as before
}

// awaitAddress waits until a name has this address, or none. external-dns looks every
// 30 s, if it has missed an event.
func (h secured) awaitAddress(ctx context.Context, dns *net.Resolver, name, want string) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	begin, got := time.Now(), ""
	err := poll.Until(ctx, 200*time.Millisecond, func() bool {
		found, err := dns.LookupHost(ctx, name)
		if ctx.Err() != nil {
			return false // what was seen before tells more
		}
		var missing *net.DNSError
		if err != nil && (!errors.As(err, &missing) || !missing.IsNotFound) {
			got = err.Error()
			return false
		}
		got = strings.Join(found, " ")
		return got == want
	})
	require.NoError(h.t, err, "%s has %q, wanted %q", name, got, want)
	h.t.Logf("%s: %q after %s", name, want, time.Since(begin).Round(100*time.Millisecond))
}
