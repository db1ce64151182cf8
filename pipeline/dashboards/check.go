package dashboards

import (
	"regexp"

	"firedrill/pipeline/dashboards/clock"
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
	content, err := read(path, text)
	if err != nil {
		c.errs = append(c.errs, err)
		return Dashboard{}
	}
	f := newFindings(path, text)
	if len(content.Inputs) > 0 && string(content.Inputs) != "null" {
		f.mistake("__inputs", "the file is an export for sharing, whose data sources are open; save the dashboard without that option")
	}
	c.checkUID(path, content.UID, f)
	c.checkTitle(path, content.Title, f)
	checkTime(content.Time, f)
	v := variables{findings: f, all: map[string]Variable{}}
	v.check(content)
	p := panels{variables: v, ids: map[int64]string{}}
	p.check("panels", content.Panels)
	checkNormal(text, f)
	c.errs = append(c.errs, f.errors()...)
	return Dashboard{File: path, UID: content.UID, Title: content.Title, Text: text, Content: content}
}

func (c *checker) checkUID(path, uid string, f *findings) {
	switch other, taken := c.uids[uid]; {
	case uid == "":
		f.mistake("uid", "no uid; give the dashboard one that stays, links to it are made of it")
	case !uidForm.MatchString(uid):
		f.mistake("uid", "uid %q; a uid is at most 40 letters, digits, hyphens and underscores", uid)
	case taken:
		f.mistake("uid", "uid %q is taken by %s; one of the two would overwrite the other", uid, other)
	default:
		c.uids[uid] = path
	}
}

func (c *checker) checkTitle(path, title string, f *findings) {
	name := slug(title) // what Grafana 10 compares
	switch other, taken := c.titles[name]; {
	case title == "":
		f.mistake("title", "no title")
	case taken:
		f.mistake("title", "title %q is taken by %s; a folder holds a title once", title, other)
	default:
		c.titles[name] = path
	}
}

func checkTime(t Range, f *findings) {
	for _, end := range []struct{ key, value string }{{"time.from", t.From}, {"time.to", t.To}} {
		if end.value != "" && !clock.Relative(end.value) {
			f.mistake(end.key, "%s is %q, a fixed time, at which there is nothing to see tomorrow; write it as now or now-1h", end.key, end.value)
		}
	}
}
