package addresses

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// leadsToHTTPS asks over plain HTTP and wants to be sent to the same address over
// HTTPS.
func (c *checker) leadsToHTTPS(ctx context.Context, host, path string) (string, error) {
	asked := "http://" + host + path
	transport := &http.Transport{
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return c.Way.Dial(ctx, c.Config.Plain) },
		DisableKeepAlives: true,
	}
	response, err := get(ctx, transport, asked)
	if err != nil {
		return "", fmt.Errorf("ask over plain HTTP: %w", err)
	}
	_ = response.Body.Close()
	location := response.Header.Get("Location")
	switch response.StatusCode {
	case http.StatusMovedPermanently, http.StatusPermanentRedirect, http.StatusFound, http.StatusTemporaryRedirect:
	default:
		return "", fmt.Errorf("%s answers %s instead of leading to HTTPS: whoever asks so is answered where everybody can read it; let the controller redirect", asked, response.Status)
	}
	to, err := url.Parse(location)
	if err != nil || to.Scheme != "https" || to.Hostname() != host || to.RequestURI() != path {
		return "", fmt.Errorf("%s leads to %q, not to https://%s%s; correct the controller's redirection", asked, location, host, path)
	}
	return location, nil
}
