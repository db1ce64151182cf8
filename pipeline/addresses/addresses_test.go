package addresses_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/addresses"
	"firedrill/pipeline/event"
	"firedrill/pipeline/strict"
)

// right is a controller with which nothing is wrong, and the root of its CA.
func right(t *testing.T) (*controller, *authority) {
	t.Helper()
	root := newRoot(t, "firedrill root")
	leaf := root.below("firedrill", time.Hour).server(x509.Certificate{DNSNames: []string{host}})
	return &controller{tls: tls.Config{Certificates: []tls.Certificate{leaf}, MinVersion: tls.VersionTLS12}}, root
}

func TestAnAddressIsRight(t *testing.T) {
	c, root := right(t)
	o := c.start(t).visit(root)
	var events []event.Event
	o.Sink = func(e event.Event) { events = append(events, e) }
	o.Config.Left = strict.Duration{Duration: 20 * time.Minute}
	found, err := addresses.Check(t.Context(), o)
	require.NoError(t, err)
	require.Len(t, found, 1)
	a := found[0]
	require.Equal(t, "https://"+host+"/hello?a=b", a.URL)
	require.Equal(t, host, a.Subject)
	require.Equal(t, "CN=firedrill", a.Issuer)
	require.Equal(t, "CN=firedrill root", a.Root)
	require.Equal(t, []string{host}, a.Names)
	require.InDelta(t, 0.5/24, a.DaysLeft, 0.01)
	require.Equal(t, "TLS 1.3", a.Protocol)
	require.Equal(t, "TLS 1.1", a.Refused)
	require.Equal(t, "https://"+host+"/hello?a=b", a.Redirect)
	require.Equal(t, http.StatusOK, a.Status)

	last := events[len(events)-1]
	require.Equal(t, event.Passed, last.State)
	require.Equal(t, host, last.Item)
	require.Equal(t, a, last.Result)
}

// wrongs are what may be wrong with an address, each with what is said about it.
var wrongs = map[string]struct {
	change func(*testing.T, *controller, *authority, *addresses.Options)
	want   []string
}{
	"expired": {
		shows(x509.Certificate{DNSNames: []string{host}, NotAfter: time.Now().Add(-time.Hour)}),
		[]string{"the certificate was good until ", " ago; it has not been renewed"},
	},
	"not yet": {
		shows(x509.Certificate{DNSNames: []string{host}, NotBefore: time.Now().Add(10 * time.Minute)}),
		[]string{"the certificate is good from ", "is a clock wrong"},
	},
	"wrong name": {
		shows(x509.Certificate{DNSNames: []string{"shop.example", "www.shop.example"}}),
		[]string{"the certificate is for shop.example, www.shop.example, not for " + host},
	},
	"wrong root": {
		func(t *testing.T, _ *controller, _ *authority, o *addresses.Options) {
			o.Roots = newRoot(t, "of last year").pem()
		},
		[]string{`the certificate is signed by "CN=firedrill", whom nobody vouches for of the root that is held outside of the cluster`},
	},
	"without the CA between": {func(_ *testing.T, c *controller, _ *authority, _ *addresses.Options) {
		c.tls.Certificates[0].Certificate = c.tls.Certificates[0].Certificate[:1]
	}, []string{"does the server leave out the one between?"}},
	"an expired CA": {func(_ *testing.T, c *controller, root *authority, _ *addresses.Options) {
		c.tls.Certificates[0] = root.below("old", -time.Minute).server(x509.Certificate{DNSNames: []string{host}})
	}, []string{`the certificate of the CA "CN=old" was good until `}},
	"self-signed": {
		func(t *testing.T, c *controller, _ *authority, _ *addresses.Options) {
			c.tls.Certificates[0] = selfSigned(t)
		},
		[]string{"the certificate is self-signed (CN=DEFAULT CERT): the controller has none for this name"},
	},
	"an old version": {
		func(_ *testing.T, c *controller, _ *authority, _ *addresses.Options) {
			c.tls.MinVersion = tls.VersionTLS10
		},
		[]string{"TLS 1.1 is accepted, which has been broken"},
	},
	"an old version only": {func(_ *testing.T, c *controller, _ *authority, _ *addresses.Options) {
		c.tls.MinVersion, c.tls.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	}, []string{"protocol version"}},
	"no redirection": {func(_ *testing.T, c *controller, _ *authority, _ *addresses.Options) {
		c.plain = func(http.ResponseWriter, *http.Request) {}
	}, []string{"http://" + host + "/hello?a=b answers 200 OK instead of leading to HTTPS"}},
	"a redirection elsewhere": {func(_ *testing.T, c *controller, _ *authority, _ *addresses.Options) {
		c.plain = http.RedirectHandler("https://other.example/", http.StatusFound).ServeHTTP
	}, []string{`leads to "https://other.example/", not to https://` + host + "/hello?a=b"}},
	"a redirection to HTTP": {func(_ *testing.T, c *controller, _ *authority, _ *addresses.Options) {
		c.plain = http.RedirectHandler("http://"+host+"/hello?a=b", http.StatusFound).ServeHTTP
	}, []string{`leads to "http://` + host}},
	"no route": {answers(http.StatusNotFound), []string{"the answer is 404 Not Found, not 200; has the controller an Ingress for this name?"}},
	"no app":   {answers(http.StatusBadGateway), []string{"the answer is 502 Bad Gateway, not 200; the controller does not reach the app"}},
	"another app": {
		func(_ *testing.T, _ *controller, _ *authority, o *addresses.Options) {
			o.Config.Visits[0].Contains = "Grafana"
		},
		[]string{`"Grafana" is not in the answer; does the Ingress lead to another app?`},
	},
	"too little time": {func(_ *testing.T, _ *controller, _ *authority, o *addresses.Options) {
		o.Config.Left = strict.Duration{Duration: time.Hour}
	}, []string{"the certificate is good until ", "less than addresses.left, 1h0m0s"}},
	"nobody there": {
		func(_ *testing.T, _ *controller, _ *authority, o *addresses.Options) { o.Config.Ingress.Port = 444 },
		[]string{"nobody listens at 444"},
	},
}

