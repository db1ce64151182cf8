package addresses_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"firedrill/pipeline/addresses"
	"firedrill/pipeline/names"
	"firedrill/pipeline/server"
)

const (
	securePort = 443
	plainPort  = 80
	host       = "website.sandbox.kind.firedrill.test"
)

// controller is a real HTTPS server and a plain one beside it.
type controller struct {
	// tls is what it speaks, and shows.
	tls tls.Config
	// plain answers over HTTP; nil redirects as it should be.
	plain http.HandlerFunc
	// answer is the app's; nil says welcome.
	answer http.HandlerFunc

	addresses map[int]string
}

// Dial implements addresses.Way.
func (c *controller) Dial(ctx context.Context, port int) (net.Conn, error) {
	address, known := c.addresses[port]
	if !known {
		return nil, fmt.Errorf("nobody listens at %d", port)
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", address)
}

// start serves until the test ends.
func (c *controller) start(t *testing.T) *controller {
	t.Helper()
	if c.plain == nil {
		c.plain = func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://"+r.Host+r.URL.RequestURI(), http.StatusMovedPermanently)
		}
	}
	if c.answer == nil {
		c.answer = func(w http.ResponseWriter, r *http.Request) { _, _ = fmt.Fprintf(w, "welcome to %s", r.Host) }
	}
	quiet := log.New(io.Discard, "", 0)
	secure := httptest.NewUnstartedServer(c.answer)
	secure.TLS, secure.Config.ErrorLog = &c.tls, quiet
	secure.StartTLS()
	plain := httptest.NewServer(c.plain)
	t.Cleanup(secure.Close)
	t.Cleanup(plain.Close)
	c.addresses = map[int]string{securePort: secure.Listener.Addr().String(), plainPort: plain.Listener.Addr().String()}
	return c
}

// visit is one of the website, through the controller, by whoever trusts the root.
func (c *controller) visit(root *authority) addresses.Options {
	return addresses.Options{
		Config: addresses.Addresses{
			Ingress: server.Endpoint{Namespace: "ingress", Service: "ingress", Port: securePort}, Plain: plainPort,
			Visits: []addresses.Visit{{App: "website", Path: "/hello?a=b", Contains: "welcome to " + host}},
		},
		Names: names.Scheme{Env: "sandbox", Cluster: "kind", Domain: "firedrill.test"},
		Roots: root.pem(), Within: 50 * time.Millisecond, Way: c,
	}
}
