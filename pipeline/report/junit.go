package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"sort"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Errors    int         `xml:"errors,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Time      string      `xml:"time,attr"`
	Timestamp string      `xml:"timestamp,attr"`
	Cases     []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	Classname string        `xml:"classname,attr"`
	Time      string        `xml:"time,attr"`
	Failure   *junitProblem `xml:"failure"`
	Error     *junitProblem `xml:"error"`
	Skipped   *junitProblem `xml:"skipped"`
}

type junitProblem struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// writeJUnit makes a suite of every step and a case of every item, which is
// how CI systems show tests.
func writeJUnit(w io.Writer, m *Model) error {
	all := junitSuites{Name: "firedrill", Time: junitTime(m.Run.elapsed(m.Last))}
	for _, step := range m.Steps {
		s := newJUnitSuite(step, m)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
		all.Suites = append(all.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	out := xml.NewEncoder(w)
	out.Indent("", "  ")
	if err := out.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func newJUnitSuite(step *Work, m *Model) junitSuite {
	s := junitSuite{
		Name:      step.Name,
		Time:      junitTime(step.elapsed(m.Last)),
		Timestamp: step.Started.UTC().Format("2006-01-02T15:04:05"),
	}
	items := append([]*Work(nil), step.Items...)
	sort.Slice(items, func(i, j int) bool { return items[i].Name < items[j].Name })
	// The step is a case of its own where its items do not tell how it ended.
	if len(items) == 0 || step.count(step.Status) == 0 {
		items = append(items, step)
	}
	for _, item := range items {
		s.add(newJUnitCase(step.Name, item, m))
		for _, c := range wayCases(step.Name, item) {
			s.add(c)
		}
	}
	return s
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

func newJUnitCase(step string, w *Work, m *Model) junitCase {
	c := junitCase{Name: cleanLine(w.Name), Classname: "firedrill." + step, Time: junitTime(w.elapsed(m.Last))}
	switch w.Status {
	case Failed:
		c.Failure = &junitProblem{Message: firstLine(w.Message), Text: clean(w.Message + besidesText(w))}
	case Skipped:
		c.Skipped = &junitProblem{Message: firstLine(w.Message)}
	case Unfinished:
		c.Error = &junitProblem{Message: "the run ended before this did", Text: clean(w.Progress)}
	}
	return c
}

// wayCases are a case for each way of a drill, beside the one of the drill as a
// whole, which also fails of what belongs to no way, such as noise.
func wayCases(step string, w *Work) []junitCase {
	d, ok := w.Result.(*Drill)
	if !ok {
		return nil
	}
	var list []junitCase
	for _, way := range d.Ways {
		c := junitCase{
			Name: cleanLine(way.Way), Classname: "firedrill." + step + "." + cleanLine(w.Name),
			Time: junitTime(value(way.Seconds.FaultToNotification)),
		}
		if way.Status == Failed {
			c.Failure = &junitProblem{Message: firstLine(way.Error), Text: clean(way.Error)}
		}
		list = append(list, c)
	}
	return list
}

// besidesText are lines of what came besides, for those of it that the message
// does not tell.
func besidesText(w *Work) string {
	d, ok := w.Result.(*Drill)
	if !ok {
		return ""
	}
	var text string
	for _, b := range d.besides(w.Message) {
		text += "\n" + b.Kind + ": " + b.Text
	}
	return text
}

func junitTime(seconds float64) string { return fmt.Sprintf("%.3f", seconds) }
