package report

import "strings"

// message is a notification that came by one or more channels.
type message struct {
	Notification
	Channels string
	Links    []Link
}

// messages puts notifications together that say the same, and to each its
// links.
func messages(w Way) []message {
	var list []message
	for _, n := range w.Notifications {
		found := false
		for i := range list {
			same := list[i].Summary == n.Summary && list[i].DashboardURL == n.DashboardURL && list[i].RunbookURL == n.RunbookURL
			if same {
				list[i].Channels += " and " + n.Channel
				list[i].Links = addLinks(list[i].Links, w.Links, n.Channel)
				found = true
				break
			}
		}
		if !found {
			list = append(list, message{n, n.Channel, addLinks(nil, w.Links, n.Channel)})
		}
	}
	return list
}

// addLinks adds those of a channel, unless the same was found by another one.
func addLinks(list, all []Link, channel string) []Link {
	for _, l := range all {
		if l.Channel != channel {
			continue
		}
		known := false
		for i, k := range list {
			k.Channel = l.Channel
			if k == l {
				list[i].Channel += " and " + l.Channel
				known = true
			}
		}
		if !known {
			list = append(list, l)
		}
	}
	return list
}

// Target is where a link leads, by the titles of what is there.
func (l Link) Target() string {
	return strings.Trim(l.Dashboard+" › "+l.Panel, " ›")
}
