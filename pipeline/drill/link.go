package drill

// The values of Link.Outcome.
const (
	// Opened is a link that leads to its panel.
	Opened = "opened"
	// NoPages is one that would, but this Grafana has no web pages.
	NoPages = "no pages"
	// NotOpened is one that nobody looked at, because no Grafana is known.
	NotOpened = "not opened"
	// Broken is one that leads nowhere; it fails the drill.
	Broken = "broken"
)

// Link is a dashboard_url that a notification brought, and what it leads to.
type Link struct {
	Channel string `json:"channel"`
	URL     string `json:"url"`
	// Dashboard and Panel are titles, empty for what was not found.
	Dashboard string `json:"dashboard"`
	Panel     string `json:"panel"`
	Outcome   string `json:"outcome"`
	Error     string `json:"error,omitempty"`
}
