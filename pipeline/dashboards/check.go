package dashboards

import (
	"encoding/json"
	"fmt"
	"regexp"
)

// uidForm is what Grafana accepts as a uid.
var uidForm = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,40}$`)

// checker collects what is wrong with a folder of dashboards.
type checker struct {
	errs []error
	// uids and titles tell which file has one already.
	uids, titles map[string]string
}

// check looks at one file; what it returns is of use if it has found nothing.
func (c *checker) check(path string, text []byte) Dashboard {
	d, err := read(path, text)
	if err != nil {
		c.errs = append(c.errs, err)
		return Dashboard{}
	}
	at := offsets(text)
	mistake := func(key, format string, args ...any) {
		c.errs = append(c.errs, fmt.Errorf("%s:%s: %s", path, place(text, at[key]), fmt.Sprintf(format, args...)))
	}
	if !null(d.ID) {
		mistake("id", "id is %s, a number that belongs to one Grafana; make it null, the uid is what counts", d.ID)
	}
	if !null(d.Inputs) {
		mistake("__inputs", "the file is an export for sharing, whose data sources are open; save the dashboard without that option")
	}
	c.checkUID(path, d.UID, mistake)
	c.checkTitle(path, d.Title, mistake)
	checkPanels("panels", d.Panels, map[int64]string{}, mistake)
	return Dashboard{File: path, UID: d.UID, Title: d.Title, Text: text}
}

func null(value json.RawMessage) bool { return len(value) == 0 || string(value) == "null" }

func (c *checker) checkUID(path, uid string, mistake func(key, format string, args ...any)) {
	switch other, taken := c.uids[uid]; {
	case uid == "":
		mistake("uid", "no uid; give the dashboard one that stays, links to it are made of it")
	case !uidForm.MatchString(uid):
		mistake("uid", "uid %q; a uid is at most 40 letters, digits, hyphens and underscores", uid)
	case taken:
		mistake("uid", "uid %q is taken by %s; one of the two would overwrite the other", uid, other)
	default:
		c.uids[uid] = path
	}
}

func (c *checker) checkTitle(path, title string, mistake func(key, format string, args ...any)) {
	switch other, taken := c.titles[title]; {
	case title == "":
		mistake("title", "no title")
	case taken:
		mistake("title", "title %q is taken by %s; a folder holds a title once", title, other)
	default:
		c.titles[title] = path
	}
}

// checkPanels makes sure that a link to a panel leads to one panel.
func checkPanels(at string, panels []panel, seen map[int64]string, mistake func(key, format string, args ...any)) {
	for i, p := range panels {
		here := fmt.Sprintf("%s[%d]", at, i)
		name := fmt.Sprintf("panel %q", p.Title)
		switch {
		case p.ID == nil:
			mistake(here, "%s has no id; an alarm's link to it needs one", name)
		case seen[*p.ID] != "":
			mistake(here+".id", "%s has the id %d of %s", name, *p.ID, seen[*p.ID])
		default:
			seen[*p.ID] = name
		}
		checkPanels(here+".panels", p.Panels, seen, mistake)
	}
}
