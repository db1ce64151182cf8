package drill

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// On a cluster that others use too, nobody may take a drill for the real thing.
func TestMarks(t *testing.T) {
	const noLabel, noPrefix = `the webhook of WebsiteDown{namespace="demo"} is not marked: it has no label drill="true"`,
		`the webhook of WebsiteDown{namespace="demo"} is not marked: its summary "Website website is down" does not begin with [DRILL]`
	for name, c := range map[string]struct {
		label, summary string
		pageForReal    bool
		want           []string
	}{
		"marked":               {"true", "[DRILL] Website website is down", false, nil},
		"no label":             {"", "[DRILL] Website website is down", false, []string{noLabel}},
		"another value":        {"false", "[DRILL] Website website is down", false, []string{noLabel}},
		"no prefix":            {"true", "Website website is down", false, []string{noPrefix}},
		"neither":              {"", "Website website is down", false, []string{noLabel, noPrefix}},
		"meant to wake people": {"", "Website website is down", true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.annotations["summary"] = c.summary
				if c.label != "" {
					w.sent = map[string]string{"drill": c.label}
				}
				d := websiteDown()
				d.Channels = []string{"webhook", "mail"}
				result, err := Run(t.Context(), Options{Servers: w.servers(), Against: &Against{Namespace: "demo", PageForReal: c.pageForReal}}, d)
				require.NotNil(t, result.Ways[0].Times.Resolved, "its end is watched all the same")
				if len(c.want) == 0 {
					require.NoError(t, err)
					return
				}
				for _, want := range c.want {
					require.ErrorContains(t, err, want)
				}
				require.NotContains(t, err.Error(), "mail of WebsiteDown{namespace=\"demo\"} is not marked: it has no label", "a mail need not list labels")
			})
		})
	}
}
