package pipeline

import (
	"context"
	"path/filepath"

	"firedrill/pipeline/notify"
	"firedrill/pipeline/report"
)

// Notify says whom to tell of a run that failed or recovered.
type Notify struct {
	// URL is where; "" is nobody. It may be secret: nothing shows more of it
	// than its host.
	URL string
	// Format is one of notify.Formats.
	Format string
	// Command is which of firedrill's is run. One command's failures are not
	// another one's.
	Command string
	// State is a folder that remembers how the last run ended; "" for one in the
	// cache.
	State string
}

// told does work and tells of its end. That the telling fails does not make the
// run fail. A run that somebody interrupted is no news to him.
func (s *state) told(ctx context.Context, work func() error) error {
	err := work()
	if s.options.Notify.URL != "" && ctx.Err() == nil {
		s.tell(ctx, err != nil)
	}
	return err
}

// tell is a step only if there is something to tell, or something is wrong.
func (s *state) tell(ctx context.Context, failed bool) {
	task := s.options.Sink.ForStep("notify").Start
	state := s.options.ending()
	news, err := state.Next(failed)
	if err != nil {
		task("state").Skip("warning: " + err.Error())
	}
	if news != "" {
		sending := task("")
		if err := s.send(ctx, news); err != nil {
			sending.Skip("warning: " + err.Error())
		} else {
			_ = sending.End(nil, nil) // gives back the nil
		}
	}
	if err := state.Keep(failed); err != nil {
		task("state").Skip("warning: " + err.Error())
	}
}

// ending is how the last run of the same command on the same content ended. A folder
// that was named goes with the content from machine to machine, where its path is
// another; that of the cache serves all contents of a machine.
func (o Options) ending() notify.State {
	folder, content := o.Notify.State, o.Content
	if folder == "" {
		folder = filepath.Join(o.Cache, "notify")
		if path, err := filepath.Abs(content); err == nil {
			content = path
		}
	}
	return notify.StateOf(folder, o.Notify.Command+" "+content)
}

func (s *state) send(ctx context.Context, news string) error {
	target, err := notify.New(s.options.Notify.URL, s.options.Notify.Format)
	if err != nil {
		return err
	}
	m := s.output.Model()
	// The run itself ends only when this is told.
	m.Run.Status, m.Run.Seconds = report.Passed, m.Last.Sub(m.Run.Started).Seconds()
	if news != notify.Recovered {
		m.Run.Status = report.Failed
	}
	message := notify.Message{
		Event: news, Command: s.options.Notify.Command, Run: s.run.Name, Started: m.Run.Started, Seconds: m.Run.Seconds,
		Verdict: m.Verdict(), Failed: failedOf(m),
	}
	for _, slower := range report.Summarize(m).Slower {
		message.Slower = append(message.Slower, slower.String())
	}
	return target.Send(ctx, message)
}

// failedOf names what failed. Why it did, the report says: the texts of errors
// may quote what should go to no chat.
func failedOf(m *report.Model) []string {
	var names []string
	for _, step := range m.Steps {
		if step.Status != report.Failed {
			continue
		}
		before := len(names)
		for _, item := range step.Items {
			if item.Status == report.Failed {
				names = append(names, step.Name+": "+item.Name)
			}
		}
		if len(names) == before {
			names = append(names, step.Name)
		}
	}
	return names
}
