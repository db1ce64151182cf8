package picture

import (
	"context"
	"fmt"
	"time"

	"github.com/chromedp/chromedp"
)

// state is how far a page is.
type state struct {
	Panels  int
	Busy    int
	Height  float64
	Heading string
}

// String says it in words.
func (s state) String() string {
	return fmt.Sprintf("page %q with %d panels, %d of them busy", s.Heading, s.Panels, s.Busy)
}

// look counts panels and what turns while they load. Grafana marks both, 10 in
// its elements' aria-label and class, later ones by data-testid.
const look = `(() => {
  const count = (...selectors) => new Set(selectors.flatMap(s => [...document.querySelectorAll(s)])).size;
  const scrolled = [...document.querySelectorAll('.scrollbar-view, [class*="scrollbar"], main, body, html')];
  return {
    Panels: count('[data-panelid]', '[data-viz-panel-key]', '[data-testid^="data-testid Panel header"]', '.panel-container'),
    Busy: count('[aria-label="Panel loading bar"]', '[data-testid="data-testid Loading bar"]', '.panel-loading', '[data-testid="Spinner"]',
      '.fa-spin', '[aria-label="Panel header loading"]', '.preloader', '.dashboard-loading'),
    Height: Math.max(0, ...scrolled.map(e => e.scrollHeight)),
    Heading: document.title,
  };
})()`

// settled is how often in a row the page must look finished: between the
// variables and the panels there is a moment in which nothing turns.
const settled = 4

// ready waits until there are panels and none of them loads, as long as the
// context lasts.
func ready(ctx context.Context, last *state) error {
	const pause = 250 * time.Millisecond
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for quiet := 0; quiet < settled; {
		var now state
		if err := chromedp.Evaluate(look, &now).Do(ctx); err != nil {
			return err
		}
		quiet++
		if now.Busy > 0 || now.Panels == 0 || now.Panels != last.Panels || now.Height != last.Height {
			quiet = 0
		}
		*last = now
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}
