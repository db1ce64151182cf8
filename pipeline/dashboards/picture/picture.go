// Package picture takes pictures of dashboards as a person sees them: in a
// browser without a window, on the pages of Grafana.
package picture

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Options say how pictures are taken.
type Options struct {
	// URL is where Grafana answers. Nothing else is opened.
	URL string
	// Token is a service account's token. Without one, User and Password are used.
	Token          string
	User, Password string
	// Width is that of the page in pixels, 1600 by default.
	Width int
	// Timeout is for one picture, a minute by default.
	Timeout time.Duration
}

// View is what is to be seen on a picture.
type View struct {
	UID      string
	From, To string
	// Variables are values by name, without "var-".
	Variables map[string][]string
}

func (c *Camera) address(v View) string {
	query := url.Values{}
	for name, values := range v.Variables {
		query["var-"+name] = values
	}
	for name, value := range map[string]string{"from": v.From, "to": v.To} {
		if value != "" {
			query.Set(name, value)
		}
	}
	address := strings.TrimSuffix(c.o.URL, "/") + "/d/" + url.PathEscape(v.UID) + "?kiosk"
	if text := query.Encode(); text != "" {
		address += "&" + text
	}
	return address
}

func (c *Camera) authorization() string {
	switch {
	case c.o.Token != "":
		return "Bearer " + c.o.Token
	case c.o.User != "":
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(c.o.User+":"+c.o.Password))
	}
	return ""
}

// Take opens a dashboard, waits until all its panels are there, and returns the
// page as PNG.
func (c *Camera) Take(ctx context.Context, v View) ([]byte, error) {
	tab, closeTab := chromedp.NewContext(c.browser)
	defer closeTab()
	tab, cancel := context.WithTimeout(tab, c.o.Timeout)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	headers := network.Headers{}
	if a := c.authorization(); a != "" {
		headers["Authorization"] = a
	}
	const height = 1000 // until it is known
	address := c.address(v)
	var last state
	var png []byte
	err := chromedp.Run(tab, //nolint:contextcheck // A tab belongs to its browser; ctx ends it above.
		network.Enable(), network.SetExtraHTTPHeaders(headers),
		chromedp.EmulateViewport(int64(c.o.Width), height),
		chromedp.Navigate(address),
		chromedp.ActionFunc(func(ctx context.Context) error { return ready(ctx, &last) }),
		// Panels out of sight are not drawn: make the page as tall as they are.
		chromedp.ActionFunc(func(ctx context.Context) error {
			return chromedp.EmulateViewport(int64(c.o.Width), max(int64(last.Height), height)).Do(ctx)
		}),
		chromedp.ActionFunc(func(ctx context.Context) error { return ready(ctx, &last) }),
		chromedp.ActionFunc(func(ctx context.Context) (err error) {
			png, err = page.CaptureScreenshot().WithCaptureBeyondViewport(true).Do(ctx)
			return err
		}),
	)
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("picture of %s: %w", address, context.Cause(ctx))
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("picture of %s: not ready within %s: last seen: %s", address, c.o.Timeout, last)
	case err != nil:
		return nil, fmt.Errorf("picture of %s: %w", address, err)
	}
	return png, nil
}