// Whatever is wrong is said in words, with what to do.
func TestWhatIsWrongIsSaid(t *testing.T) {
	for name, c := range wrongs {
		t.Run(name, func(t *testing.T) {
			controller, root := right(t)
			o := controller.visit(root)
			c.change(t, controller, root, &o)
			controller.start(t)
			found, err := addresses.Check(t.Context(), o)
			require.Empty(t, found)
			require.ErrorContains(t, err, "https://"+host+"/hello?a=b: ")
			require.ErrorContains(t, err, "(for 50ms)")
			for _, want := range c.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
}

func shows(template x509.Certificate) func(*testing.T, *controller, *authority, *addresses.Options) {
	return func(_ *testing.T, c *controller, root *authority, _ *addresses.Options) {
		c.tls.Certificates[0] = root.server(template)
	}
}

func answers(status int) func(*testing.T, *controller, *authority, *addresses.Options) {
	return func(_ *testing.T, c *controller, _ *authority, _ *addresses.Options) {
		c.answer = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
	}
}

// A connection that breaks is not one whose version was refused.
func TestWhatOnlyBreaksIsNotRefused(t *testing.T) {
	c, root := right(t)
	c.tls.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if hello.SupportedVersions[0] < tls.VersionTLS12 {
			_ = hello.Conn.Close()
		}
		return nil, nil //nolint:nilnil // As it is.
	}
	_, err := addresses.Check(t.Context(), c.start(t).visit(root))
	require.ErrorContains(t, err, "whether TLS 1.1 is refused could not be told: ")
}

// A certificate that comes a moment after the deployment is waited for.
func TestAnAddressMayTakeAMoment(t *testing.T) {
	c, root := right(t)
	good, early := c.tls.Certificates[0], selfSigned(t)
	asked := 0
	c.tls.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		asked++
		if asked == 1 {
			return &early, nil
		}
		return &good, nil
	}
	c.tls.Certificates = nil
	o := c.start(t).visit(root)
	o.Within = time.Minute
	var said []string
	o.Sink = func(e event.Event) { said = append(said, e.Message) }
	_, err := addresses.Check(t.Context(), o)
	require.NoError(t, err)
	require.Contains(t, said[1], "the certificate is self-signed")
}

// One that is wrong does not keep the others from being looked at.
func TestEveryAddressIsToldOf(t *testing.T) {
	c, root := right(t)
	o := c.start(t).visit(root)
	o.Config.Visits = append(o.Config.Visits, addresses.Visit{App: "api", Path: "/"}, addresses.Visit{App: "grafana", Path: "/"})
	found, err := addresses.Check(t.Context(), o)
	require.Len(t, found, 1)
	require.ErrorContains(t, err, "https://api.sandbox.kind.firedrill.test/: the certificate is for "+host)
	require.ErrorContains(t, err, "https://grafana.sandbox.kind.firedrill.test/: ")
}

func TestInterrupted(t *testing.T) {
	c, _ := right(t)
	o := c.start(t).visit(newRoot(t, "another"))
	o.Within = time.Minute
	ctx, cancel := context.WithCancel(t.Context())
	o.Sink = func(e event.Event) {
		if e.State == event.Progress {
			cancel()
		}
	}
	_, err := addresses.Check(ctx, o)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "interrupted")
}

// deaf takes connections and says nothing.
type deaf struct{}

// Dial implements addresses.Way.
func (deaf) Dial(context.Context, int) (net.Conn, error) {
	here, there := net.Pipe()
	go func() { _, _ = io.Copy(io.Discard, there) }()
	return here, nil
}

// A server that takes the connection and says nothing is told from one that is slow
// to answer.
func TestAServerThatSaysNothingOfTLSIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, root := right(t)
		o := c.visit(root)
		o.Way = deaf{}
		begin := time.Now()
		_, err := addresses.Ask(t.Context(), o, o.Config.Visits[0])
		require.ErrorContains(t, err, "TLS handshake timeout")
		require.Equal(t, 10*time.Second, time.Since(begin))
	})
}
