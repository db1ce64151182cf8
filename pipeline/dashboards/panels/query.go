package panels

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"firedrill/pipeline/dashboards"
)

// points is how many points of a line are asked for, as if a panel were that
// many pixels wide.
const points = 240

// query asks what one panel asks, and makes of it what the panel shows.
func (c *check) query(ctx context.Context, p dashboards.Panel, s *scope) (Data, error) {
	frames, err := c.frames(ctx, p, s)
	return show(p.Type, frames), err
}

// frames asks what one panel asks. Those of the queries that worked come back
// also with an error.
func (c *check) frames(ctx context.Context, p dashboards.Panel, s *scope) ([]frame, error) {
	at := s.span
	if p.TimeFrom != "" {
		var err error
		if at, err = c.span(p.TimeFrom); err != nil {
			return nil, err
		}
	}
	if p.Repeat != "" {
		s = s.only(p.Repeat)
	}
	// A panel that calculates needs the answers too that it does not show.
	calculates := slices.ContainsFunc(p.Targets, dashboards.Target.Calculates)
	request := Request{From: milliseconds(at.from), To: milliseconds(at.to)}
	for _, t := range p.Targets {
		if hidden, _ := t["hide"].(bool); hidden && !calculates {
			continue
		}
		query, err := s.target(t, p)
		if err != nil {
			return nil, fmt.Errorf("query %s: %w", t.RefID(), err)
		}
		query["intervalMs"], query["maxDataPoints"] = at.interval().Milliseconds(), points
		request.Queries = append(request.Queries, query)
	}
	answers, err := c.o.Querier.Query(ctx, request)
	if err != nil {
		return nil, err
	}
	var errs []error
	var frames []frame
	for _, id := range slices.Sorted(maps.Keys(answers)) {
		if said := answers[id].Error; said != "" {
			errs = append(errs, fmt.Errorf("query %s: %s", id, said))
		}
		for _, f := range answers[id].Frames {
			f.Schema.RefID = id
			frames = append(frames, f)
		}
	}
	return frames, errors.Join(errs...)
}

// target is a query with the variables filled in.
func (s *scope) target(t dashboards.Target, p dashboards.Panel) (map[string]any, error) {
	kind, uid := p.SourceOf(t)
	uid, err := s.text(uid, "")
	if err != nil {
		return nil, err
	}
	if kind == "" {
		kind = s.kind(uid)
	}
	filled, err := s.fill(map[string]any(t), kind)
	if err != nil {
		return nil, err
	}
	query := filled.(map[string]any)
	query["datasource"] = map[string]any{"type": kind, "uid": uid}
	return query, nil
}

// fill returns a copy of a value with the variables filled in.
func (s *scope) fill(value any, kind string) (any, error) {
	switch v := value.(type) {
	case string:
		return s.text(v, kind)
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			var err error
			if items[i], err = s.fill(item, kind); err != nil {
				return nil, err
			}
		}
		return items, nil
	case map[string]any:
		items := make(map[string]any, len(v))
		for key, item := range v {
			if key == "datasource" {
				continue
			}
			var err error
			if items[key], err = s.fill(item, kind); err != nil {
				return nil, err
			}
		}
		return items, nil
	}
	return value, nil
}
