package addresses

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

const (
	// maxAnswer bounds what is read of an answer.
	maxAnswer = 1 << 20
	// handshake is how long a server may take to agree on TLS.
	handshake = 10 * time.Second
)

// ask asks for a path over HTTPS.
func (c *checker) ask(ctx context.Context, host string, v Visit) (Address, error) {
	a := Address{URL: "https://" + host + v.Path}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return c.Way.Dial(ctx, c.Config.Ingress.Port)
		},
		TLSClientConfig:     &tls.Config{RootCAs: c.trust.pool, ServerName: host, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: handshake,
		DisableKeepAlives:   true,
	}
	response, err := get(ctx, transport, a.URL)
	if err != nil {
		return a, c.explain(host, err)
	}
	defer func() { _ = response.Body.Close() }()
	a.certified(response.TLS, c.now())
	a.Status = response.StatusCode
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	switch left := a.NotAfter.Sub(c.now()); {
	case err != nil:
		return a, fmt.Errorf("read the answer: %w", err)
	case left < c.Config.Left.Duration:
		return a, fmt.Errorf("the certificate is good until %s, %s from now: less than addresses.left, %s; has it been renewed, and does the controller serve the new one? Look at `kubectl get certificates --all-namespaces`",
			a.NotAfter.Format(time.RFC3339), left.Round(time.Second), c.Config.Left.Duration)
	case a.Status != v.status():
		return a, fmt.Errorf("the answer is %s, not %d%s", response.Status, v.status(), becauseOf(a.Status))
	case !strings.Contains(string(body), v.Contains):
		return a, fmt.Errorf("%q is not in the answer; does the Ingress lead to another app?", v.Contains)
	}
	return a, nil
}

// becauseOf says what an ingress controller means by a status.
func becauseOf(status int) string {
	switch status {
	case http.StatusNotFound:
		return "; has the controller an Ingress for this name? Its class and namespace must be the controller's"
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return "; the controller does not reach the app: are its pods ready, and does a policy let the controller in?"
	}
	return ""
}

// get asks once, and follows nothing.
func get(ctx context.Context, transport http.RoundTripper, url string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	client := &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return client.Do(request)
}

// certified notes what the server has shown.
func (a *Address) certified(state *tls.ConnectionState, now time.Time) {
	leaf := state.PeerCertificates[0]
	chain := state.VerifiedChains[0]
	a.Subject, a.Issuer, a.Root = leaf.Subject.String(), leaf.Issuer.String(), chain[len(chain)-1].Subject.String()
	if a.Subject == "" && len(leaf.DNSNames) > 0 {
		a.Subject = leaf.DNSNames[0] // the names say it, as they have to
	}
	a.Serial = leaf.SerialNumber.Text(16)
	a.Names, a.NotAfter = leaf.DNSNames, leaf.NotAfter
	a.DaysLeft = leaf.NotAfter.Sub(now).Hours() / 24
	a.Protocol, a.Cipher = tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite)
}

// old is the newest version of TLS that must be refused.
const old = tls.VersionTLS11

// refusesOld offers nothing that is still good. A connection that only breaks says
// nothing of the version: the server has to say so.
func (c *checker) refusesOld(ctx context.Context, host string) (string, error) {
	name := tls.VersionName(old)
	conn, err := c.Way.Dial(ctx, c.Config.Ingress.Port)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	client := tls.Client(conn, &tls.Config{RootCAs: c.trust.pool, ServerName: host, MinVersion: tls.VersionTLS10, MaxVersion: old}) //nolint:gosec // It must be refused.
	err = client.HandshakeContext(ctx)
	var verification *tls.CertificateVerificationError
	var said *net.OpError
	switch {
	case err == nil, errors.As(err, &verification):
		return "", fmt.Errorf("%s is accepted, which has been broken; set the controller's oldest version to TLS 1.2 (tls.minVersion of charts/ingress)", name)
	case errors.As(err, &said) && said.Op == "remote error":
		return name, nil
	}
	return "", fmt.Errorf("whether %s is refused could not be told: %w", name, err)
}
