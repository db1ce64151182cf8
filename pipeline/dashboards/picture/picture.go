// Package picture takes pictures of dashboards as a person sees them: in a
// browser without a window, on the pages of Grafana.
package picture

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
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

// NoBrowser is the error when there is nothing to take pictures with.
type NoBrowser struct{ Tried []string }

// Error names what was looked for.
func (n *NoBrowser) Error() string {
	return "no browser to take pictures with: none of " + strings.Join(n.Tried, ", ") + " is in PATH"
}

// browser finds the program.
func browser() (string, error) {
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", &NoBrowser{names}
}

// Camera is a browser that runs until Close.
type Camera struct {
	o       Options
	browser context.Context
	close   []context.CancelFunc
}

// Open starts the browser. If there is none, the error is a *NoBrowser.
func Open(ctx context.Context, o Options) (*Camera, error) {
	at, err := url.Parse(o.URL)
	if err != nil || at.Host == "" {
		return nil, fmt.Errorf("address of Grafana: %q is not of the form http://host:port", o.URL)
	}
	o.Width, o.Timeout = cmp.Or(o.Width, 1600), cmp.Or(o.Timeout, time.Minute)
	program, err := browser()
	if err != nil {
		return nil, err
	}
	c := &Camera{o: o}
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program),
		// Root in a container has no user namespaces to build the browser's own
		// sandbox of; what is opened is the one Grafana.
		chromedp.NoSandbox, chromedp.Flag("disable-dev-shm-usage", true),
		// Every other host is a closed door: no fonts, no gravatars, no news.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE "+at.Hostname()),
	)
	allocator, stop := chromedp.NewExecAllocator(ctx, flags...)
	c.close = append(c.close, stop)
	c.browser, stop = chromedp.NewContext(allocator) //nolint:contextcheck // The allocator has ctx.
	c.close = append(c.close, stop)
	if err := chromedp.Run(c.browser); err != nil {
		c.Close()
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	return c, nil
}

// Close ends the browser.
func (c *Camera) Close() {
	if c == nil {
		return
	}
	for i := len(c.close) - 1; i >= 0; i-- {
		c.close[i]()
	}
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
	tab, closeTab := chromedp.NewContext(c.browser) //nolint:contextcheck // A tab belongs to its browser; ctx ends it below.
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
	err := chromedp.Run(tab,
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
