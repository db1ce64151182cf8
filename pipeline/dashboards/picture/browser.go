package picture

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"os/exec"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

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
	c.browser, stop = chromedp.NewContext(allocator)
	c.close = append(c.close, stop)
	if err := chromedp.Run(c.browser); err != nil { //nolint:contextcheck // The allocator has ctx.
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
