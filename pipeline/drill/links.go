package drill

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"firedrill/pipeline/server"
)

// openLinks opens what the notifications of every way point at, those of other
// alarms of the same fault too, and also those of a way that is lost: a person
// has received them.
func (r *run) openLinks(ctx context.Context, ways []*way) {
	if ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	var group sync.WaitGroup
	for _, w := range ways {
		group.Go(func() {
			for _, m := range w.linked() {
				link, err := r.openLink(ctx, m)
				w.result.Links = append(w.result.Links, link)
				w.errs = append(w.errs, err)
			}
		})
	}
	group.Wait()
}

// linked is the first message with each dashboard_url by each of the drill's
// channels since the fault.
func (w *way) linked() []message {
	var messages []message
	seen := map[[2]string]bool{}
	for _, n := range w.seen.notes {
		if !w.sent(n) || !slices.Contains(w.drill.Notification.Channels, n.Channel) || n.Received.Before(*w.result.Times.Fault) {
			continue
		}
		for _, a := range n.Alarms {
			link := a.Annotations["dashboard_url"]
			if key := [2]string{n.Channel, link}; link != "" && !seen[key] {
				seen[key] = true
				if len(a.Labels) == 0 && w.expects(a) { // a mail that lists none
					a.Labels = w.drill.Alarm.Labels
				}
				messages = append(messages, message{note: n, alarm: a})
			}
		}
	}
	return messages
}

// openLink finds out what the message's dashboard_url leads to.
func (r *run) openLink(ctx context.Context, m message) (Link, error) {
	link := Link{Channel: m.note.Channel, URL: m.alarm.Annotations["dashboard_url"], Outcome: Opened}
	if r.Grafana == nil {
		link.Outcome, link.Error = NotOpened, "firedrill.yaml names no grafana"
		return link, nil
	}
	rule := m.alarm.Labels["alertname"]
	if rule == "" {
		rule = r.drill.Rule
	}
	err := link.open(ctx, r.Grafana, m.alarm.Labels)
	switch {
	case errors.Is(err, server.ErrNoPages):
		link.Outcome, link.Error = NoPages, err.Error()
		return link, nil
	case err != nil:
		err = fmt.Errorf("the %s of %s links to %s: %w; correct dashboard_url of rule %s", m.note.Channel, rule, link.URL, err, place(rule, r.rules))
		link.Outcome, link.Error = Broken, err.Error()
	}
	return link, err
}

// place is a rule with the file and line where it stands, if that is known.
func place(rule string, rules []Rule) string {
	for _, r := range rules {
		if r.Name == rule {
			return fmt.Sprintf("%s (%s:%d)", rule, r.File, r.Line)
		}
	}
	return rule
}

// open follows the link: to Grafana, to its dashboard, to the panel in it,
// with variables that the dashboard has and values that the alarm has.
func (l *Link) open(ctx context.Context, grafana Grafana, labels map[string]string) error {
	root, err := grafana.Root(ctx)
	if err != nil {
		return err
	}
	path, below := strings.CutPrefix(l.URL, root)
	if !below {
		return fmt.Errorf("it does not lead to Grafana, whose root_url is %s", root)
	}
	u, err := url.Parse(path)
	if err != nil {
		return err
	}
	parts := strings.Split(u.Path, "/")
	if len(parts) < 2 || parts[0] != "d" || parts[1] == "" {
		return fmt.Errorf("%q is no path of a dashboard, which is d/<uid>/<slug>", u.Path)
	}
	board, err := grafana.Dashboard(ctx, parts[1])
	if err != nil {
		return err
	}
	l.Dashboard = board.Title
	query := u.Query()
	id := strings.TrimPrefix(query.Get("viewPanel"), "panel-")
	panel, there := board.Panels[id]
	if !there {
		return fmt.Errorf("dashboard %q has no panel %q, as viewPanel wants it", board.Title, query.Get("viewPanel"))
	}
	l.Panel = panel
	if err := checkVariables(query, board, labels); err != nil {
		return err
	}
	return grafana.Page(ctx, u.Path, query)
}
