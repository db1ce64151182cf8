package dashboards

import (
	"context"
	"encoding/json"
	"fmt"
)

// Stored reads a dashboard as Grafana holds it, which is what its links show.
func Stored(ctx context.Context, o Options, uid string) (Dashboard, error) {
	g, err := newGrafana(o)
	if err != nil {
		return Dashboard{}, err
	}
	s, err := g.get(ctx, uid)
	if err != nil {
		return Dashboard{}, err
	}
	if s.text == nil {
		return Dashboard{}, fmt.Errorf("%s has no dashboard %q", o.URL, uid)
	}
	d := Dashboard{File: "dashboard " + uid, UID: uid, Title: s.title, Text: s.text}
	if err := json.Unmarshal(s.text, &d.Content); err != nil {
		return Dashboard{}, fmt.Errorf("dashboard %q of %s is not in the form expected: %w", uid, o.URL, err)
	}
	return d, nil
}
