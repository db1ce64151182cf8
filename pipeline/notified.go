package pipeline

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

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
	// Command is which of firedrill's is run, and on what. One command's failures
	// are not another one's.
	Command string
	// State is a folder that remembers how the last run ended; "" for one in the
	// cache.
	State string
}

// check refuses a wrong format also where nobody is told yet.
func (n Notify) check() error {
	switch {
	case n.URL != "":
		_, err := notify.New(n.URL, n.Format)
		return err
	case n.Format != "":
		return notify.CheckFormat(n.Format)
	}
	return nil
}

// with has the command be one of its own by the words behind it: that a single
// drill passes is no recovery of all of them.
func (n Notify) with(words ...string) Notify {
	n.Command = strings.Join(append([]string{n.Command}, words...), " ")
	return n
}

// told does work and tells of its end. That the telling fails does not make the
// run fail. A run that somebody interrupted is no news to him; one that was ended
// from outside is.
func (s *state) told(ctx context.Context, work func() error) error {
	err := work()
	if s.options.Notify.URL != "" && lasting(ctx).Err() == nil {
		s.options.tell(ctx, err != nil, s.message)
	}
	return err
}

// attempt does all that a command does, and tells of a failure also where it came to
// no run, such as by a mistake in firedrill.yaml. That a check found it makes no
// difference: the run that it was for does not come about.
func (o Options) attempt(ctx context.Context, work func() error) error {
	err := work()
	var told *Failure
	if err == nil || errors.As(err, &told) || lasting(ctx).Err() != nil {
		return err
	}
	if _, wrong := notify.New(o.Notify.URL, o.Notify.Format); wrong != nil {
		return err // nobody to tell, or what is wrong is this
	}
	started := time.Now()
	o.tell(ctx, true, func(news string) notify.Message {
		return notify.Message{
			Event: news, Command: o.Notify.Command, Run: o.Name, Started: started,
			Verdict: "There is no report of a run: the log of firedrill says why.",
		}
	})
	return err
}

// tell is a step only if there is something to tell, or something is wrong. A
// recovery that nobody heard of is told by the next run.
func (o Options) tell(ctx context.Context, failed bool, message func(news string) notify.Message) {
	task := o.Sink.ForStep("notify").Start
	state := o.ending()
	news, err := state.Next(failed)
	if err != nil {
		task("state").Skip("warning: " + err.Error())
	}
	if news != "" {
		sending := task("")
		m := message(news)
		if signal, is := ended(ctx); is && failed {
			m.Verdict += " It was ended from outside: " + signal.Error() + "."
		}
		if err := o.send(lasting(ctx), m); err != nil {
			sending.Skip("warning: " + err.Error())
			failed = true
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

func (o Options) send(ctx context.Context, m notify.Message) error {
	target, err := notify.New(o.Notify.URL, o.Notify.Format)
	if err != nil {
		return err
	}
	return target.Send(ctx, m)
}

// message is what there is to tell of a run that is about to end.
func (s *state) message(news string) notify.Message {
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
	return message
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
