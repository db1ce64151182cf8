package drill

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"firedrill/pipeline/poll"
	"firedrill/pipeline/server"
)

// linksWithin is for all links of a drill: each asks the queries of a panel.
const linksWithin = 30 * time.Second

// openLinks opens what the notifications of every way point at, those of the
// alarms that the drill announced besides too, and also those of a way that is
// lost: a person has received them. What comes of other drills is theirs.
func (r *run) openLinks(ctx context.Context, ways []*way) {
	if ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, linksWithin)
	defer cancel()
	if r.Grafana != nil && slices.Contains(r.drill.Disturbs, keyGrafana) {
		r.awaitGrafana(ctx)
	}
	var group sync.WaitGroup
	for _, w := range ways {
		group.Go(func() {
			for _, m := range w.linked() {
				link, err := r.openLink(ctx, m, w.sinceFiring(m))
				w.result.Links = append(w.result.Links, link)
				w.errs = append(w.errs, err)
			}
		})
	}
	group.Wait()
}

// awaitGrafana waits for a Grafana that the drill has broken. It works again, but
// the way to it may still lead to the pod that is gone.
func (r *run) awaitGrafana(ctx context.Context) {
	const patience = 3 * time.Second // a dead way may never answer
	_ = poll.Until(ctx, pollInterval, func() bool {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		_, err := r.Grafana.Root(ctx)
		return err == nil
	})
}

// linked is the first message with each dashboard_url by each of the drill's
// channels since the fault.
func (w *way) linked() []message {
	var messages []message
	seen := map[[2]string]bool{}
	for _, n := range w.seen.notes {
		if !w.sent(n) || !slices.Contains(w.drill.Channels, n.Channel) || n.Received.Before(*w.result.Times.Fault) {
			continue
		}
		for _, a := range n.Alarms {
			if a.Status != "firing" {
				continue // perhaps one of an earlier drill, whose end is told once more
			}
			link := a.Annotations["dashboard_url"]
			if key := [2]string{n.Channel, link}; link != "" && !seen[key] && w.announces(a) {
				seen[key] = true
				if len(a.Labels) == 0 && w.expects(a) { // a mail that lists none
					a.Labels = w.drill.Labels
				}
				messages = append(messages, message{note: n, alarm: a})
			}
		}
	}
	return messages
}

// announces tells whether a notification speaks of the drill's alarm, or of one
// that it announced besides. One without labels, as in a mail, may.
func (w *way) announces(a server.Notified) bool {
	return w.expects(a) || slices.ContainsFunc(w.drill.Also, func(also Announced) bool { return a.Is(also.Rule, also.Labels) })
}

// sinceFiring is the time after which the failing series must be seen: that of
// the drill's own alarm is known. Another one fired at some time after the fault,
// and as it goes by what was stored before it fired, what it is about may be
// gone by then.
func (w *way) sinceFiring(m message) shownSince {
	s := shownSince{fault: *w.result.Times.Fault, firing: *w.result.Times.Fault}
	if w.expects(m.alarm) && w.result.Times.Firing != nil {
		s.firing = *w.result.Times.Firing
	}
	return s
}

// openLink finds out what the message's dashboard_url leads to.
func (r *run) openLink(ctx context.Context, m message, since shownSince) (Link, error) {
	link := Link{Channel: m.note.Channel, URL: m.alarm.Annotations["dashboard_url"], Outcome: Opened}
	if r.Grafana == nil {
		link.Outcome, link.Error = NotOpened, "firedrill.yaml names no grafana"
		return link, nil
	}
	rule := m.alarm.Labels["alertname"]
	if rule == "" {
		rule = r.drill.Rule
	}
	err := link.open(ctx, r.Servers, m.alarm.Labels, since)
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
// with variables that the dashboard has and values that the alarm has, and to
// the failing series in that panel.
func (l *Link) open(ctx context.Context, servers Servers, labels map[string]string, since shownSince) error {
	grafana := servers.Grafana
	u, err := l.below(ctx, grafana)
	if err != nil {
		return err
	}
	uid, err := dashboardOf(u)
	if err != nil {
		return err
	}
	board, err := grafana.Dashboard(ctx, uid)
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
	if servers.Panels != nil {
		asked := PanelQuery{Dashboard: uid, Panel: id, Variables: variables(query), From: since.fault.Add(-beforeFault), To: time.Now()}
		if err := showsFailing(ctx, servers.Panels, asked, labels, since.firing); err != nil {
			return fmt.Errorf("panel %q of dashboard %q: %w", panel, board.Title, err)
		}
	}
	return grafana.Page(ctx, u.Path, query)
}

// below is the link's address from Grafana's root on.
func (l *Link) below(ctx context.Context, grafana Grafana) (*url.URL, error) {
	root, err := grafana.Root(ctx)
	if err != nil {
		return nil, err
	}
	path, below := strings.CutPrefix(l.URL, root)
	if !below {
		return nil, fmt.Errorf("it does not lead to Grafana, whose root_url is %s", root)
	}
	return url.Parse(path)
}

// dashboardOf is the uid in a dashboard's address.
func dashboardOf(u *url.URL) (string, error) {
	parts := strings.Split(u.Path, "/")
	if len(parts) < 2 || parts[0] != "d" || parts[1] == "" {
		return "", fmt.Errorf("%q is no path of a dashboard, which is d/<uid>/<slug>", u.Path)
	}
	return parts[1], nil
}
