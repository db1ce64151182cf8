package pipeline

import (
	"context"
	"fmt"
	"strconv"

	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/dashboards/panels"
	"firedrill/pipeline/drill"
)

// panelsOf asks the panels that links of notifications lead to, of the
// dashboards as Grafana holds them.
type panelsOf struct{ grafana dashboards.Options }

// Ask implements drill.Panels.
func (p panelsOf) Ask(ctx context.Context, q drill.PanelQuery) ([]drill.Shown, error) {
	id, err := strconv.ParseInt(q.Panel, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("panel %q: its id is no number", q.Panel)
	}
	board, err := dashboards.Stored(ctx, p.grafana, q.Dashboard)
	if err != nil {
		return nil, err
	}
	sources, err := dashboards.Sources(ctx, p.grafana)
	if err != nil {
		return nil, err
	}
	found, err := panels.One(ctx, panels.Options{
		Dashboards: []dashboards.Dashboard{board}, Querier: panels.Server(p.grafana), Sources: sources, Variables: q.Variables,
		From: strconv.FormatInt(q.From.UnixMilli(), 10), To: strconv.FormatInt(q.To.UnixMilli(), 10),
	}, id)
	shown := make([]drill.Shown, len(found))
	for i, f := range found {
		shown[i] = drill.Shown(f)
	}
	return shown, err
}
